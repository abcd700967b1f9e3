#include "rules/scenario/received_parser.h"

#include <algorithm>
#include <cstdio>
#include <optional>
#include <string>
#include <utility>

#include "rules/source/message.h"

namespace audienced {
namespace {

// Apart from each other, so that an event_id of the author never meets one
// that stands for a place.
constexpr char kGivenOrigin[] = "test";
constexpr char kPlaceOrigin[] = "test-place";

std::string PlaceId(size_t place) {
  char text[32];
  std::snprintf(text, sizeof(text), "%012zu", place);
  return text;
}

class ReceivedParser {
 public:
  ReceivedParser(TestTimes& times, ScenarioTest& test, Diagnostics& diagnostics)
      : times_(times), test_(test), diagnostics_(diagnostics) {}

  void Parse(const Node& list);

 private:
  void ParseEvent(const Node& node, size_t place);
  void ParseMerge(const Node& node, const Node& into);
  // One key of an event beside its times and names.
  void ParseEventKey(const std::string& key, const Node& value, Event& event);
  void ParseItems(const Node& list, Event& event);
  void ParseConsents(const Node& mapping, Event& event);

  TestTimes& times_;
  ScenarioTest& test_;
  Diagnostics& diagnostics_;
};

void ReceivedParser::Parse(const Node& list) {
  if (!ExpectList(list, "'events'", diagnostics_)) return;
  for (size_t place = 0; place < list.elements.size(); ++place) {
    const Node& node = list.elements[place];
    if (!ExpectMapping(node, "an event", diagnostics_)) continue;
    if (const Node* into = node.Find("merge_into")) {
      ParseMerge(node, *into);
    } else {
      ParseEvent(node, place);
    }
  }
  std::stable_sort(test_.events.begin(), test_.events.end(),
                   [](const ScenarioEvent& left, const ScenarioEvent& right) {
                     return left.event.received_at < right.event.received_at;
                   });
  std::stable_sort(test_.merges.begin(), test_.merges.end(),
                   [](const ScenarioMerge& left, const ScenarioMerge& right) {
                     return left.received_at < right.received_at;
                   });
}

void ReceivedParser::ParseEvent(const Node& node, size_t place) {
  ScenarioEvent entry;
  entry.place = node.place;
  entry.event.origin = kPlaceOrigin;
  entry.event.event_id = PlaceId(place);
  const Node* at = Require(node, "at", "an event", diagnostics_);
  const Node* profile = Require(node, "profile", "an event", diagnostics_);
  const Node* name = Require(node, "event", "an event", diagnostics_);
  if (at == nullptr || profile == nullptr || name == nullptr) return;
  const std::optional<absl::Time> occurred_at = times_.Read(*at);
  const Node* received = node.Find("received");
  const std::optional<absl::Time> received_at =
      received == nullptr ? occurred_at : times_.Read(*received);
  std::optional<std::string> profile_name =
      ReadText(*profile, "'profile'", diagnostics_);
  std::optional<std::string> event_name =
      ReadText(*name, "'event'", diagnostics_);
  for (const auto& [key, value] : node.entries) {
    ParseEventKey(key.text, value, entry.event);
  }
  if (!occurred_at || !received_at || !profile_name || !event_name) return;
  entry.event.occurred_at = *occurred_at;
  entry.event.received_at = *received_at;
  entry.profile = *std::move(profile_name);
  entry.event.name = *std::move(event_name);
  NormalizeKnownNames(entry.event);
  test_.events.push_back(std::move(entry));
}

void ReceivedParser::ParseEventKey(const std::string& key, const Node& value,
                                   Event& event) {
  if (key == "at" || key == "received" || key == "profile" || key == "event") {
    return;
  }
  if (key == "event_id") {
    std::optional<std::string> id = ReadText(value, "'event_id'", diagnostics_);
    if (!id.has_value()) return;
    event.origin = kGivenOrigin;
    event.event_id = *std::move(id);
  } else if (key == "items") {
    ParseItems(value, event);
  } else if (key == "traits") {
    if (!ExpectMapping(value, "'traits'", diagnostics_)) return;
    event.traits = ReadProperties(value);
  } else if (key == "consent") {
    ParseConsents(value, event);
  } else {
    event.properties.Set(key, ReadValue(value));
  }
}

void ReceivedParser::ParseItems(const Node& list, Event& event) {
  if (!ExpectList(list, "'items'", diagnostics_)) return;
  for (const Node& item : list.elements) {
    if (!ExpectMapping(item, "an item", diagnostics_)) continue;
    event.items.push_back(ReadProperties(item));
  }
}

void ReceivedParser::ParseConsents(const Node& mapping, Event& event) {
  if (!ExpectMapping(mapping, "'consent'", diagnostics_)) return;
  for (const auto& [purpose, value] : mapping.entries) {
    if (value.text == "granted" || value.text == "denied") {
      event.consents.emplace_back(purpose.text, value.text == "granted");
    } else {
      diagnostics_.Add("unknown-word", value.place,
                       Concat(Quoted(value.text), " is no consent"), "",
                       "write 'granted' or 'denied'");
    }
  }
}

void ReceivedParser::ParseMerge(const Node& node, const Node& into) {
  ExpectKeys(node, {"at", "received", "profile", "merge_into"}, "a merge",
             diagnostics_);
  const Node* at = Require(node, "at", "a merge", diagnostics_);
  const Node* profile = Require(node, "profile", "a merge", diagnostics_);
  if (at == nullptr || profile == nullptr) return;
  std::optional<absl::Time> received_at = times_.Read(*at);
  if (const Node* received = node.Find("received")) {
    received_at = times_.Read(*received);
  }
  std::optional<std::string> absorbed =
      ReadText(*profile, "'profile'", diagnostics_);
  std::optional<std::string> survivor =
      ReadText(into, "'merge_into'", diagnostics_);
  if (!received_at || !absorbed || !survivor) return;
  test_.merges.push_back(
      {*std::move(absorbed), *std::move(survivor), *received_at, node.place});
}

}  // namespace

void ParseReceived(const Node& list, TestTimes& times, ScenarioTest& test,
                   Diagnostics& diagnostics) {
  ReceivedParser(times, test, diagnostics).Parse(list);
}

}  // namespace audienced
