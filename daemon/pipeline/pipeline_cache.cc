// What a stop keeps for the next start: histories, so that it need not read the
// events of everyone. The database says all of it too, and stays what counts.

#include <algorithm>
#include <utility>

#include "daemon/history_cache/cache_reader.h"
#include "daemon/history_cache/cache_writer.h"
#include "daemon/logging/log.h"
#include "daemon/pipeline/pipeline.h"

namespace audienced {
namespace {

constexpr int64_t kProfilesAtOnce = 1000;

// Whether nothing was committed since the state that `stamp` names. The number
// alone would not say so: a database that was restored comes by it again.
bool IsPresent(const CacheStamp& stamp, const InstanceRecord& now) {
  if (stamp.database_id != now.database_id ||
      stamp.commit_number != now.commit_number) {
    return false;
  }
  const auto start = std::find_if(
      now.starts.begin(), now.starts.end(),
      [&](const DaemonStart& each) { return each.id == stamp.start_id; });
  return start != now.starts.end() &&
         std::all_of(start + 1, now.starts.end(), [&](const DaemonStart& each) {
           return each.commit_number == stamp.commit_number;
         });
}

}  // namespace

PreparedPtr Pipeline::RecallHistories(const RuleUpdate& update) {
  if (options_.history_cache.empty()) return nullptr;
  absl::StatusOr<PreparedPtr> kept = ReadKept(update);
  if (kept.ok()) return *std::move(kept);
  if (!absl::IsNotFound(kept.status())) {
    LogInfo("pipeline", "reading events, as kept histories do not hold",
            {{"reason", kept.status()}});
  }
  return nullptr;
}

absl::StatusOr<PreparedPtr> Pipeline::ReadKept(const RuleUpdate& update) {
  const absl::StatusOr<CacheReader> cache =
      CacheReader::Open(options_.history_cache);
  if (!cache.ok()) return cache.status();
  const CacheStamp& stamp = cache->stamp();
  if (!IsPresent(stamp, instance_) || stamp.retention != options_.retention) {
    return absl::FailedPreconditionError(
        "they are of another state of the database, or another retention");
  }
  const absl::StatusOr<RuleVersionRecord> record =
      store_.ReadRuleVersion(stamp.schema_version);
  if (!record.ok()) return record.status();
  const absl::StatusOr<RuleUpdate> numbered =
      ToUpdate(*record, options_.retention);
  if (!numbered.ok()) return numbered.status();

  auto kept = std::make_shared<PreparedHistories>();
  const Instant events_from = ToInstant(instance_.events_from);
  const Projection former(
      numbered->rulebook, cache->Read([&](ProfileId id, History history) {
        Directory::ProfilePtr profile = directory_.Find(id);
        if (profile == nullptr || profile->id != id) return;
        history.ExtendTo(profile->first_event_at);
        history.ForgetBefore(events_from);
        kept->profiles.push_back(std::move(profile));
        kept->histories.push_back(
            std::make_shared<const History>(std::move(history)));
      }));
  kept->projection = Projection::After(former, update.rulebook);
  if (!kept->projection->Reads(former)) {
    return absl::FailedPreconditionError("the rules in force ask for more");
  }
  schema_version_ = stamp.schema_version;
  return kept;
}

// While the daemon runs there is no such file: it would be out of date, and
// hold what may be erased.
void Pipeline::DropKept() const {
  if (!options_.history_cache.empty()) DropCache(options_.history_cache);
}

void Pipeline::KeepHistories() const {
  const bool have_all_moved = !is_loading_ && !instance_.rebuilt_through;
  if (options_.history_cache.empty() || !have_all_moved) return;
  const absl::Time begin = absl::Now();
  const absl::StatusOr<int64_t> written = WriteKept();
  if (written.ok()) {
    LogInfo("pipeline", "kept histories for the next start",
            {{"profiles", *written}, {"seconds", absl::Now() - begin}});
  } else {
    LogWarning("pipeline",
               "cannot keep histories; the next start reads all events",
               {{"error", written.status()}});
  }
}

// Texts are written that stand in one of the histories: not those of people who
// were erased since they came into memory.
absl::StatusOr<int64_t> Pipeline::WriteKept() const {
  CacheStamp stamp;
  stamp.database_id = instance_.database_id;
  stamp.start_id = instance_.starts.back().id;
  stamp.commit_number = instance_.commit_number;
  stamp.schema_version = schema_version_;
  stamp.retention = options_.retention;
  absl::StatusOr<CacheWriter> cache =
      CacheWriter::Create(options_.history_cache, stamp);
  if (!cache.ok()) return cache.status();
  const Projection& projection = *commit_rules_.projection;
  HistoryNumbers::Table numbers = projection.numbers();
  std::vector<bool> is_named(numbers.texts.size());
  int64_t written = 0;
  ProfileId after{0};
  for (auto profiles = directory_.Range(after, kProfilesAtOnce);
       !profiles.empty(); profiles = directory_.Range(after, kProfilesAtOnce)) {
    for (const Directory::ProfilePtr& profile : profiles) {
      after = profile->id;
      const bool is_here =
          profile->history != nullptr && projection.Reads(*profile->projection);
      if (!is_here) continue;
      projection.MarkTexts(*profile->history, is_named);
      const absl::Status added = cache->Add(after, *profile->history);
      if (!added.ok()) return added;
      ++written;
    }
  }
  for (size_t i = 0; i < is_named.size(); ++i) {
    if (!is_named[i]) numbers.texts[i].reset();
  }
  const absl::Status finished = cache->Finish(numbers);
  if (!finished.ok()) return finished;
  return written;
}

}  // namespace audienced
