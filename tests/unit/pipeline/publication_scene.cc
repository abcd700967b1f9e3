#include "tests/unit/pipeline/publication_scene.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "absl/strings/str_cat.h"
#include "tests/unit/loading.h"

namespace audienced {

PublicationScene::PublicationScene(const std::string& audiences, Way way,
                                   absl::Duration retention)
    : way_(way), retention_(retention) {
  Use(audiences);
}

void PublicationScene::Begin(const std::string& audiences) {
  Loaded loaded = Load(ShopWith(audiences));
  EXPECT_TRUE(loaded.diagnostics.all().empty()) << loaded.text();
  auto rulebook =
      CompiledRulebook::Compile(std::move(loaded.rulebook), retention_);
  const auto known = directory_.Range({}, 1000);
  std::map<std::string, int64_t> published;
  for (const Directory::ProfilePtr& profile : known) {
    for (const AudienceMembership& each : profile->memberships) {
      published[projection_->rulebook().audience(each.audience).name] +=
          each.membership.member;
    }
  }
  std::shared_ptr<Projection> former = std::move(projection_);
  if (former == nullptr || way_ == Way::kEvaluate) {
    projection_ = std::make_shared<Projection>(std::move(rulebook));
  } else {
    projection_ = Projection::After(*former, std::move(rulebook));
    difference_ = std::make_shared<RuleDifference>(
        Compare(std::move(former), projection_->rulebook()));
  }
  tallies_.assign(projection_->rulebook().audience_count(), Tally());
  for (size_t i = 0; i < tallies_.size(); ++i) {
    const Audience& audience = projection_->rulebook().audience(i);
    tallies_[i].published = published[audience.name];
    tallies_[i].open = audience.minimum_size == 0 || tallies_[i].published > 0;
  }
  are_all_counted_ = false;
}

void PublicationScene::MoveAll() {
  are_all_counted_ = true;
  std::vector<Directory::ProfilePtr> unmoved = directory_.Range({}, 1000);
  std::erase_if(unmoved, [&](const Directory::ProfilePtr& profile) {
    return profile->projection == projection_;
  });
  Move(unmoved);
  difference_ = std::make_shared<RuleDifference>();
}

void PublicationScene::Move(
    const std::vector<Directory::ProfilePtr>& profiles) {
  CommitBuilder builder = NewCommit();
  for (const Directory::ProfilePtr& profile : profiles) {
    EXPECT_TRUE(builder.Prepare({profile->id}).ok());
    if (way_ == Way::kMove) {
      builder.Move(profile->id);
    } else {
      builder.Touch(profile->id, Cause::kRules);
    }
  }
  Finish(builder);
}

std::string PublicationScene::WaitUntil(int64_t second) {
  const Instant end{second * 1'000'000};
  std::string published;
  while (true) {
    const auto profiles = directory_.Range({}, 1000);
    Instant next = Instant::Forever();
    for (const Directory::ProfilePtr& profile : profiles) {
      next = std::min(next, profile->next_change);
    }
    if (next > end) break;
    now_ = next;
    FireDeadlines();
    published += published_;
  }
  now_ = end;
  return published;
}

std::string PublicationScene::WakeAt(int64_t second) {
  At(second);
  FireDeadlines();
  return published_;
}

void PublicationScene::FireDeadlines() {
  CommitBuilder builder = NewCommit();
  for (const Directory::ProfilePtr& profile : directory_.Range({}, 1000)) {
    if (profile->next_change <= now_) builder.Touch(profile->id, Cause::kTime);
  }
  Finish(builder);
}

std::string PublicationScene::Send(
    const std::string& person, const std::string& name,
    std::vector<std::pair<std::string, bool>> consents, Instant occurred_at) {
  IncomingEvent incoming{{{"profile", person}}, {}};
  incoming.event.occurred_at = ToTime(occurred_at);
  incoming.event.origin = "test";
  incoming.event.event_id = absl::StrCat(events_.size());
  incoming.event.name = name;
  incoming.event.consents = std::move(consents);
  const auto known = directory_.FindId(incoming.identifiers.front());
  std::string published;
  if (known && directory_.Find(*known)->projection != projection_) {
    Move({directory_.Find(*known)});
    published = published_;
  }
  events_.push_back(incoming);
  CommitBuilder builder = NewCommit();
  const bool counts = ToTime(occurred_at) + retention_ > ToTime(now_);
  EXPECT_EQ(
      builder.Add(incoming, false).kind,
      counts ? EventOutcome::Kind::kStored : EventOutcome::Kind::kRefused);
  Finish(builder);
  return published + published_;
}

CommitBuilder PublicationScene::NewCommit() {
  CommitBuilder::Options options;
  options.late_after = absl::Minutes(1);
  options.future_tolerance = absl::Minutes(10);
  CommitRules rules;
  rules.projection = projection_;
  rules.fresh.resize(projection_->rulebook().audience_count());
  rules.difference = difference_;
  rules.are_all_counted = are_all_counted_;
  return CommitBuilder(
      directory_, names_, rules, InstanceRecord(), tallies_, now_, options,
      [this](const std::vector<Directory::ProfilePtr>& profiles) {
        return ReadHistories(profiles);
      },
      [this](const std::vector<ProfileId>&, std::optional<Instant> instant) {
        std::vector<EventRecord> events;
        for (const IncomingEvent& each : events_) {
          if (instant && ToInstant(each.event.occurred_at) != *instant) {
            continue;
          }
          events.push_back({ProfileId{}, each.event});
        }
        return events;
      });
}

absl::StatusOr<Histories> PublicationScene::ReadHistories(
    const std::vector<Directory::ProfilePtr>& profiles) {
  Histories histories;
  for (const Directory::ProfilePtr& profile : profiles) {
    auto history = std::make_shared<History>(projection_->NewHistory());
    for (const IncomingEvent& event : events_) {
      if (event.identifiers.front() != profile->identifiers.front()) continue;
      history->Insert(projection_->Project(event.event));
    }
    histories.push_back(std::move(history));
  }
  return histories;
}

void PublicationScene::Finish(CommitBuilder& builder) {
  EXPECT_TRUE(builder.Evaluate().ok());
  published_.clear();
  for (const ChangeRecord& change : builder.rows().changes) {
    absl::StrAppend(&published_, change.identifiers.front().value, " ",
                    std::string(Name(change.change.kind)), " ",
                    std::string(Name(change.change.cause)));
    if (tallies_.size() > 1) {
      absl::StrAppend(&published_, " in ", change.audience);
    }
    published_ += "\n";
  }
  tallies_ = builder.tallies();
  const std::vector<Directory::ProfilePtr> profiles = builder.TakeProfiles();
  for (const Directory::ProfilePtr& profile : profiles) {
    see_(directory_.Find(profile->id).get(), *profile);
  }
  directory_.Apply(profiles, builder.rows().identifiers);
}

}  // namespace audienced
