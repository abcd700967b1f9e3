#include "tests/unit/pipeline/person_scene.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "daemon/pipeline/received_events.h"
#include "tests/unit/loading.h"

namespace audienced {
namespace {

constexpr int64_t kSecond = 1'000'000;

constexpr char kAudience[] =
    "  tested: { who: { all: [{ did: carted }, { did_not: purchased }] }, "
    "consent: [email] }\n";

}  // namespace

PersonScene::PersonScene(Landing landing)
    : landing_(landing), now_{1'000 * kSecond} {
  Loaded loaded = Load(ShopWith(kAudience));
  EXPECT_TRUE(loaded.diagnostics.all().empty()) << loaded.text();
  rules_.projection = std::make_shared<Projection>(
      CompiledRulebook::Compile(std::move(loaded.rulebook)));
  rules_.fresh.resize(rules_.projection->rulebook().audience_count());
  tallies_.resize(rules_.fresh.size());
  instance_.evaluated_through = ToTime(now_);
  erasures_.SetSecret("secret");
}

void PersonScene::At(int64_t second) { now_ = Instant{second * kSecond}; }

std::vector<EventOutcome> PersonScene::Send(const std::vector<Sent>& events) {
  Begin();
  std::vector<EventOutcome> outcomes = Take(events);
  End();
  return outcomes;
}

void PersonScene::Begin() {
  if (written_ != nullptr && !written_->rows().merges.empty()) Land();
  open_ = NewCommit();
  if (written_ != nullptr) open_->Follow(*written_);
}

std::vector<EventOutcome> PersonScene::Take(const std::vector<Sent>& events) {
  open_->AdvanceTo(now_);
  std::vector<IncomingEvent> incoming;
  std::vector<ProfileId> touched;
  for (const Sent& sent : events) {
    IncomingEvent event;
    event.identifiers = sent.identifiers;
    event.event.occurred_at = sent.occurred < 0
                                  ? ToTime(now_)
                                  : ToTime(Instant{sent.occurred * kSecond});
    event.event.origin = "test";
    event.event.event_id =
        sent.event_id.empty() ? absl::StrCat("e", ++sent_) : sent.event_id;
    event.event.name = sent.name;
    event.event.consents = sent.consents;
    for (const Identifier& identifier : sent.identifiers) {
      const auto known = directory_.FindId(identifier);
      if (known) touched.push_back(*known);
    }
    incoming.push_back(std::move(event));
  }
  EXPECT_TRUE(open_->Prepare(touched).ok());
  std::vector<EventOutcome> outcomes;
  for (size_t i = 0; i < events.size(); ++i) {
    outcomes.push_back(open_->Add(std::move(incoming[i]), events[i].backfill));
  }
  return outcomes;
}

void PersonScene::End() {
  Land();
  open_->AdvanceTo(now_);
  open_->BeforeHasLanded();
  Finish(std::move(open_));
}

EventOutcome PersonScene::Send(Sent event) {
  return Send(std::vector<Sent>{std::move(event)}).front();
}

void PersonScene::Merge(ProfileId absorbed, ProfileId survivor) {
  Land();
  std::unique_ptr<CommitBuilder> builder = NewCommit();
  EXPECT_TRUE(builder->Prepare({absorbed, survivor}).ok());
  builder->Merge(absorbed, survivor);
  Finish(std::move(builder));
}

void PersonScene::Erase(ProfileId id) {
  Land();
  std::unique_ptr<CommitBuilder> builder = NewCommit();
  builder->Erase(id);
  Finish(std::move(builder));
}

int64_t PersonScene::Who(const std::string& kind,
                         const std::string& value) const {
  const auto known = directory_.FindId({kind, value});
  return known ? static_cast<int64_t>(*known) : 0;
}

Directory::ProfilePtr PersonScene::Find(int64_t number) const {
  return directory_.Find(ProfileId{number});
}

std::string PersonScene::continued() const {
  std::string text;
  for (const ContinuedEpisode& each : last_change().continues) {
    absl::StrAppend(&text, text.empty() ? "" : " ",
                    static_cast<int64_t>(each.profile), "/", each.episode);
  }
  return text;
}

std::string PersonScene::stored_under() const {
  std::string text;
  for (const EventRecord& record : rows_.events) {
    absl::StrAppend(&text, text.empty() ? "" : " ",
                    static_cast<int64_t>(record.profile));
  }
  return text;
}

std::string PersonScene::published() const {
  std::string text;
  for (const ChangeRecord& change : rows_.changes) {
    absl::StrAppend(&text, text.empty() ? "" : ", ",
                    static_cast<int64_t>(change.profile), " ",
                    std::string(Name(change.change.kind)), " ",
                    std::string(Name(change.change.cause)));
  }
  return text;
}

std::unique_ptr<CommitBuilder> PersonScene::NewCommit() {
  CommitBuilder::Options options;
  options.late_after = absl::Minutes(1);
  options.future_tolerance = absl::Minutes(10);
  options.identity = policy_;
  options.erasures = &erasures_;
  options.separations = &separations_;
  return std::make_unique<CommitBuilder>(
      directory_, names_, rules_, instance_, tallies_, now_, options,
      [this](const std::vector<Directory::ProfilePtr>& profiles)
          -> absl::StatusOr<Histories> {
        if (!is_readable_) return absl::UnavailableError("not now");
        Histories histories;
        for (const Directory::ProfilePtr& profile : profiles) {
          std::vector<ProfileId> numbers = profile->absorbed;
          numbers.push_back(profile->id);
          ReceivedEvents received;
          const std::vector<EventRecord> events = Read(numbers);
          for (const EventRecord& record : events) {
            received.Add(record.event, *rules_.projection);
          }
          histories.push_back(std::make_shared<History>(
              received.TakeHistory(*rules_.projection, numbers.size() > 1)));
        }
        return histories;
      },
      [this](const std::vector<ProfileId>& numbers,
             std::optional<Instant> instant) {
        std::vector<EventRecord> events = Read(numbers);
        std::erase_if(events, [&](const EventRecord& record) {
          return instant && ToInstant(record.event.occurred_at) != *instant;
        });
        return events;
      });
}

std::vector<EventRecord> PersonScene::Read(
    const std::vector<ProfileId>& numbers) const {
  std::vector<EventRecord> events;
  for (const EventRecord& record : stored_) {
    if (std::find(numbers.begin(), numbers.end(), record.profile) !=
        numbers.end()) {
      events.push_back(record);
    }
  }
  return events;
}

void PersonScene::Finish(std::unique_ptr<CommitBuilder> builder) {
  EXPECT_TRUE(builder->Evaluate().ok());
  tallies_ = builder->tallies();
  rows_ = builder->rows();
  stored_.insert(stored_.end(), rows_.events.begin(), rows_.events.end());
  instance_.heads = rows_.heads;
  instance_.commit_number = rows_.commit_number;
  written_ = std::move(builder);
  if (landing_ == Landing::kAtOnce) Land();
}

void PersonScene::LetGo() { directory_.LimitHistories(0); }

void PersonScene::Land() {
  if (written_ == nullptr) return;
  directory_.Apply(written_->TakeProfiles(), rows_.identifiers);
  written_.reset();
  for (const SeparationRecord& each : rows_.rejoined) {
    separations_.Remove(each);
  }
  for (const ErasureRecord& erasure : rows_.erasures) {
    directory_.Forget(erasure);
    erasures_.Add(erasure, rows_.commit_time);
  }
}

}  // namespace audienced
