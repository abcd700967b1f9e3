#include "daemon/pipeline/rebuild.h"

#include <algorithm>
#include <tuple>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "rules/engine/evaluation.h"
#include "rules/language/load.h"

namespace audienced {
namespace {

absl::StatusOr<Rulebook> ReadRules(const std::vector<SourceFile>& files) {
  Diagnostics diagnostics;
  Rulebook rulebook = LoadRulebook(files, diagnostics);
  if (!diagnostics.has_errors()) return rulebook;
  const Diagnostic& first = diagnostics.all().front();
  return absl::InvalidArgumentError(
      absl::StrCat("the rules have ", diagnostics.error_count(),
                   " faults, the first: ", first.place.file, ":",
                   first.place.range.begin.line, ": ", first.message));
}

// Profiles in the making, by number.
class Reader {
 public:
  Reader(Store& store, Rebuild& rebuild) : store_(store), rebuild_(rebuild) {}

  absl::Status ReadProfiles() {
    absl::Status read = store_.LoadProfiles([&](ProfileRecord record) {
      const auto number = static_cast<size_t>(record.id);
      if (number > rebuild_.profiles.size()) rebuild_.profiles.resize(number);
      rebuild_.profiles[number - 1] =
          std::make_shared<Profile>(Profile{record.id,
                                            record.stream,
                                            std::move(record.key),
                                            {},
                                            rebuild_.projection,
                                            rebuild_.projection->NewHistory(),
                                            {},
                                            Instant::Forever()});
    });
    if (!read.ok()) return read;
    return store_.LoadIdentifiers([&](IdentifierRecord record) {
      At(record.profile).identifiers.push_back(std::move(record.identifier));
    });
  }

  absl::Status ReadHistories() {
    std::vector<std::vector<ProjectedEvent>> events(rebuild_.profiles.size());
    absl::Status read = store_.LoadEvents([&](EventRecord record) {
      events[static_cast<size_t>(record.profile) - 1].push_back(
          rebuild_.projection->Project(record.event));
    });
    if (!read.ok()) return read;
    for (size_t i = 0; i < events.size(); ++i) {
      // In order, so that each is appended.
      std::sort(events[i].begin(), events[i].end(),
                [](const ProjectedEvent& left, const ProjectedEvent& right) {
                  return std::tie(left.time, left.event_id) <
                         std::tie(right.time, right.event_id);
                });
      for (ProjectedEvent& event : events[i]) {
        rebuild_.profiles[i]->history.Insert(std::move(event));
      }
      events[i] = {};
    }
    return absl::OkStatus();
  }

  absl::Status ReadStays() {
    return store_.LoadStays([&](StayRecord record) {
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
  Profile& At(ProfileId id) {
    return *rebuild_.profiles[static_cast<size_t>(id) - 1];
  }

  Store& store_;
  Rebuild& rebuild_;
};

std::vector<SourceFile> FilesOf(const RuleVersionRecord& record) {
  std::vector<SourceFile> files;
  for (const auto& [name, text] : record.files) files.emplace_back(name, text);
  return files;
}

// Compares with the rules that are in force: what is new, and which audiences.
absl::Status CompareRules(Store& store, const InstanceRecord& instance,
                          const std::vector<SourceFile>& files,
                          Rebuild& rebuild) {
  const CompiledRulebook& rulebook = rebuild.projection->rulebook();
  rebuild.fresh.assign(rulebook.audience_count(), false);
  if (rulebook.fingerprint() == instance.rule_fingerprint) {
    return absl::OkStatus();
  }
  absl::StatusOr<RuleVersionRecord> before = store.LoadRules();
  if (!before.ok() && !absl::IsNotFound(before.status())) {
    return before.status();
  }
  Diagnostics diagnostics;  // rules that were in force once are good enough
  Rulebook old;
  if (before.ok()) old = LoadRulebook(FilesOf(*before), diagnostics);
  for (size_t i = 0; i < rulebook.audience_count(); ++i) {
    rebuild.fresh[i] = old.FindAudience(rulebook.audience(i).name) == nullptr;
  }
  RuleVersionRecord record;
  record.version = instance.rule_version + 1;
  record.fingerprint = rulebook.fingerprint();
  for (const SourceFile& file : files) {
    record.files.emplace_back(file.name(), file.text());
  }
  rebuild.new_rules = std::move(record);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Rebuild> ReadRebuild(Store& store,
                                    const InstanceRecord& instance,
                                    const std::vector<SourceFile>& files) {
  absl::StatusOr<Rulebook> rulebook = ReadRules(files);
  if (!rulebook.ok()) return rulebook.status();
  Rebuild rebuild;
  rebuild.projection = std::make_shared<Projection>(
      CompiledRulebook::Compile(*std::move(rulebook)));
  Reader reader(store, rebuild);
  absl::Status read = CompareRules(store, instance, files, rebuild);
  if (read.ok()) read = reader.ReadProfiles();
  if (read.ok()) read = reader.ReadHistories();
  if (read.ok()) read = reader.ReadStays();
  if (!read.ok()) return read;
  for (const std::shared_ptr<Profile>& profile : rebuild.profiles) {
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
