#include "rules/scenario/scenario_runner.h"

#include <algorithm>
#include <map>
#include <utility>

#include "rules/engine/explain/explanation_text.h"
#include "rules/language/duration_text.h"
#include "rules/scenario/change_list.h"
#include "rules/scenario/virtual_run.h"
#include "rules/source/message.h"
#include "rules/source/printable.h"

namespace audienced {
namespace {

// Of how many profiles a failure tells why.
constexpr size_t kReasonLimit = 5;

std::string Join(const std::vector<std::string>& parts,
                 std::string_view separator) {
  std::string text;
  for (const std::string& part : parts) {
    if (!text.empty()) text += separator;
    text += part;
  }
  return text;
}

std::string MemberText(const std::string& profile,
                       const std::optional<std::vector<std::string>>& items) {
  if (!items.has_value()) return profile;
  return Concat(profile, " with items [", Join(*items, ", "), "]");
}

class TestRun {
 public:
  TestRun(const ScenarioTest& test,
          const std::shared_ptr<const CompiledRulebook>& rulebook)
      : test_(test), rulebook_(*rulebook), run_(test, rulebook) {}

  std::vector<TestFailure> Run();

 private:
  // The members of an audience, each as text; and why each is in or out.
  using Members = std::map<std::string, std::string>;

  void CheckMembers(const Expectation& expectation);
  void CheckPublished(const Expectation& expectation, size_t audience,
                      const Members& members);
  void CheckChanges();
  Members MembersOf(const Expectation& expectation, size_t audience) const;
  std::vector<std::string> ReasonsFor(const Members& expected,
                                      const Members& got, size_t audience,
                                      Instant t);
  TestFailure& Fail(const Place& place, std::string instant,
                    std::string subject);

