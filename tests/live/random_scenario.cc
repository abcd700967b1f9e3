#include "tests/live/random_scenario.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "rules/language/duration_text.h"
#include "rules/language/load.h"
#include "tests/oracle/generator/dice.h"
#include "tests/oracle/generator/random_history.h"
#include "tests/oracle/generator/random_rulebook.h"

namespace audienced {
namespace {

using oracle::Dice;
using oracle::Scale;

constexpr const char* kProfiles[] = {"ann", "bob", "cat", "dan"};

// Between the instants of the scale, so that a merge has one to itself.
constexpr absl::Duration kBeside = absl::Seconds(77);

// The events of one profile, with their receipts.
void AddProfile(const std::string& name, const Scale& scale, Dice& dice,
                ScenarioTest& test) {
  std::vector<Event> events = oracle::RandomHistory(scale, dice);
  const size_t count = events.size();
  for (size_t i = 0; i < count; ++i) {
    NormalizeKnownNames(events[i]);
    // Mostly ids of its own; else two that are one person share some.
    if (dice.Chance(80)) events[i].event_id += name;
    if (dice.Chance(25)) {
      events[i].received_at += (1 + dice.Below(6)) * scale.unit;
    }
  }
  for (size_t i = 0; i < count; ++i) {
    if (!dice.Chance(12)) continue;
    // The copy may say something else; the first one counts.
    Event copy =
        events[dice.Chance(50) ? i : dice.Below(static_cast<int>(i) + 1)];
    copy.origin = events[i].origin;
    copy.event_id = events[i].event_id;
    copy.received_at = std::max(copy.received_at, events[i].received_at) +
                       dice.Below(3) * scale.unit + absl::Seconds(1);
    events.push_back(std::move(copy));
  }
  for (Event& event : events) {
    test.events.push_back({name, std::move(event), {}});
  }
}

absl::Time FirstReceipt(const ScenarioTest& test, const std::string& profile) {
  absl::Time first = absl::InfiniteFuture();
  for (const ScenarioEvent& event : test.events) {
    if (event.profile == profile) {
      first = std::min(first, event.event.received_at);
    }
  }
  return first;
}

// After both are known.
void AddMerge(const std::string& profile, const std::string& into,
              absl::Time after, const Scale& scale, Dice& dice,
              ScenarioTest& test) {
  const absl::Time known =
      std::max({after, FirstReceipt(test, profile), FirstReceipt(test, into)});
  test.merges.push_back(
      {profile, into, known + dice.Below(6) * scale.unit + kBeside, {}});
}

// Where the rules allow it, and where the first that is known of each profile
// still counts then, so that merges find whom they name.
void SetRetention(absl::Duration retention, RandomScenario& scenario) {
  Diagnostics diagnostics;
  LoadRulebook(scenario.rules, diagnostics, retention);
  std::set<std::string> known;
  for (const auto& [profile, event, place] : scenario.test.events) {
    const bool is_refused = event.received_at - event.occurred_at >= retention;
    if (known.insert(profile).second && is_refused) return;
  }
  if (!diagnostics.has_errors()) scenario.retention = retention;
}

}  // namespace

RandomScenario ScenarioOf(uint64_t seed) {
  Dice dice(seed);
  const Scale scale = oracle::RandomScale(dice);
  RandomScenario scenario;
  for (const oracle::RuleFile& file : oracle::RandomRulebook(scale, dice)) {
    scenario.rules.emplace_back(file.name, file.content.Yaml());
  }
  ScenarioTest& test = scenario.test;
  test.name = absl::StrCat("seed ", seed);
  for (const char* name : kProfiles) AddProfile(name, scale, dice, test);
  std::stable_sort(test.events.begin(), test.events.end(),
                   [](const ScenarioEvent& left, const ScenarioEvent& right) {
                     return left.event.received_at < right.event.received_at;
                   });
  if (dice.Chance(60)) {
    AddMerge("bob", "ann", absl::InfinitePast(), scale, dice, test);
    if (dice.Chance(40)) {
      const absl::Time first = test.merges.front().received_at;
      AddMerge("ann", "cat", first, scale, dice, test);
    }
  }
  for (const ScenarioEvent& event : test.events) {
    test.end = std::max(test.end, event.event.received_at);
  }
  for (const ScenarioMerge& merge : test.merges) {
    test.end = std::max(test.end, merge.received_at);
  }
  test.end += 9 * scale.unit;
  if (dice.Chance(70)) {
    SetRetention(std::max(dice.Pick({4, 5, 6}) * scale.unit, absl::Hours(24)),
                 scenario);
  }
  return scenario;
}

std::string Text(const RandomScenario& scenario) {
  std::string text = absl::StrCat(
      "# retention: ", absl::FormatDuration(scenario.retention), "\n");
  for (const SourceFile& file : scenario.rules) {
    absl::StrAppend(&text, "# ", file.name(), "\n", file.text());
  }
  absl::StrAppend(&text, "events:\n");
  for (const auto& [profile, event, place] : scenario.test.events) {
    absl::StrAppend(&text, "  ", oracle::EventLine(event, profile), "\n");
  }
  for (const auto& [profile, into, at, place] : scenario.test.merges) {
    absl::StrAppend(&text, "  - { at: ", TimestampText(at),
                    ", profile: ", profile, ", merge_into: ", into, " }\n");
  }
  return text;
}

std::map<std::string, std::vector<Event>> KnownAt(const ScenarioTest& test,
                                                  absl::Duration retention,
                                                  absl::Time t) {
  std::map<std::string, std::string> persons;  // by name
  for (const char* name : kProfiles) persons[name] = name;
  for (const ScenarioMerge& merge : test.merges) {
    if (merge.received_at > t) continue;
    const std::string absorbed = persons[merge.profile];
    const std::string survivor = persons[merge.into];
    for (auto& [name, person] : persons) {
      if (person == absorbed) person = survivor;
    }
  }
  std::map<std::string, std::vector<Event>> known;
  std::set<std::tuple<std::string, std::string, std::string>> ids;
  for (const auto& [profile, event, place] : test.events) {
    const std::string& person = persons[profile];
    const std::tuple id(person, event.origin, event.event_id);
    if (event.received_at > t || ids.contains(id)) continue;
    if (event.received_at - event.occurred_at < retention) {
      ids.insert(id);
    } else if (event.traits.empty() && event.consents.empty()) {
      continue;
    }
    known[person].push_back(event);
  }
  return known;
}

}  // namespace audienced
