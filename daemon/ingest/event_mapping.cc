#include "daemon/ingest/event_mapping.h"

#include <algorithm>
#include <array>
#include <optional>

#include "rules/source/message.h"
#include "rules/source/node.h"
#include "rules/source/spelling.h"

namespace audienced {
namespace {

struct KnownField {
  std::string_view name;
  FieldRole role;
};

constexpr std::array<KnownField, 14> kKnownFields = {{
    {"profile", FieldRole::kIdentifier},
    {"user_id", FieldRole::kIdentifier},
    {"anonymous_id", FieldRole::kIdentifier},
    {"email", FieldRole::kIdentifier},
    {"phone", FieldRole::kIdentifier},
    {"event", FieldRole::kEventName},
    {"occurred_at", FieldRole::kOccurredAt},
    {"received_at", FieldRole::kReceivedAt},
    {"event_id", FieldRole::kEventId},
    {"items", FieldRole::kItems},
    {"traits", FieldRole::kTraits},
    {"consent", FieldRole::kConsents},
    {"identifiers", FieldRole::kIdentifiers},
    {"merge_into", FieldRole::kMergeInto},
}};

Field FieldNamed(const std::string& name) {
  for (const KnownField& known : kKnownFields) {
    if (known.name == name) return {known.role, name};
  }
  return {FieldRole::kProperty, name};
}

class MappingParser {
 public:
  explicit MappingParser(Diagnostics& diagnostics)
      : diagnostics_(diagnostics) {}

  EventMapping Parse(const Node& document);

 private:
  void ParseKey(const std::string& key, const Node& value,
                EventMapping& mapping);
  void ParseTimeUnit(const Node& node, EventMapping& mapping);
  std::string ReadText(const Node& node, std::string_view what);
  std::vector<std::pair<std::string, std::string>> ReadNames(
      const Node& node, std::string_view what);
  bool Expect(const Node& node, Node::Kind kind, std::string_view what,
              std::string_view wanted);

  Diagnostics& diagnostics_;
};

bool MappingParser::Expect(const Node& node, Node::Kind kind,
                           std::string_view what, std::string_view wanted) {
  if (node.kind == kind) return true;
  diagnostics_.Add("wrong-kind", node.place, Concat(what, " must be ", wanted));
  return false;
}

EventMapping MappingParser::Parse(const Node& document) {
  EventMapping mapping;
  if (!Expect(document, Node::Kind::kMapping, "a mapping file", "a mapping")) {
    return mapping;
  }
  for (const Node::Entry& entry : document.entries) {
    const std::vector<std::string_view> keys = {
        "columns", "ignore", "time_unit", "items_separator", "events"};
    const std::string& key = entry.key.text;
    if (std::find(keys.begin(), keys.end(), key) != keys.end()) {
      ParseKey(key, entry.value, mapping);
      continue;
    }
    const std::string_view nearest = NearestName(key, keys);
    diagnostics_.Add(
        "unknown-key", entry.key.place,
        Concat("a mapping file has no key ", Quoted(key)), "",
        nearest.empty()
            ? "its keys are columns, ignore, time_unit, items_separator, events"
            : Concat("did you mean ", Quoted(nearest), "?"));
  }
  return mapping;
}

void MappingParser::ParseKey(const std::string& key, const Node& value,
                             EventMapping& mapping) {
  if (key == "columns") {
    mapping.columns = ReadNames(value, "'columns'");
  } else if (key == "events") {
    for (auto& [theirs, ours] : ReadNames(value, "'events'")) {
      mapping.events[theirs] = ours;
    }
  } else if (key == "items_separator") {
    mapping.items_separator = ReadText(value, "'items_separator'");
  } else if (key == "time_unit") {
    ParseTimeUnit(value, mapping);
  } else if (Expect(value, Node::Kind::kSequence, "'ignore'", "a list")) {
    for (const Node& column : value.elements) {
      mapping.ignored.push_back(ReadText(column, "a column"));
    }
  }
}

void MappingParser::ParseTimeUnit(const Node& node, EventMapping& mapping) {
  if (node.text == "s") {
    mapping.time_form = TimeForm::kSeconds;
  } else if (node.text == "ms") {
    mapping.time_form = TimeForm::kMilliseconds;
  } else if (node.text == "us") {
    mapping.time_form = TimeForm::kMicroseconds;
  } else {
    diagnostics_.Add("unknown-word", node.place,
                     Concat(Quoted(node.text), " is no unit of time"), "",
                     "write s, ms or us; leave the key out where times are "
                     "RFC 3339 timestamps");
  }
}

std::string MappingParser::ReadText(const Node& node, std::string_view what) {
  if (!Expect(node, Node::Kind::kScalar, what, "a word")) return "";
  if (node.text.empty()) {
    diagnostics_.Add("empty-text", node.place, Concat(what, " is empty"));
  }
  return node.text;
}

std::vector<std::pair<std::string, std::string>> MappingParser::ReadNames(
    const Node& node, std::string_view what) {
  std::vector<std::pair<std::string, std::string>> names;
  if (!Expect(node, Node::Kind::kMapping, what, "a mapping of names")) {
    return names;
  }
  for (const Node::Entry& entry : node.entries) {
    names.emplace_back(entry.key.text, ReadText(entry.value, "a name"));
  }
  return names;
}

}  // namespace

EventMapping ParseEventMapping(const SourceFile& file,
                               Diagnostics& diagnostics) {
  const std::optional<Node> document = ReadYaml(file, diagnostics);
  if (!document.has_value()) return {};
  return MappingParser(diagnostics).Parse(*document);
}

absl::StatusOr<std::vector<Field>> FieldsOf(const EventMapping& mapping,
                                            const std::string& column) {
  std::vector<Field> fields;
  const auto& ignored = mapping.ignored;
  if (std::find(ignored.begin(), ignored.end(), column) != ignored.end()) {
    return fields;
  }
  const std::string* taken_from = nullptr;
  for (const auto& [ours, theirs] : mapping.columns) {
    if (theirs == column) fields.push_back(FieldNamed(ours));
    if (ours == column) taken_from = &theirs;
  }
  if (!fields.empty()) return fields;
  if (taken_from != nullptr) {
    return absl::InvalidArgumentError(
        Concat(Quoted(column), " stands in the file, but the mapping takes ",
               Quoted(column), " from ", Quoted(*taken_from),
               "; name the former under 'columns' or 'ignore'"));
  }
  fields.push_back(FieldNamed(column));
  return fields;
}

}  // namespace audienced