  const ScenarioTest& test_;
  const CompiledRulebook& rulebook_;
  VirtualRun run_;
  std::vector<TestFailure> failures_;
};

std::vector<TestFailure> TestRun::Run() {
  std::vector<const Expectation*> in_time;
  for (const Expectation& expectation : test_.expectations) {
    in_time.push_back(&expectation);
  }
  std::stable_sort(in_time.begin(), in_time.end(),
                   [](const Expectation* left, const Expectation* right) {
                     return left->at < right->at;
                   });
  for (const Expectation* expectation : in_time) {
    run_.AdvanceTo(ToInstant(expectation->at));
    CheckMembers(*expectation);
  }
  run_.AdvanceTo(ToInstant(test_.end));
  if (test_.changes.has_value()) CheckChanges();
  return std::move(failures_);
}

std::string ListText(const std::map<std::string, std::string>& members) {
  std::vector<std::string> texts;
  for (const auto& [profile, text] : members) texts.push_back(text);
  return Concat("[", Join(texts, ", "), "]");
}

void TestRun::CheckMembers(const Expectation& expectation) {
  const size_t audience =
      static_cast<size_t>(rulebook_.FindAudience(expectation.audience));
  Members expected;
  for (const ExpectedMember& member : expectation.members) {
    expected[member.profile] = MemberText(member.profile, member.items);
  }
  const Members got = MembersOf(expectation, audience);
  CheckPublished(expectation, audience, got);
  if (expected == got) return;
  TestFailure& failure =
      Fail(expectation.place, TimestampText(expectation.at),
           Concat("audience ", Quoted(expectation.audience)));
  failure.expected = ListText(expected);
  failure.got = ListText(got);
  failure.reasons =
      ReasonsFor(expected, got, audience, ToInstant(expectation.at));
}

TestRun::Members TestRun::MembersOf(const Expectation& expectation,
                                    size_t audience) const {
  const Instant t = ToInstant(expectation.at);
  Members members;
  for (const std::string& name : run_.ProfileNames()) {
    Evaluation evaluation = run_.Evaluate(name);
    if (!evaluation.At(audience, t).holds) continue;
    const auto asked = std::find_if(
        expectation.members.begin(), expectation.members.end(),
        [&](const ExpectedMember& member) {
          return member.profile == name && member.items.has_value();
        });
    std::optional<std::vector<std::string>> items;
    if (asked != expectation.members.end()) {
      items = run_.ItemIds(name, evaluation.EvidenceAt(audience, t));
    }
    members[name] = MemberText(name, items);
  }
  return members;
}

void TestRun::CheckPublished(const Expectation& expectation, size_t audience,
                             const Members& members) {
  for (const std::string& name : run_.ProfileNames()) {
    const bool holds = members.count(name) > 0;
    if (run_.IsPublished(name, audience) == holds) continue;
    TestFailure& failure =
        Fail(expectation.place, TimestampText(expectation.at),
             Concat("the changes of ", Quoted(name), " in audience ",
                    Quoted(expectation.audience)));
    failure.expected = holds ? "in, as evaluated" : "out, as evaluated";
    failure.got = holds ? "out" : "in";
  }
}

std::vector<std::string> TestRun::ReasonsFor(const Members& expected,
                                             const Members& got,
                                             size_t audience, Instant t) {
  std::vector<std::string> reasons;
  for (const std::string& name : run_.ProfileNames()) {
    const auto wanted = expected.find(name);
    const auto found = got.find(name);
    const bool same =
        wanted == expected.end()
            ? found == got.end()
            : found != got.end() && found->second == wanted->second;
    if (same) continue;
    if (reasons.size() == kReasonLimit) {
      reasons.push_back("... and others");
      break;
    }
    const Explanation explanation = run_.Explain(name, audience, t);
    std::string reason =
        Concat(Printable(name), " is ", explanation.holds ? "in" : "not in",
               "\n", RenderExplanation(explanation, {}));
    reason.pop_back();  // the last line feed
    reasons.push_back(std::move(reason));
  }
  return reasons;
}

void TestRun::CheckChanges() {
  const ChangeDifference difference =
      CompareChanges(*test_.changes, run_.changes(), rulebook_);
  if (difference.missing.empty() && difference.unexpected.empty()) return;
  TestFailure& failure = Fail(test_.place, "", "changes");
  failure.expected = difference.missing.empty()
                         ? "no such change"
                         : Join(difference.missing, "\n");
  failure.got = difference.unexpected.empty()
                    ? "no such change"
                    : Join(difference.unexpected, "\n");
}

TestFailure& TestRun::Fail(const Place& place, std::string instant,
                           std::string subject) {
  TestFailure& failure = failures_.emplace_back();
  failure.test = test_.name;
  failure.place = place;
  failure.instant = std::move(instant);
  failure.subject = std::move(subject);
  return failure;
}

// `text` with each line after the first moved under it, and without control
// characters.
std::string Indented(std::string_view text, std::string_view indent) {
  std::string result;
  while (true) {
    const size_t end = std::min(text.find('\n'), text.size());
    result += Printable(text.substr(0, end));
    if (end == text.size()) return result;
    text.remove_prefix(end + 1);
    result += '\n';
    if (!text.starts_with('\n')) result += indent;
  }
}

}  // namespace

std::vector<TestFailure> RunTest(
    const ScenarioTest& test,
    const std::shared_ptr<const CompiledRulebook>& rulebook) {
  return TestRun(test, rulebook).Run();
}

std::string RenderFailure(const TestFailure& failure) {
  std::string text = Concat(
      failure.place.file, ":", std::to_string(failure.place.range.begin.line),
      ":", std::to_string(failure.place.range.begin.column), ": test ",
      Printable(Quoted(failure.test)), ": ", Printable(failure.subject));
  if (!failure.instant.empty()) text += Concat(" at ", failure.instant);
  constexpr std::string_view kIndent = "            ";
  text += Concat("\n  expected: ", Indented(failure.expected, kIndent),
                 "\n  got:      ", Indented(failure.got, kIndent), "\n");
  for (const std::string& reason : failure.reasons) {
    text += Concat("  ", Indented(reason, "  "), "\n");
  }
  return text;
}

}  // namespace audienced
