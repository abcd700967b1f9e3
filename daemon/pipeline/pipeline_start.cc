// How the pipeline comes up: everything that is known of profiles but their
// histories is loaded, and then everyone moves to the rules in force, as when
// these change.

#include <algorithm>
#include <future>
#include <utility>

#include "daemon/logging/log.h"
#include "daemon/pipeline/pipeline.h"
#include "rules/language/load.h"

namespace audienced {
namespace {

// So often a load that has nothing to show yet is asked whether to go on.
constexpr absl::Duration kProgressInterval = absl::Milliseconds(200);

// Profiles in the making, by number - 1; null where absorbed or erased.
class DirectoryReader {
 public:
  DirectoryReader(Store& store, Directory& directory, ErasureRegistry& erasures)
      : store_(store), directory_(directory), erasures_(erasures) {}

  absl::Status Read() {
    absl::Status read = ReadProfiles();
    if (!read.ok()) return read;
    // Side by side: neither touches what the other fills in.
    std::future<absl::Status> stays =
        std::async(std::launch::async, [this] { return ReadStays(); });
    read = ReadIdentifiers();
    read.Update(stays.get());
    return read;
  }

  // Empties this.
  std::vector<Directory::ProfilePtr> TakeProfiles() {
    std::vector<Directory::ProfilePtr> profiles;
    for (std::shared_ptr<Profile>& profile : profiles_) {
      if (profile != nullptr) profiles.push_back(std::move(profile));
    }
    return profiles;
  }
  // How many are in each audience, by name.
  std::map<std::string, int64_t>& published() { return published_; }

 private:
  absl::Status ReadProfiles() {
    const absl::Status read = store_.LoadProfiles([&](ProfileRecord record) {
      const size_t index = IndexOf(record.id);
      if (index >= profiles_.size()) {
        profiles_.resize(index + 1);
        survivors_.resize(index + 1);
        first_events_.resize(index + 1, Instant::Forever());
      }
      if (record.first_event_at) {
        first_events_[index] = ToInstant(*record.first_event_at);
      }
      if (record.erased_at) {
        survivors_[index] = record.id;
        erasures_.Add(record);
        return;
      }
      survivors_[index] = record.merged_into.value_or(record.id);
      if (record.merged_into) return;
      auto profile = std::make_shared<Profile>();
      profile->id = record.id;
      profile->stream = record.stream;
      profile->key = std::move(record.key);
      profiles_[index] = std::move(profile);
    });
    if (!read.ok()) return read;
    if (!profiles_.empty()) {
      directory_.Reserve(static_cast<ProfileId>(profiles_.size()));
    }
    for (size_t i = 0; i < survivors_.size(); ++i) {
      const auto id = static_cast<ProfileId>(i + 1);
      while (survivors_[i] != SurvivorOf(survivors_[i])) {
        survivors_[i] = SurvivorOf(survivors_[i]);
      }
      if (profiles_[IndexOf(survivors_[i])] == nullptr) continue;  // erased
      if (survivors_[i] != id) At(id).absorbed.push_back(id);
      Instant& first = At(id).first_event_at;
      first = std::min(first, first_events_[i]);
    }
    return absl::OkStatus();
  }

  absl::Status ReadIdentifiers() {
    return store_.LoadIdentifiers([&](IdentifierRecord record) {
      directory_.Name(record);
      At(record.profile).identifiers.push_back(std::move(record.identifier));
    });
  }

  absl::Status ReadStays() {
    const auto through = static_cast<ProfileId>(profiles_.size());
    return store_.LoadStays(through, [&](StayRecord record) {
      const ProfileId id = record.profile;
      RetiredMembership known = ToRetired(std::move(record));
      if (SurvivorOf(id) != id) {
        AddFormerEpisode(id, known.audience, known.membership, Instant::Never(),
                         At(id).former_episodes);
        return;
      }
      published_[known.audience] += known.membership.membership.member;
      At(id).retired.push_back(std::move(known));
    });
  }

  static size_t IndexOf(ProfileId id) { return static_cast<size_t>(id) - 1; }
  ProfileId SurvivorOf(ProfileId id) const { return survivors_[IndexOf(id)]; }
  // The profile, or the one that absorbed it.
  Profile& At(ProfileId id) { return *profiles_[IndexOf(SurvivorOf(id))]; }

