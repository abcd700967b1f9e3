#include "rules/scenario/scenario_parser.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rules/scenario/expectation_parser.h"
#include "rules/scenario/node_reading.h"
#include "rules/scenario/received_parser.h"
#include "rules/source/message.h"
#include "rules/source/spelling.h"

namespace audienced {
namespace {

// Parses one element of `tests`.
ScenarioTest ParseTest(const Node& node, Diagnostics& diagnostics) {
  ScenarioTest test;
  test.place = node.place;
  if (!ExpectMapping(node, "a test", diagnostics)) return test;
  ExpectKeys(node, {"name", "start", "events", "expect", "changes"}, "a test",
             diagnostics);
  if (const Node* name = Require(node, "name", "a test", diagnostics)) {
    test.name = ReadText(*name, "the name of a test", diagnostics).value_or("");
    test.place = name->place;
  }
  TestTimes times(diagnostics);
  if (const Node* start = node.Find("start")) {
    // Without its start every duration of the test would be a fault.
    if (!times.ReadStart(*start)) return test;
  }
  if (const Node* events = node.Find("events")) {
    ParseReceived(*events, times, test, diagnostics);
  }
  const Node* expect = node.Find("expect");
  const Node* changes = node.Find("changes");
  if (expect != nullptr) ParseExpectations(*expect, times, test, diagnostics);
  if (changes != nullptr) ParseChanges(*changes, times, test, diagnostics);
  const bool has_empty_list = expect != nullptr &&
                              expect->kind == Node::Kind::kSequence &&
                              expect->elements.empty();
  if ((expect == nullptr || has_empty_list) && changes == nullptr) {
    diagnostics.Add("missing-key", test.place,
                    "the test expects nothing, so it cannot fail", "",
                    "add 'expect:' or 'changes:'");
  }
  test.end = times.end();
  return test;
}

void ParseRules(const Node& document, Scenario& scenario,
                Diagnostics& diagnostics) {
  const Node* rules = document.Find("rules");
  const Node* rulebook = document.Find("rulebook");
  if ((rules == nullptr) == (rulebook == nullptr)) {
    diagnostics.Add(rules == nullptr ? "missing-key" : "conflicting-keys",
                    document.place,
                    "a test file says either 'rules' or 'rulebook'", "",
                    "write 'rules: [shop.yaml]', or the rules themselves "
                    "under 'rulebook:'");
    return;
  }
  if (rulebook != nullptr) {
    if (ExpectMapping(*rulebook, "'rulebook'", diagnostics)) {
      scenario.rulebook = *rulebook;
    }
    return;
  }
  if (!ExpectList(*rules, "'rules'", diagnostics)) return;
  if (rules->elements.empty()) {
    diagnostics.Add("empty-list", rules->place, "'rules' names no rule file");
  }
  for (const Node& file : rules->elements) {
    std::optional<std::string> name =
        ReadText(file, "the name of a rule file", diagnostics);
    if (!name.has_value()) continue;
    scenario.rule_files.push_back({*std::move(name), file.place});
  }
}

void CheckAudience(const std::string& name, const Place& place,
                   const Rulebook& rulebook, Diagnostics& diagnostics) {
  if (rulebook.FindAudience(name) != nullptr) return;
  std::vector<std::string_view> names;
  for (const Audience& audience : rulebook.audiences) {
    names.push_back(audience.name);
  }
  const std::string_view nearest = NearestName(name, names);
  diagnostics.Add(
      "unknown-audience", place, Concat("no audience is named ", Quoted(name)),
      "", nearest.empty() ? "" : Concat("did you mean ", Quoted(nearest), "?"));
}

}  // namespace

Scenario ParseScenario(const Node& document, Diagnostics& diagnostics) {
  Scenario scenario;
  if (!ExpectMapping(document, "a test file", diagnostics)) return scenario;
  ExpectKeys(document, {"rules", "rulebook", "tests"}, "a test file",
             diagnostics);
  ParseRules(document, scenario, diagnostics);
  const Node* tests = Require(document, "tests", "a test file", diagnostics);
  if (tests == nullptr || !ExpectList(*tests, "'tests'", diagnostics)) {
    return scenario;
  }
  if (tests->elements.empty()) {
    diagnostics.Add("empty-list", tests->place, "the file has no test");
  }
  for (const Node& test : tests->elements) {
    scenario.tests.push_back(ParseTest(test, diagnostics));
  }
  return scenario;
}

void CheckScenario(const Scenario& scenario, const Rulebook& rulebook,
                   Diagnostics& diagnostics) {
  for (const ScenarioTest& test : scenario.tests) {
    for (const ScenarioEvent& entry : test.events) {
      for (const auto& [purpose, granted] : entry.event.consents) {
        if (rulebook.FindConsent(purpose) != nullptr) continue;
        std::vector<std::string_view> names;
        for (const ConsentPurpose& one : rulebook.consents)
          names.push_back(one.name);
        const std::string_view nearest = NearestName(purpose, names);
        diagnostics.Add(
            "unknown-consent", entry.place,
            Concat("no purpose of consent is named ", Quoted(purpose)), "",
            nearest.empty() ? ""
                            : Concat("did you mean ", Quoted(nearest), "?"));
      }
    }
    for (const Expectation& expectation : test.expectations) {
      CheckAudience(expectation.audience, expectation.place, rulebook,
                    diagnostics);
    }
    if (!test.changes.has_value()) continue;
    for (const ExpectedChange& change : *test.changes) {
      if (!change.audience.has_value()) continue;
      CheckAudience(*change.audience, change.place, rulebook, diagnostics);
    }
  }
}

}  // namespace audienced
