#include "daemon/pipeline/rebuild.h"

#include <algorithm>

#include "daemon/pipeline/received_events.h"
#include "rules/engine/evaluation.h"
#include "rules/language/load.h"

namespace audienced {
namespace {

// Profiles in the making, by number.
class Reader {
 public:
  Reader(Store& store, Rebuild& rebuild) : store_(store), rebuild_(rebuild) {}

  absl::Status ReadProfiles() {
    absl::Status read = store_.LoadProfiles([&](ProfileRecord record) {
      const size_t index = static_cast<size_t>(record.id) - 1;
      if (index >= rebuild_.profiles.size()) {
        rebuild_.profiles.resize(index + 1);
        survivors_.resize(index + 1);
      }
      survivors_[index] = record.merged_into.value_or(record.id);
      if (record.merged_into) return;
      rebuild_.profiles[index] =
          std::make_shared<Profile>(Profile{record.id,
                                            record.stream,
                                            std::move(record.key),
                                            {},
                                            {},
                                            rebuild_.projection,
                                            rebuild_.projection->NewHistory(),
                                            {},
                                            Instant::Forever()});
    });
    if (!read.ok()) return read;
    for (size_t i = 0; i < survivors_.size(); ++i) {
      const auto id = static_cast<ProfileId>(i + 1);
      while (survivors_[i] != SurvivorOf(survivors_[i])) {
        survivors_[i] = SurvivorOf(survivors_[i]);
      }
      if (survivors_[i] != id) At(id).absorbed.push_back(id);
    }
    return store_.LoadIdentifiers([&](IdentifierRecord record) {
      At(record.profile).identifiers.push_back(std::move(record.identifier));
    });
  }

  absl::Status ReadHistories() {
    std::vector<ReceivedEvents> events(rebuild_.profiles.size());
    absl::Status read = store_.LoadEvents([&](EventRecord record) {
      events[IndexOf(SurvivorOf(record.profile))].Add(record.event,
                                                      *rebuild_.projection);
    });
    if (!read.ok()) return read;
    for (size_t i = 0; i < events.size(); ++i) {
      if (rebuild_.profiles[i] == nullptr) continue;
      Profile& profile = *rebuild_.profiles[i];
      profile.history = events[i].TakeHistory(*rebuild_.projection,
                                              !profile.absorbed.empty());
    }
    return absl::OkStatus();
  }

  absl::Status ReadStays() {
    return store_.LoadStays([&](StayRecord record) {
      if (SurvivorOf(record.profile) != record.profile) return;
      AudienceMembership membership;
      membership.membership = std::move(record.membership);
      membership.entered_sequence = record.entered_sequence;
      membership.existing = record.existing;
      // What other rules announced says nothing about these.
      if (rebuild_.new_rules) {
        membership.membership.announced_flip = Instant::Forever();
      }
      const int audience =
          rebuild_.projection->rulebook().FindAudience(record.audience);
      if (audience >= 0) {
        membership.audience = static_cast<uint32_t>(audience);
        At(record.profile).memberships.push_back(std::move(membership));
      } else if (membership.membership.member) {
        rebuild_.removed[record.profile].push_back(
            {record.audience, std::move(membership)});
      }
    });
  }

  // What the last evaluation, at `evaluated_through`, had announced: it used
  // the same rules and the same histories, so asking again tells.
  void RecallAnnouncements(Instant evaluated_through) {
    for (const std::shared_ptr<Profile>& profile : rebuild_.profiles) {
      if (profile == nullptr) continue;
      Evaluation evaluation(*rebuild_.projection, profile->history,
                            profile->key);
      std::vector<AudienceMembership> recalled;
      const size_t count = rebuild_.projection->rulebook().audience_count();
      for (uint32_t audience = 0; audience < count; ++audience) {
        const AudienceMembership* known = FindMembership(*profile, audience);
        AudienceMembership membership =
            known == nullptr ? AudienceMembership{} : *known;
        membership.audience = audience;
        membership.membership.announced_flip =
            evaluation.At(audience, evaluated_through).next_flip;
        if (known != nullptr ||
            membership.membership.announced_flip != Instant::Forever()) {
          recalled.push_back(std::move(membership));
        }
      }
      profile->memberships = std::move(recalled);
    }
  }

 private:
  static size_t IndexOf(ProfileId id) { return static_cast<size_t>(id) - 1; }
  ProfileId SurvivorOf(ProfileId id) const { return survivors_[IndexOf(id)]; }
  // The profile, or the one that absorbed it.
  Profile& At(ProfileId id) {
    return *rebuild_.profiles[IndexOf(SurvivorOf(id))];
  }

  Store& store_;
  Rebuild& rebuild_;
  std::vector<ProfileId> survivors_;  // by index; of itself: not absorbed
};

// Compares with the rules that are in force: what is new, and which audiences.
absl::Status CompareRules(Store& store, const InstanceRecord& instance,
                          const RuleUpdate& update, Rebuild& rebuild) {
  const CompiledRulebook& rulebook = *update.rulebook;
  rebuild.fresh.assign(rulebook.audience_count(), false);
  if (rulebook.fingerprint() == instance.rule_fingerprint) {
    return absl::OkStatus();
  }
  rebuild.new_rules = ToRecord(update, instance.rule_version + 1);
  if (!update.mark_existing) return absl::OkStatus();
  absl::StatusOr<RuleVersionRecord> before = store.ReadNewestRules();
  if (!before.ok() && !absl::IsNotFound(before.status())) {
    return before.status();
  }
  Diagnostics diagnostics;  // rules that were in force once are good enough
  Rulebook old;
  if (before.ok()) old = LoadRulebook(FilesOf(*before), diagnostics);
  for (size_t i = 0; i < rulebook.audience_count(); ++i) {
    rebuild.fresh[i] = old.FindAudience(rulebook.audience(i).name) == nullptr;
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Rebuild> ReadRebuild(Store& store,
                                    const InstanceRecord& instance,
                                    const RuleUpdate& update) {
  Rebuild rebuild;
  rebuild.projection = std::make_shared<Projection>(update.rulebook);
  Reader reader(store, rebuild);
  absl::Status read = CompareRules(store, instance, update, rebuild);
  if (read.ok()) read = reader.ReadProfiles();
  if (read.ok()) read = reader.ReadHistories();
  if (read.ok()) read = reader.ReadStays();
  if (!read.ok()) return read;
  for (const std::shared_ptr<Profile>& profile : rebuild.profiles) {
    if (profile == nullptr) continue;
    std::sort(
        profile->memberships.begin(), profile->memberships.end(),
        [](const AudienceMembership& left, const AudienceMembership& right) {
          return left.audience < right.audience;
        });
  }
  if (!rebuild.new_rules) {
    reader.RecallAnnouncements(ToInstant(instance.evaluated_through));
  }
  return rebuild;
}

}  // namespace audienced
