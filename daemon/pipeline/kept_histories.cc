#include "daemon/pipeline/kept_histories.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "daemon/history_cache/cache_reader.h"
#include "daemon/history_cache/cache_writer.h"
#include "daemon/logging/log.h"

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

KeptHistories::KeptHistories(Store& store, std::string path,
                             absl::Duration retention)
    : store_(store), path_(std::move(path)), retention_(retention) {}

PreparedPtr KeptHistories::Recall(const InstanceRecord& now,
                                  const RuleUpdate& update,
                                  const Directory& directory) {
  if (path_.empty()) return nullptr;
  absl::StatusOr<PreparedPtr> kept = Read(now, update, directory);
  if (kept.ok()) return *std::move(kept);
  if (!absl::IsNotFound(kept.status())) {
    LogInfo("pipeline", "reading events, as kept histories do not hold",
            {{"reason", kept.status()}});
  }
  return nullptr;
}

absl::StatusOr<PreparedPtr> KeptHistories::Read(const InstanceRecord& now,
                                                const RuleUpdate& update,
                                                const Directory& directory) {
  const absl::StatusOr<CacheReader> cache = CacheReader::Open(path_);
  if (!cache.ok()) return cache.status();
  const CacheStamp& stamp = cache->stamp();
  if (!IsPresent(stamp, now) || stamp.retention != retention_) {
    return absl::FailedPreconditionError(
        "they are of another state of the database, or another retention");
  }
  const absl::StatusOr<RuleVersionRecord> record =
      store_.ReadRuleVersion(stamp.schema_version);
  if (!record.ok()) return record.status();
  const absl::StatusOr<RuleUpdate> numbered = ToUpdate(*record, retention_);
  if (!numbered.ok()) return numbered.status();

  auto kept = std::make_shared<PreparedHistories>();
  const Instant events_from = ToInstant(now.events_from);
  const Projection former(
      numbered->rulebook, cache->Read([&](ProfileId id, History history) {
        Directory::ProfilePtr profile = directory.Find(id);
        if (profile == nullptr || profile->id != id) return;
        Finish(*profile, events_from, history);
        kept->profiles.push_back(std::move(profile));
        kept->histories.push_back(
            std::make_shared<const History>(std::move(history)));
      }));
  kept->projection = Projection::After(former, update.rulebook);
  if (!kept->projection->Reads(former)) {
    return absl::FailedPreconditionError("the rules in force ask for more");
  }
  numbered_by_ = stamp.schema_version;
  return kept;
}

void KeptHistories::Drop() const {
  if (!path_.empty()) DropCache(path_);
}

void KeptHistories::Keep(const InstanceRecord& now,
                         const Projection& projection,
                         const Directory& directory) const {
  if (path_.empty()) return;
  const absl::Time begin = absl::Now();
  const absl::StatusOr<int64_t> written = Write(now, projection, directory);
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
absl::StatusOr<int64_t> KeptHistories::Write(const InstanceRecord& now,
                                             const Projection& projection,
                                             const Directory& directory) const {
  CacheStamp stamp;
  stamp.database_id = now.database_id;
  stamp.start_id = now.starts.back().id;
  stamp.commit_number = now.commit_number;
  stamp.schema_version = numbered_by_;
  stamp.retention = retention_;
  absl::StatusOr<CacheWriter> cache = CacheWriter::Create(path_, stamp);
  if (!cache.ok()) return cache.status();
  HistoryNumbers::Table numbers = projection.numbers();
  std::vector<bool> is_named(numbers.texts.size());
  int64_t written = 0;
  ProfileId after{0};
  for (auto profiles = directory.Range(after, kProfilesAtOnce);
       !profiles.empty(); profiles = directory.Range(after, kProfilesAtOnce)) {
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
