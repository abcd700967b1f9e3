// The profiles of a file that several threads read are those of the plain way:
// every line by itself, in order, its identifiers looked up one by one, its
// event put into the history of whose it is unless that has a copy.

#include "daemon/ctl/offline/offline_profiles.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "daemon/ctl/offline/file_projection.h"
#include "daemon/ingest/event_file.h"
#include "daemon/ingest/identity.h"
#include "daemon/ingest/identity/blocked_identifiers.h"
#include "tests/unit/event_file_scene.h"
#include "tests/unit/loading.h"

namespace audienced {
namespace {

constexpr int kThreads = 3;

std::shared_ptr<const CompiledRulebook> ProfileRules() {
  Loaded loaded = Load(ShopWith(R"(
  dear: { who: { did: purchased, sum: { of: value, above: 20 } } }
  pro:  { who: { trait: { name: plan, is: pro } } }
  left: { who: { sequence: [{ did: carted }, { did_not: purchased }],
                 same: item_id } })"));
  EXPECT_TRUE(loaded.diagnostics.all().empty()) << loaded.text();
  return CompiledRulebook::Compile(std::move(loaded.rulebook));
}

// Whoever it is, and all that the rules see of it.
std::string TextOf(std::string_view key, std::string_view name,
                   const History& history) {
  std::string text;
  for (const std::string_view part : {key, name}) {
    text += part;
    text += ' ';
  }
  for (size_t i = 0; i < history.size(); ++i) {
    absl::StrAppend(&text, history.time(i).micros, "/", history.class_id(i),
                    "/", history.digest(i), "/");
    for (size_t item = history.item_begin(i); item < history.item_end(i);
         ++item) {
      absl::StrAppend(&text, history.item_cell(item, 0), ",");
    }
  }
  for (const TraitChange& trait : history.traits()) {
    absl::StrAppend(&text, " ", trait.time.micros, trait.name, "=",
                    *AsText(trait.value));
  }
  return text;
}

class OfflineProfilesTest : public EventFileScene {
 protected:
  std::vector<std::string> OnThreads() {
    const std::unique_ptr<EventFile> file = Open();
    std::vector<LineProjector> projectors;
    for (int i = 0; i < kThreads; ++i) {
      projectors.push_back(profiles_->NewProjector());
    }
    {
      FileProjection lines(*file, projectors);
      for (bool is_last = false; !is_last;) {
        FileProjection::Batch batch = lines.Next();
        EXPECT_TRUE(batch.status.ok()) << batch.status;
        is_last = batch.is_last;
        profiles_->Add(std::move(batch.lines));
      }
    }
    profiles_->Finish(std::move(projectors), kThreads);
    std::vector<std::string> texts;
    profiles_->ForEach(
        1,
        [&](int, Evaluation& evaluation, std::string_view name) {
          texts.push_back(
              TextOf(evaluation.profile_key(), name, evaluation.history()));
        },
        [](int64_t) {});
    std::sort(texts.begin(), texts.end());
    return texts;
  }

  struct Profile {
    std::string key;
    std::vector<Identifier> identifiers;
    History history;

    bool Has(const Identifier& identifier) const {
      return std::count(identifiers.begin(), identifiers.end(), identifier) > 0;
    }
    int Count(std::string_view kind) const {
      return static_cast<int>(std::count_if(
          identifiers.begin(), identifiers.end(),
          [&](const Identifier& each) { return each.kind == kind; }));
    }
  };

  // Of this kind a person has no more.
  static int LimitOf(std::string_view kind) {
    if (kind == "user_id") return 1;
    return kind == "email" || kind == "phone" ? 5 : 50;
  }
  static bool MayBeOne(const Profile& left, const Profile& right) {
    for (const Profile* profile : {&left, &right}) {
      for (const Identifier& each : profile->identifiers) {
        if (left.Count(each.kind) + right.Count(each.kind) >
            LimitOf(each.kind)) {
          return false;
        }
      }
    }
    return true;
  }
  static bool GoesOn(const Profile& left, const Profile& right) {
    if (left.Count("user_id") != right.Count("user_id")) {
      return left.Count("user_id") > 0;
    }
    if (left.history.first_time() != right.history.first_time()) {
      return left.history.first_time() < right.history.first_time();
    }
    return left.key < right.key;
  }

  // The place of who has `identifier`; of nobody: how many there are.
  size_t PlaceOf(const Identifier& identifier) const {
    const auto found = places_.find(KeyOf(identifier));
    return found == places_.end() ? people_.size() : found->second;
  }

  // Makes the two one; its place.
  size_t Unite(size_t one, size_t other) {
    if (GoesOn(people_[other], people_[one])) std::swap(one, other);
    Profile& kept = people_[one];
    Profile& gone = people_[other];
    for (const Identifier& each : gone.identifiers) {
      places_[KeyOf(each)] = one;
      kept.identifiers.push_back(each);
    }
    gone.identifiers.clear();
    united_[other] = one;
    return one;
  }

  // Whose event it is that names these.
  size_t Meet(const std::vector<Identifier>& identifiers) {
    size_t owner = people_.size();
    for (const Identifier& each : identifiers) {
      const size_t place = PlaceOf(each);
      if (owner < people_.size() || place == people_.size()) continue;
      const Identifier& heaviest = identifiers.front();
      if (each == heaviest ||
          people_[place].Count(heaviest.kind) < LimitOf(heaviest.kind)) {
        owner = place;
      }
    }
    const bool is_new = owner == people_.size();
    if (is_new) {
      people_.push_back({KeyOf(identifiers.front()),
                         {},
                         profiles_->projection().NewHistory()});
    }
    // Decided for all of them before anything is done.
    Profile together = people_[owner];
    std::vector<size_t> joined;
    std::vector<Identifier> linked;
    for (const Identifier& each : identifiers) {
      const auto found = places_.find(KeyOf(each));
      if (found == places_.end()) {
        if (together.Count(each.kind) >= LimitOf(each.kind)) continue;
        linked.push_back(each);
        together.identifiers.push_back(each);
        continue;
      }
      const size_t other = found->second;
      if (other == owner || is_new || !MayBeOne(together, people_[other]) ||
          std::count(joined.begin(), joined.end(), other) > 0) {
        continue;
      }
      joined.push_back(other);
      for (const Identifier& theirs : people_[other].identifiers) {
        together.identifiers.push_back(theirs);
      }
    }
    for (const size_t other : joined) owner = Unite(owner, other);
    for (const Identifier& each : linked) {
      places_[KeyOf(each)] = owner;
      people_[owner].identifiers.push_back(each);
    }
    return owner;
  }

  std::vector<std::string> LineByLine() {
    const std::unique_ptr<EventFile> file = Open();
    people_.clear();
    places_.clear();
    united_.clear();
    // Events in the order of the file, each with whom it was met as.
    std::vector<std::pair<size_t, ProjectedEvent>> events;
    EventLine line;
    while (*file->NextLine(line)) {
      if (!line.fault.empty()) continue;
      std::vector<Identifier> identifiers = line.incoming.identifiers;
      BlockedIdentifiers().TakeOut(identifiers);
      if (identifiers.empty()) continue;
      SortByWeight(identifiers);
      const size_t owner = Meet(identifiers);
      ProjectedEvent event =
          profiles_->projection().Project(std::move(line.incoming.event));
      people_[owner].history.ExtendTo(
          std::min(event.time, people_[owner].history.first_time()));
      events.emplace_back(owner, std::move(event));
      line = EventLine();
    }
    return TextsOf(std::move(events));
  }

  std::vector<std::string> TextsOf(
      std::vector<std::pair<size_t, ProjectedEvent>> events) {
    for (Profile& profile : people_) {
      profile.history = profiles_->projection().NewHistory();
    }
    for (auto& [owner, event] : events) {
      while (united_.contains(owner)) owner = united_[owner];
      History& history = people_[owner].history;
      if (!history.Contains(event.digest)) history.Insert(std::move(event));
    }
    std::vector<std::string> texts;
    for (Profile& profile : people_) {
      if (profile.identifiers.empty()) continue;
      SortByWeight(profile.identifiers);
      texts.push_back(TextOf(profile.key, profile.identifiers.front().value,
                             profile.history));
    }
    std::sort(texts.begin(), texts.end());
    return texts;
  }

  void ExpectAlike() {
    const std::vector<std::string> found = OnThreads();
    EXPECT_GT(found.size(), 10U);
    EXPECT_TRUE(found == LineByLine());
  }

  std::unique_ptr<OfflineProfiles> profiles_ =
      std::make_unique<OfflineProfiles>(ProfileRules());

  // Of LineByLine().
  std::vector<Profile> people_;
  std::map<std::string, size_t> places_;  // by key of the identifier
  std::map<size_t, size_t> united_;       // who is another one now
};

class PeopleLines {
 public:
  explicit PeopleLines(uint32_t seed) : random_(seed) {}

  size_t Below(size_t end) { return random_() % end; }

  // Of few, by another name more often than not; copies of events say other
  // things, and some stand in the same second.
  std::string Csv(size_t people, bool names_several) {
    if (Below(50) == 0) return "too,few\n";
    const size_t who = Below(people);
    const auto at_times = [&](const char* kind) {
      return names_several && Below(3) > 0 ? absl::StrCat(kind, who / 2) : "";
    };
    const std::string email = at_times("e");
    const std::string named =
        names_several && Below(2) == 0 ? "" : absl::StrCat("u", who);
    const std::string user = Below(60) == 0 ? "Anonymous" : named;
    return absl::StrCat(
        at_times("a"), ",", email, ",", user, ",",
        Below(2) == 0 ? "add_to_cart" : "purchase", ",2026-03-01T00:0",
        Below(3), ":", 10 + Below(50), Below(2) == 0 ? "Z" : ".5+01:00", ",id",
        Below(people * 20), ",sku-", Below(20), ",", Below(9), ".5\n");
  }

  std::string Json(size_t people) {
    return absl::StrCat(
        "{\"user_id\": \"",
        Below(60) == 0 ? "null" : absl::StrCat("u", Below(people)),
        "\", \"event\": \"$identify\", ", "\"event_id\": \"id",
        Below(people * 20),
        "\", \"occurred_at\": \"2026-03-01T00:00:", 10 + Below(50),
        "Z\", \"traits\": {\"plan\": \"p", Below(9), "\"}}\n");
  }

 private:
  std::mt19937 random_;
};

constexpr char kPeopleHeader[] =
    "anonymous_id,email,user_id,event,occurred_at,event_id,item_id,value\n";

// More bytes than are read at once, so that every thread reads some.
constexpr size_t kBytes = 4 << 20;

TEST_F(OfflineProfilesTest, LinesThatNameOneIdentifier) {
  PeopleLines lines(1);
  std::string text = kPeopleHeader;
  while (text.size() < kBytes) text += lines.Csv(5'000, false);
  Write(".csv", text);
  ExpectAlike();
}

TEST_F(OfflineProfilesTest, LinesThatJoinProfiles) {
  for (const uint32_t seed : {1, 2}) {
    SCOPED_TRACE(seed);
    PeopleLines lines(seed);
    std::string text = kPeopleHeader;
    while (text.size() < kBytes) text += lines.Csv(5'000, true);
    Write(".csv", text);
    profiles_ = std::make_unique<OfflineProfiles>(ProfileRules());
    ExpectAlike();
  }
}

TEST_F(OfflineProfilesTest, WhatCopiesStateOfTheirProfileGoesWithThem) {
  PeopleLines lines(1);
  std::string text;
  while (text.size() < kBytes) text += lines.Json(300);
  Write(".jsonl", text);
  ExpectAlike();
}

}  // namespace
}  // namespace audienced
