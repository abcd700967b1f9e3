#include "tests/live/live_run.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <thread>
#include <tuple>
#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "daemon/ingest/event_message.h"
#include "rules/language/duration_text.h"

namespace audienced {
namespace {

std::string WriteRules(const std::string& folder,
                       const std::vector<SourceFile>& rules) {
  const std::string path = folder + "/rules";
  std::filesystem::create_directory(path);
  for (const SourceFile& file : rules) {
    const std::filesystem::path name = file.name();
    std::ofstream(path / name.filename()) << file.text();
  }
  return path;
}

v1::ProfileReference NameOf(const std::string& profile) {
  v1::ProfileReference reference;
  reference.mutable_identifier()->set_kind("profile");
  reference.mutable_identifier()->set_value(profile);
  return reference;
}

// An entry or exit, however it was learned.
struct PublishedChange {
  Instant at;
  std::string profile;
  std::string audience;
  std::string kind;
  std::string cause;

  friend bool operator==(const PublishedChange&,
                         const PublishedChange&) = default;
};

auto Place(const PublishedChange& change) {
  return std::tie(change.at, change.profile, change.audience);
}

// Of the changes of one profile in one audience at one instant only what they
// come to, without a cause where they were several: the daemon may see what a
// test receives at one instant one by one.
std::vector<PublishedChange> Net(std::vector<PublishedChange> changes) {
  std::stable_sort(changes.begin(), changes.end(),
                   [](const auto& left, const auto& right) {
                     return Place(left) < Place(right);
                   });
  std::vector<PublishedChange> net;
  for (size_t begin = 0, end = 0; begin < changes.size(); begin = end) {
    while (end < changes.size() &&
           Place(changes[end]) == Place(changes[begin])) {
      ++end;
    }
    if ((end - begin) % 2 == 0) continue;
    net.push_back(changes[end - 1]);
    if (end - begin > 1) net.back().cause.clear();
  }
  return net;
}

// Gives the changes that are wanted the causes of those that were published,
// where these leave it open: where there is none, where the daemon, at an
// instant at which something `is_received`, saw the time come first, and where
// what it received at one instant came in several requests.
void SettleCauses(const std::vector<PublishedChange>& published,
                  absl::FunctionRef<bool(Instant)> is_received,
                  const std::set<Instant>& divided,
                  std::vector<PublishedChange>& wanted) {
  for (PublishedChange& change : wanted) {
    const auto found =
        std::lower_bound(published.begin(), published.end(), change,
                         [](const auto& left, const auto& right) {
                           return Place(left) < Place(right);
                         });
    if (found == published.end() || Place(*found) != Place(change)) continue;
    if (change.cause.empty() || found->cause.empty() ||
        divided.contains(change.at) ||
        (found->cause == "time" && is_received(change.at))) {
      change.cause = found->cause;
    }
  }
}

std::string Text(const std::vector<PublishedChange>& changes) {
  std::string text;
  for (const PublishedChange& change : changes) {
    absl::StrAppend(&text, "  ", TimestampText(ToTime(change.at)), " ",
                    change.profile, " ", change.kind, " ", change.audience, " ",
                    change.cause, "\n");
  }
  return text;
}

std::string RetentionText(const CompiledRulebook& rulebook) {
  const Micros retention = rulebook.program().retention;
  return retention == 0 ? "none" : DurationText(absl::Microseconds(retention));
}

}  // namespace

LiveRun::LiveRun(const ScenarioTest& test,
                 std::shared_ptr<const CompiledRulebook> rulebook,
                 const std::vector<SourceFile>& rules,
                 const std::string& database)
    : test_(test),
      rulebook_(rulebook),
      virtual_run_(test, std::move(rulebook)),
      daemon_(folder_.path() + "/data",
              {"AUDIENCED_TEST_CLOCK=" + folder_.path() + "/clock",
               "AUDIENCED_DATABASE=" + database, "AUDIENCED_LATE_AFTER=0s",
               "AUDIENCED_RETENTION=" + RetentionText(*rulebook_),
               "AUDIENCED_FUTURE_TOLERANCE=1d",
               // Months may pass between two looks at the changes.
               "AUDIENCED_CHANGE_LOG_RETENTION=36500d"},
              WriteRules(folder_.path(), rules)) {
  virtual_run_.AdvanceTo(ToInstant(test.end));
}

std::string LiveRun::Run() {
  const std::set<Instant> steps = Steps();
  SetClock(*steps.begin());
  if (!daemon_.Start()) return daemon_.Log();
  audiences_ = v1::AudienceService::NewStub(daemon_.channel());
  events_ = v1::EventService::NewStub(daemon_.channel());
  profiles_ = v1::ProfileService::NewStub(daemon_.channel());
  {
    grpc::ClientContext context;
    v1::ListChangesResponse response;
    audiences_->ListChanges(&context, {}, &response);
    cursor_ = response.cursor();
  }
  for (const Instant step : steps) {
    SetClock(step);
    Receive(step);
    WaitThrough(step);
    for (const Expectation& expectation : test_.expectations) {
      if (ToInstant(expectation.at) == step) Check(expectation);
    }
  }
  CheckChanges();
  return differences_;
}

std::set<Instant> LiveRun::Steps() const {
  std::set<Instant> steps = {ToInstant(test_.end)};
  for (const ScenarioEvent& event : test_.events) {
    steps.insert(ToInstant(event.event.received_at));
  }
  for (const ScenarioMerge& merge : test_.merges) {
    steps.insert(ToInstant(merge.received_at));
  }
  for (const Expectation& expectation : test_.expectations) {
    steps.insert(ToInstant(expectation.at));
  }
  for (const RecordedChange& change : virtual_run_.changes()) {
    steps.insert(change.at);
  }
  return steps;
}

void LiveRun::SetClock(Instant now) const {
  const std::string file = folder_.path() + "/clock";
  std::ofstream(file + ".part") << absl::FormatTime(
      "%Y-%m-%dT%H:%M:%E*SZ", ToTime(now), absl::UTCTimeZone());
  std::rename((file + ".part").c_str(), file.c_str());
}

void LiveRun::Receive(Instant now) {
  std::map<std::string, v1::IngestEventsRequest> requests;  // by origin
  for (const ScenarioEvent& event : test_.events) {
    if (ToInstant(event.event.received_at) != now) continue;
    *requests[event.event.origin].add_events() =
        ToMessage({{{"profile", event.profile}}, event.event});
    names_.insert(event.profile);
  }
  if (requests.size() > 1) divided_.insert(now);
  for (auto& [origin, request] : requests) {
    request.set_origin(origin);
    grpc::ClientContext context;
    v1::IngestEventsResponse response;
    const grpc::Status status =
        events_->IngestEvents(&context, request, &response);
    // What counts no more is refused as it should be.
    const auto refused = std::count_if(
        response.results().begin(), response.results().end(),
        [](const v1::EventResult& result) {
          return result.status() == v1::EventResult::STATUS_REFUSED &&
                 result.reason() != v1::ERROR_REASON_BEYOND_RETENTION;
        });
    if (!status.ok() || refused > 0) {
      absl::StrAppend(&differences_, "not taken: ", status.error_message(),
                      response.ShortDebugString(), "\n");
    }
  }
  Learn();
  for (const ScenarioMerge& merge : test_.merges) {
    if (ToInstant(merge.received_at) == now) Merge(merge);
  }
}

void LiveRun::Merge(const ScenarioMerge& merge) {
  v1::MergeProfilesRequest request;
  *request.mutable_profile() = NameOf(merge.profile);
  *request.mutable_into() = NameOf(merge.into);
  grpc::ClientContext context;
  v1::MergeProfilesResponse response;
  const grpc::Status status =
      profiles_->MergeProfiles(&context, request, &response);
  if (!status.ok()) {
    absl::StrAppend(&differences_, "not merged: ", status.error_message(),
                    "\n");
  }
  absorbed_.insert(merge.profile);
}

void LiveRun::WaitThrough(Instant now) {
  for (int attempt = 0; attempt < 1000; ++attempt) {
    grpc::ClientContext context;
    v1::ListAudiencesResponse response;
    audiences_->ListAudiences(&context, {}, &response);
    const auto& through = response.evaluated_through_time();
    if (ToInstant(absl::FromUnixSeconds(through.seconds()) +
                  absl::Nanoseconds(through.nanos())) >= now) {
      return;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  absl::StrAppend(&differences_, "not evaluated through ",
                  TimestampText(ToTime(now)), "\n");
}

// Who the new profiles are, before a merge gives one several names.
void LiveRun::Learn() {
  for (const std::string& name : names_) {
    if (learned_.contains(name)) continue;
    v1::BatchGetMembershipsRequest request;
    request.add_audiences(rulebook_->audience(0).name);
    *request.add_profiles() = NameOf(name);
    grpc::ClientContext context;
    v1::BatchGetMembershipsResponse response;
    audiences_->BatchGetMemberships(&context, request, &response);
    if (response.memberships_size() == 1) {
      known_.emplace(response.memberships(0).profile(), name);
      learned_.insert(name);
    }
  }
}

void LiveRun::Check(const Expectation& expectation) {
  std::vector<std::string> expected;
  for (const ExpectedMember& member : expectation.members) {
    expected.push_back(member.profile);
  }
  v1::BatchGetMembershipsRequest request;
  request.add_audiences(expectation.audience);
  std::vector<std::string> asked;
  for (const std::string& name : names_) {
    if (absorbed_.contains(name)) continue;
    *request.add_profiles() = NameOf(name);
    asked.push_back(name);
  }
  std::vector<std::string> holds;
  std::vector<std::string> addressed;
  if (!asked.empty()) {
    grpc::ClientContext context;
    v1::BatchGetMembershipsResponse response;
    audiences_->BatchGetMemberships(&context, request, &response);
    for (int i = 0; i < response.memberships_size(); ++i) {
      const v1::Membership::State state = response.memberships(i).state();
      if (state == v1::Membership::STATE_MEMBER) addressed.push_back(asked[i]);
      if (state == v1::Membership::STATE_MEMBER ||
          state == v1::Membership::STATE_WITHHELD) {
        holds.push_back(asked[i]);
      }
    }
  }
  v1::ListMembersRequest list;
  list.set_audience(expectation.audience);
  grpc::ClientContext context;
  v1::ListMembersResponse members;
  audiences_->ListMembers(&context, list, &members);
  std::vector<std::string> published;
  for (const v1::Member& member : members.members()) {
    published.push_back(known_[member.profile()]);
  }
  std::sort(published.begin(), published.end());
  const auto tell = [&](const char* what, const auto& wanted, const auto& got) {
    if (wanted == got) return;
    absl::StrAppend(&differences_, TimestampText(expectation.at), " ",
                    expectation.audience, ": ", what, " [",
                    absl::StrJoin(got, ", "), "], wanted [",
                    absl::StrJoin(wanted, ", "), "]\n");
  };
  tell("the rule holds for", expected, holds);
  tell("published are", addressed, published);
}

bool LiveRun::IsPublishedWhole(const std::string& audience) const {
  const Audience& model = rulebook_->audience(
      static_cast<size_t>(rulebook_->FindAudience(audience)));
  return model.status == AudienceStatus::kLive && !model.holdout &&
         model.minimum_size == 0;
}

bool LiveRun::IsReceived(Instant t) const {
  return std::any_of(test_.events.begin(), test_.events.end(),
                     [t](const ScenarioEvent& event) {
                       return ToInstant(event.event.received_at) == t;
                     });
}

void LiveRun::CheckChanges() {
  std::vector<PublishedChange> wanted;
  for (const RecordedChange& change : virtual_run_.changes()) {
    const std::string& audience = rulebook_->audience(change.audience).name;
    if (!IsPublishedWhole(audience) || (change.kind != ChangeKind::kEntered &&
                                        change.kind != ChangeKind::kLeft)) {
      continue;
    }
    wanted.push_back({change.at, change.profile, audience,
                      std::string(Name(change.kind)),
                      std::string(Name(change.cause))});
  }
  std::vector<PublishedChange> got;
  v1::ListChangesRequest request;
  request.set_cursor(cursor_);
  v1::ListChangesResponse response;
  do {
    grpc::ClientContext context;
    response.Clear();
    audiences_->ListChanges(&context, request, &response);
    request.set_cursor(response.cursor());
    for (const v1::MembershipChange& change : response.changes()) {
      if (!IsPublishedWhole(change.audience()) ||
          (change.kind() != v1::CHANGE_KIND_ENTERED &&
           change.kind() != v1::CHANGE_KIND_LEFT)) {
        continue;
      }
      const auto& time = change.commit_time();
      std::string cause = v1::Cause_Name(change.cause()).substr(6);
      std::transform(cause.begin(), cause.end(), cause.begin(), tolower);
      got.push_back(
          {ToInstant(absl::FromUnixSeconds(time.seconds()) +
                     absl::Nanoseconds(time.nanos())),
           known_[change.profile()], change.audience(),
           change.kind() == v1::CHANGE_KIND_ENTERED ? "entered" : "left",
           cause});
    }
  } while (response.more());
  const std::vector<PublishedChange> published = Net(std::move(got));
  std::vector<PublishedChange> net = Net(std::move(wanted));
  SettleCauses(
      published, [this](Instant t) { return IsReceived(t); }, divided_, net);
  if (net == published) return;
  absl::StrAppend(&differences_, "changes wanted\n", Text(net), "published\n",
                  Text(published));
}

}  // namespace audienced
