#include "rules/scenario/expectation_parser.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rules/source/message.h"

namespace audienced {
namespace {

constexpr std::array kChangeKinds = {ChangeKind::kEntered, ChangeKind::kRenewed,
                                     ChangeKind::kUpdated, ChangeKind::kLeft};
constexpr std::array kCauses = {
    Cause::kEvent,   Cause::kTime,    Cause::kLateEvent,
    Cause::kMerge,   Cause::kRules,   Cause::kConsent,
    Cause::kErasure, Cause::kRebuild, Cause::kSize};

// The member of `all` whose Name() the node says.
template <typename Named, size_t N>
std::optional<Named> ReadNamed(const Node& node,
                               const std::array<Named, N>& all,
                               std::string_view what,
                               Diagnostics& diagnostics) {
  std::vector<std::string_view> names;
  for (const Named candidate : all) {
    if (node.kind == Node::Kind::kScalar && Name(candidate) == node.text) {
      return candidate;
    }
    names.push_back(Name(candidate));
  }
  const std::optional<std::string> text = ReadText(node, what, diagnostics);
  if (!text.has_value()) return std::nullopt;
  std::string help = "write one of";
  for (const std::string_view name : names) help += Concat(" ", name);
  diagnostics.Add("unknown-word", node.place,
                  Concat(Quoted(*text), " is no ", what), "", help);
  return std::nullopt;
}

// What a mapping asks of one member: `ann: { items: [sku-1] }`.
ExpectedMember ParseMember(const Node::Entry& entry, Diagnostics& diagnostics) {
  ExpectedMember member{entry.key.text, std::nullopt};
  const Node& asked = entry.value;
  if (!ExpectMapping(asked, "what a member must show", diagnostics)) {
    return member;
  }
  ExpectKeys(asked, {"items"}, "a member", diagnostics);
  const Node* items = asked.Find("items");
  if (items == nullptr || !ExpectList(*items, "'items'", diagnostics)) {
    return member;
  }
  member.items.emplace();
  for (const Node& item : items->elements) {
    member.items->push_back(AsText(ReadValue(item)).value_or(""));
  }
  std::sort(member.items->begin(), member.items->end());
  return member;
}

// The members of one audience: a list of names, or a mapping by name.
std::vector<ExpectedMember> ParseMembers(const Node& node,
                                         Diagnostics& diagnostics) {
  std::vector<ExpectedMember> members;
  if (node.kind == Node::Kind::kMapping) {
    for (const Node::Entry& entry : node.entries) {
      members.push_back(ParseMember(entry, diagnostics));
    }
  } else if (ExpectList(node, "the members of an audience", diagnostics)) {
    for (const Node& element : node.elements) {
      std::optional<std::string> name =
          ReadText(element, "a member", diagnostics);
      if (!name.has_value()) continue;
      members.push_back({*std::move(name), std::nullopt});
    }
  }
  std::sort(members.begin(), members.end(),
            [](const ExpectedMember& left, const ExpectedMember& right) {
              return left.profile < right.profile;
            });
  return members;
}

ExpectedChange ParseChange(const Node& node, TestTimes& times,
                           Diagnostics& diagnostics) {
  ExpectedChange change;
  change.place = node.place;
  ExpectKeys(node, {"at", "profile", "audience", "change", "cause"}, "a change",
             diagnostics);
  if (const Node* at = node.Find("at")) change.at = times.Read(*at);
  if (const Node* profile = node.Find("profile")) {
    change.profile = ReadText(*profile, "'profile'", diagnostics);
  }
  if (const Node* audience = node.Find("audience")) {
    change.audience = ReadText(*audience, "'audience'", diagnostics);
    change.place = audience->place;
  }
  if (const Node* kind = node.Find("change")) {
    change.kind = ReadNamed(*kind, kChangeKinds, "change", diagnostics);
  }
  if (const Node* cause = node.Find("cause")) {
    change.cause = ReadNamed(*cause, kCauses, "cause", diagnostics);
  }
  return change;
}

}  // namespace

void ParseExpectations(const Node& list, TestTimes& times, ScenarioTest& test,
                       Diagnostics& diagnostics) {
  if (!ExpectList(list, "'expect'", diagnostics)) return;
  for (const Node& node : list.elements) {
    if (!ExpectMapping(node, "an expectation", diagnostics)) continue;
    const Node* at = Require(node, "at", "an expectation", diagnostics);
    if (at == nullptr) continue;
    const std::optional<absl::Time> time = times.Read(*at);
    if (node.entries.size() == 1) {
      diagnostics.Add("missing-key", node.place,
                      "the expectation names no audience");
    }
    for (const Node::Entry& entry : node.entries) {
      if (entry.key.text == "at" || !time.has_value()) continue;
      test.expectations.push_back({*time, entry.key.text,
                                   ParseMembers(entry.value, diagnostics),
                                   entry.key.place});
    }
  }
}

void ParseChanges(const Node& list, TestTimes& times, ScenarioTest& test,
                  Diagnostics& diagnostics) {
  if (!ExpectList(list, "'changes'", diagnostics)) return;
  test.changes.emplace();
  for (const Node& node : list.elements) {
    if (!ExpectMapping(node, "a change", diagnostics)) continue;
    test.changes->push_back(ParseChange(node, times, diagnostics));
  }
}

}  // namespace audienced
