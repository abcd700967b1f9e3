#include "tests/benchmark/sample_people.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <utility>

#include "absl/strings/str_cat.h"
#include "rules/language/load.h"

namespace audienced {
namespace {

constexpr char kHead[] = R"yaml(version: 1
timezone: UTC
conversions:
  viewed: { kind: micro, role: process, event: view_item }
  carted: { kind: micro, role: process, event: add_to_cart }
  checkout: { kind: micro, role: process, event: begin_checkout }
  downloaded: { kind: micro, role: secondary, event: file_download }
  signed_up: { kind: micro, role: secondary, event: sign_up }
  purchased: { kind: macro, event: purchase }
ladders:
  buying: { rungs: [viewed, carted, checkout, purchased], all_within: 7d }
scores:
  heat:
    points: { viewed: 1, carted: 5, downloaded: 8 }
    half_life: 14d
consents: { mail: granted }
audiences:
)yaml";

constexpr char kCanonical[] = R"yaml(
  viewed-not-carted:
    who:
      sequence: [{ did: viewed }, { did_not: carted }]
      same: item_id
      in_last: 7d
  carted-not-purchased:
    who:
      sequence: [{ did: carted }, { did_not: purchased, within: 1h }]
      ago: { at_least: 1h, below: 3d }
      anchor: any
  carted-item-not-purchased:
    who:
      sequence: [{ did: carted }, { did_not: purchased, within: 1h }]
      same: item_id
      ago: { at_least: 1h, below: 3d }
      anchor: any
  browsers:
    who:
      all:
        - { did: viewed, times: 3, in_last: 7d }
        - { did_not: purchased, in_last: 30d }
  stuck-in-checkout:
    who:
      sequence:
        - did: viewed
        - { did: carted, within: 1d }
        - { did: checkout, within: 1d }
        - did_not: purchased
      anchor: any
  readers:
    who: { all: [{ did: downloaded }, { did_not: signed_up }] }
  spenders:
    who: { did: purchased, sum: { of: value, above: 500 }, in_last: 90d }
  lapsed:
    who:
      all:
        - { did: purchased, ago: { at_least: 60d } }
        - { did_not: { event: "*" }, in_last: 30d }
)yaml";

constexpr std::pair<const char*, const char*> kKinds[] = {
    {"did", "{ did: viewed, in_last: 7d }"},
    {"did-times", "{ did: viewed, times: 3, in_last: 30d }"},
    {"did-ever", "{ did: purchased }"},
    {"did-calendar", "{ did: viewed, in: this_month }"},
    {"did-sum", "{ did: purchased, sum: { of: value, at_least: 100 } }"},
    {"did-distinct",
     "{ did: viewed, distinct: { of: item_id, at_least: 3 }, in_last: 30d }"},
    {"did-same", "{ did: viewed, times: 2, same: item_id, in_last: 30d }"},
    {"did-last", "{ did: viewed, which: last, in_last: 7d }"},
    {"did-one-session", "{ did: viewed, times: 3, in_one: session }"},
    {"all-did-did-not",
     "{ all: [{ did: carted, in_last: 30d }, { did_not: purchased, in_last: "
     "30d }] }"},
    {"sequence",
     "{ sequence: [{ did: carted }, { did_not: purchased, for: 1h }], in_last: "
     "7d }"},
    {"sequence-same",
     "{ sequence: [{ did: carted }, { did_not: purchased, for: 1h }], same: "
     "item_id, in_last: 7d }"},
    {"sequence-of-three",
     "{ sequence: [{ did: viewed }, { did: carted, within: 1d }, { did: "
     "checkout, within: 1d }] }"},
    {"on-rung",
     "{ on_rung: { ladder: buying, rung: checkout, in_last: 30d } }"},
    {"score", "{ score: { of: heat, at_least: 5 } }"},
    {"known-for", "{ known_for: 30d }"},
    {"sample", "{ sample: 10% }"},
    {"consented", "{ consented: mail }"},
};

constexpr const char* kEvents[] = {
    "view_item",     "add_to_cart", "begin_checkout", "purchase",
    "file_download", "sign_up",     "search",         "page_view"};
constexpr int kWeights[] = {66, 10, 5, 5, 2, 1, 4, 7};
constexpr int kItems = 2000;
constexpr int kCategories = 16;

// From 0 on, below 1.
double Share(std::mt19937_64& random) {
  return std::ldexp(static_cast<double>(random() >> 11), -53);
}