  Store& store_;
  Directory& directory_;
  ErasureRegistry& erasures_;
  std::vector<std::shared_ptr<Profile>> profiles_;
  std::vector<ProfileId> survivors_;   // by index; of itself: not absorbed
  std::vector<Instant> first_events_;  // by index
  std::map<std::string, int64_t> published_;
};

// By number in `rulebook`: the audiences that version `before` did not have;
// all where there is no such version.
absl::StatusOr<std::vector<bool>> FreshSince(Store& store, int64_t before,
                                             const CompiledRulebook& rulebook) {
  const absl::StatusOr<RuleVersionRecord> record =
      store.ReadRuleVersion(before);
  if (!record.ok() && !absl::IsNotFound(record.status())) {
    return record.status();
  }
  Diagnostics diagnostics;  // rules that were in force once are good enough
  Rulebook old;
  if (record.ok()) old = LoadRulebook(FilesOf(*record), diagnostics);
  std::vector<bool> fresh(rulebook.audience_count());
  for (size_t i = 0; i < fresh.size(); ++i) {
    fresh[i] = old.FindAudience(rulebook.audience(i).name) == nullptr;
  }
  return fresh;
}

}  // namespace

absl::Status Pipeline::Load(RuleUpdate update) {
  absl::StatusOr<InstanceRecord> instance = store_.LoadInstance();
  if (!instance.ok()) return instance.status();
  instance_ = *std::move(instance);
  const absl::Time begin = absl::Now();
  absl::Status status = LoadNames();
  if (status.ok()) status = LoadDirectory();
  if (status.ok()) status = FindFirstEvents();
  if (status.ok()) status = LoadPersons();
  if (status.ok()) status = LoadSubscriptions();
  if (!status.ok()) return status;
  const bool is_in_force =
      update.rulebook->fingerprint() == instance_.rule_fingerprint;
  const PreparedPtr kept =
      is_in_force ? kept_histories_.Recall(instance_, update, directory_)
                  : nullptr;
  status =
      is_in_force
          ? RecallRules(update, kept)
          : BeginRules(update, std::make_shared<Projection>(update.rulebook));
  if (!status.ok()) return status;
  MoveEveryone(update, kept,
               [&](absl::Status moved) { status = std::move(moved); });
  while (rebuild_ != nullptr) {
    WaitForPortion();
    ContinueRebuild();
    const std::optional<RebuildProgress> progress = rules().rebuild;
    if (progress && !options_.load_progress(*progress)) {
      EndRebuild(absl::CancelledError("stopped while loading"));
    }
  }
  if (!status.ok()) return status;
  LogInfo("pipeline", "histories are loaded and evaluated",
          {{"profiles", directory_.size()},
           {"kept_histories", kept == nullptr ? 0 : kept->histories.size()},
           {"seconds", absl::Now() - begin}});
  kept_histories_.Drop();
  return absl::OkStatus();
}

absl::Status Pipeline::LoadNames() {
  std::vector<SeenNameRecord> names;
  const absl::Status read = store_.LoadSeenNames(
      [&](SeenNameRecord name) { names.push_back(std::move(name)); });
  names_.Add(names);
  return read;
}

absl::Status Pipeline::LoadPersons() {
  erasures_.SetSecret(instance_.cursor_key);
  const absl::Status read = store_.LoadErasedIdentifiers(
      [&](const ErasedIdentifierRecord& erased) { erasures_.Add(erased); });
  if (!read.ok()) return read;
  return store_.LoadSeparations([&](const SeparationRecord& separation) {
    separations_.Add(separation);
  });
}

absl::Status Pipeline::LoadDirectory() {
  DirectoryReader reader(store_, directory_, erasures_);
  const absl::Status read = reader.Read();
  if (!read.ok()) return read;
  directory_.Apply(reader.TakeProfiles(), {});
  retired_published_ = std::move(reader.published());
  return absl::OkStatus();
}

// The rules that were in force before the stop. Where profiles were still
// moving to them, they go on.
absl::Status Pipeline::RecallRules(const RuleUpdate& update,
                                   const PreparedPtr& kept) {
  const absl::StatusOr<RuleVersionRecord> record =
      store_.ReadRuleVersion(instance_.rule_version);
  if (!record.ok()) return record.status();
  const CompiledRulebook& rulebook = *update.rulebook;
  commit_rules_.projection = kept == nullptr
                                 ? std::make_shared<Projection>(update.rulebook)
                                 : kept->projection;
  if (kept == nullptr) kept_histories_.NumberBy(instance_.rule_version);
  commit_rules_.version = instance_.rule_version;
  commit_rules_.fresh.resize(rulebook.audience_count());
  commit_rules_.are_new = instance_.rebuilt_through.has_value();
  commit_rules_.are_all_counted = false;
  if (commit_rules_.are_new && update.mark_existing) {
    absl::StatusOr<std::vector<bool>> fresh =
        FreshSince(store_, instance_.rule_version - 1, rulebook);
    if (!fresh.ok()) return fresh.status();
    commit_rules_.fresh = *std::move(fresh);
  }
  absl::MutexLock lock(&mutex_);
  ShowRules(update, record->applied_at);
  return absl::OkStatus();
}

void Pipeline::WaitForPortion() {
  absl::MutexLock lock(&mutex_);
  if (!HasPortion()) work_.WaitWithTimeout(&mutex_, kProgressInterval);
}

}  // namespace audienced
