#include "rules/scenario/change_list.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "rules/language/duration_text.h"
#include "rules/source/message.h"

namespace audienced {
namespace {

constexpr size_t kUnmatched = SIZE_MAX;

// Pairs expected with recorded changes so that as many as possible have a
// partner: a change that names few keys must not take the only partner of one
// that names many.
class Pairing {
 public:
  Pairing(const std::vector<ExpectedChange>& expected,
          const std::vector<const RecordedChange*>& recorded,
          const CompiledRulebook& rulebook)
      : expected_(expected),
        recorded_(recorded),
        rulebook_(rulebook),
        partner_(recorded.size(), kUnmatched) {
    for (size_t i = 0; i < expected_.size(); ++i) {
      visited_.assign(recorded_.size(), false);
      matched_.push_back(Match(i));
    }
  }

  bool ExpectedHasPartner(size_t index) const { return matched_[index]; }
  bool RecordedHasPartner(size_t index) const {
    return partner_[index] != kUnmatched;
  }

 private:
  // Finds a partner for `expected_[index]`; partners found before may move to
  // another one, but never lose theirs.
  bool Match(size_t index) {
    for (size_t i = 0; i < recorded_.size(); ++i) {
      if (visited_[i] || !Agrees(expected_[index], *recorded_[i])) continue;
      visited_[i] = true;
      if (partner_[i] == kUnmatched || Match(partner_[i])) {
        partner_[i] = index;
        return true;
      }
    }
    return false;
  }

  bool Agrees(const ExpectedChange& expected,
              const RecordedChange& recorded) const {
    const std::string& audience = rulebook_.audience(recorded.audience).name;
    return (!expected.at || ToInstant(*expected.at) == recorded.at) &&
           (!expected.profile || *expected.profile == recorded.profile) &&
           (!expected.audience || *expected.audience == audience) &&
           (!expected.kind || *expected.kind == recorded.kind) &&
           (!expected.cause || *expected.cause == recorded.cause);
  }

  const std::vector<ExpectedChange>& expected_;
  const std::vector<const RecordedChange*>& recorded_;
  const CompiledRulebook& rulebook_;
  std::vector<size_t> partner_;  // of each recorded change
  std::vector<bool> matched_;    // each expected change
  std::vector<bool> visited_;    // recorded changes, in the present search
};

bool Counts(ChangeKind kind, const std::vector<ExpectedChange>& expected) {
  if (kind == ChangeKind::kEntered || kind == ChangeKind::kLeft) return true;
  return std::any_of(
      expected.begin(), expected.end(),
      [kind](const ExpectedChange& change) { return change.kind == kind; });
}

// `{ at: ..., profile: ann }` of the keys that are not empty.
std::string LineOf(
    const std::vector<std::pair<std::string_view, std::string>>& keys) {
  std::string line;
  for (const auto& [key, text] : keys) {
    if (text.empty()) continue;
    line += Concat(line.empty() ? "{ " : ", ", key, ": ", text);
  }
  return line.empty() ? "{}" : Concat(line, " }");
}

std::string LineOf(const ExpectedChange& change) {
  return LineOf(
      {{"at", change.at ? TimestampText(*change.at) : ""},
       {"profile", change.profile.value_or("")},
       {"audience", change.audience.value_or("")},
       {"change", change.kind ? std::string(Name(*change.kind)) : ""},
       {"cause", change.cause ? std::string(Name(*change.cause)) : ""}});
}

std::string LineOf(const RecordedChange& change,
                   const CompiledRulebook& rulebook) {
  return LineOf({{"at", TimestampText(ToTime(change.at))},
                 {"profile", change.profile},
                 {"audience", rulebook.audience(change.audience).name},
                 {"change", std::string(Name(change.kind))},
                 {"cause", std::string(Name(change.cause))}});
}

}  // namespace

ChangeDifference CompareChanges(const std::vector<ExpectedChange>& expected,
                                const std::vector<RecordedChange>& recorded,
                                const CompiledRulebook& rulebook) {
  std::vector<const RecordedChange*> counted;
  for (const RecordedChange& change : recorded) {
    if (Counts(change.kind, expected)) counted.push_back(&change);
  }
  const Pairing pairing(expected, counted, rulebook);
  ChangeDifference difference;
  for (size_t i = 0; i < expected.size(); ++i) {
    if (pairing.ExpectedHasPartner(i)) continue;
    difference.missing.push_back(LineOf(expected[i]));
  }
  for (size_t i = 0; i < counted.size(); ++i) {
    if (pairing.RecordedHasPartner(i)) continue;
    difference.unexpected.push_back(LineOf(*counted[i], rulebook));
  }
  return difference;
}

}  // namespace audienced