Event RandomEvent(std::mt19937_64& random, std::string id, absl::Time at) {
  Event event;
  event.occurred_at = at;
  event.received_at = at;
  event.origin = "shop";
  event.event_id = std::move(id);
  int drawn = static_cast<int>(random() % 100);
  int kind = 0;
  while (drawn >= kWeights[kind]) drawn -= kWeights[kind++];
  event.name = kEvents[kind];
  if (kind >= 4) return event;  // is of no item
  const auto number =
      static_cast<int64_t>(Share(random) * Share(random) * kItems);
  const Decimal price = Decimal::FromInteger(5 + number * 37 % 195);
  Properties item;
  item.Set("item_id", Value(absl::StrCat("item-", number)));
  item.Set("item_category", Value(absl::StrCat("c", number % kCategories)));
  item.Set("price", Value(price));
  event.items.push_back(std::move(item));
  event.properties.Set("value", Value(price));
  return event;
}

}  // namespace

std::string CanonicalRules() { return absl::StrCat(kHead, kCanonical); }

std::vector<std::pair<std::string, std::string>> RulesByKind() {
  std::vector<std::pair<std::string, std::string>> rules;
  for (const auto& [word, condition] : kKinds) {
    rules.emplace_back(
        word, absl::StrCat(kHead, "  only:\n    who: ", condition, "\n"));
  }
  rules.emplace_back("stay",
                     absl::StrCat(kHead, "  only:\n    who: ", kKinds[0].second,
                                  "\n    stay: 7d\n"));
  return rules;
}

std::string ManyRules(int count) {
  // Named, so that thousands of rules are no larger than a file may be.
  std::string rules = "version: 1\nconversions:\n";
  for (int kind = 0; kind < 4; ++kind) {
    for (int category = 0; category < kCategories; ++category) {
      absl::StrAppend(&rules, "  e", kind, "-", category,
                      ": { kind: macro, event: ", kEvents[kind],
                      ", where: { item_category: \"c", category, "\" } }\n");
    }
  }
  rules += "audiences:\n";
  std::mt19937_64 random(7);
  const auto selection = [&] {
    return absl::StrCat("e", random() % 4, "-", random() % kCategories);
  };
  const auto window = [&] {
    return absl::StrCat(", in_last: ", 1 + random() % 60, "d }");
  };
  for (int i = 0; i < count; ++i) {
    absl::StrAppend(&rules, "  rule-", i,
                    ": { who: { all: [{ did: ", selection(),
                    ", times: ", 1 + random() % 3, window());
    absl::StrAppend(&rules, ", { did_not: ", selection(), window(), "] } }\n");
  }
  return rules;
}

std::shared_ptr<const CompiledRulebook> CompileRules(const std::string& rules) {
  Diagnostics diagnostics;
  const std::vector<SourceFile> files = {SourceFile("rules.yaml", rules)};
  Rulebook rulebook = LoadRulebook(files, diagnostics);
  if (diagnostics.has_errors()) {
    std::fprintf(stderr, "%s\n", diagnostics.all().front().message.c_str());
    std::exit(1);
  }
  return CompiledRulebook::Compile(std::move(rulebook));
}

std::vector<int> UsualCounts(int people) {
  std::mt19937_64 random(5);
  std::vector<int> counts;
  for (int i = 0; i < people; ++i) {
    const double count = 2.5 * std::pow(1 - Share(random), -1 / 1.3);
    counts.push_back(static_cast<int>(std::min(count, 1000.0)));
  }
  return counts;
}

SamplePeople::SamplePeople(std::shared_ptr<const CompiledRulebook> rulebook,
                           const std::vector<int>& event_counts)
    : projection_(std::move(rulebook)) {
  std::mt19937_64 random(11);
  for (const int count : event_counts) {
    const std::string name = absl::StrCat("profile:", keys_.size());
    const double newest = Share(random) * Share(random);
    std::vector<absl::Time> times;
    for (int i = 0; i < count; ++i) {
      const double age = newest + (1 - newest) * Share(random);
      times.push_back(ToTime(kSampleEnd) -
                      absl::Seconds(static_cast<int64_t>(age * 90 * 86'400)));
    }
    std::sort(times.begin(), times.end());
    History history = projection_.NewHistory();
    for (int i = 0; i < count; ++i) {
      history.Insert(projection_.Project(
          RandomEvent(random, absl::StrCat(name, "-", i), times[i])));
    }
    history.Pack();
    event_count_ += history.size();
    histories_.push_back(std::move(history));
    keys_.push_back(name);
  }
}

}  // namespace audienced
