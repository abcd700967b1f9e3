#include "daemon/ingest/event_builder.h"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <utility>

#include "rules/history/decimal.h"
#include "rules/language/duration_text.h"
#include "rules/source/message.h"

namespace audienced {
namespace {

// Times outside of [0001-01-01, 10000-01-01) have no RFC 3339 form.
constexpr int64_t kFirstSecond = -62135596800;
constexpr int64_t kEndSecond = 253402300800;

absl::Status Wrong(std::string message) {
  return absl::InvalidArgumentError(std::move(message));
}

int64_t UnitsPerSecond(TimeForm form) {
  switch (form) {
    case TimeForm::kMilliseconds:
      return 1'000;
    case TimeForm::kMicroseconds:
      return 1'000'000;
    default:
      return 1;
  }
}

std::string_view UnitName(TimeForm form) {
  switch (form) {
    case TimeForm::kMilliseconds:
      return "milliseconds";
    case TimeForm::kMicroseconds:
      return "microseconds";
    default:
      return "seconds";
  }
}

// A cell of a file without types: of the names that are numbers to the engine,
// what has the form of a number is one.
Value CellValue(std::string_view name, std::string_view text) {
  if (name == "value" || name == "price" || name == "quantity") {
    if (const std::optional<Decimal> number = ParseDecimal(text)) {
      return Value(*number);
    }
  }
  return Value(text);
}

}  // namespace

EventBuilder::EventBuilder(const EventMapping& mapping, std::string origin)
    : mapping_(mapping), origin_(std::move(origin)) {}

std::string EventBuilder::IdOfLine(int64_t line) {
  char text[32];
  std::snprintf(text, sizeof(text), "%012lld", static_cast<long long>(line));
  return text;
}

void EventBuilder::Start(int64_t line, IncomingEvent& incoming) {
  line_ = line;
  incoming_ = &incoming;
  // Piece by piece: what is as long as the one before takes no new memory.
  incoming.identifiers.clear();
  Event& event = incoming.event;
  event.event_id.clear();
  event.name.clear();
  event.properties = Properties();
  event.items.clear();
  event.traits = Properties();
  event.consents.clear();
  occurred_at_.reset();
  received_at_.reset();
}

absl::StatusOr<Instant> EventBuilder::ReadTime(std::string_view text) const {
  if (mapping_.time_form == TimeForm::kRfc3339) {
    if (const std::optional<int64_t> micros = ParseTimestampMicros(text)) {
      return Instant{*micros};
    }
    return Wrong(Concat("the time ", Quoted(text),
                        " is no RFC 3339 timestamp with a zone"));
  }
  int64_t count = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, count);
  if (error != std::errc() || stop != end) {
    return Wrong(Concat("the time ", Quoted(text), " is no whole number of ",
                        UnitName(mapping_.time_form)));
  }
  const int64_t per_second = UnitsPerSecond(mapping_.time_form);
  if (count / per_second < kFirstSecond || count / per_second >= kEndSecond) {
    return Wrong(Concat("the time ", Quoted(text),
                        " is not in the years 1 to 9999; is it counted in ",
                        UnitName(mapping_.time_form), "?"));
  }
  return Instant{count * (1'000'000 / per_second)};
}

absl::Status EventBuilder::SetText(const Field& field, std::string_view text) {
  if (text.empty()) return absl::OkStatus();
  Event& event = incoming_->event;
  switch (field.role) {
    case FieldRole::kIdentifier:
      AddIdentifier(field.name, text);
      return absl::OkStatus();
    case FieldRole::kEventName: {
      event.name = std::string(text);
      const auto renamed = mapping_.events.find(event.name);
      if (renamed != mapping_.events.end()) event.name = renamed->second;
      return absl::OkStatus();
    }
    case FieldRole::kOccurredAt:
    case FieldRole::kReceivedAt: {
      const absl::StatusOr<Instant> time = ReadTime(text);
      if (!time.ok()) return time.status();
      (field.role == FieldRole::kOccurredAt ? occurred_at_ : received_at_) =
          ToTime(*time);
      return absl::OkStatus();
    }
    case FieldRole::kEventId:
      event.event_id = std::string(text);
      return absl::OkStatus();
    case FieldRole::kProperty:
      if (!mapping_.items_separator.empty() && IsItemProperty(field.name)) {
        return SetItemParts(field.name, text);
      }
      event.properties.Set(field.name, CellValue(field.name, text));
      return absl::OkStatus();
    default:
      return Wrong(Concat(Quoted(field.name), " cannot stand in one cell"));
  }
}

absl::Status EventBuilder::SetValue(const Field& field, const Value& value) {
  if (value.is_null()) return absl::OkStatus();
  switch (field.role) {
    case FieldRole::kIdentifiers:
      return SetIdentifiers(value);
    case FieldRole::kItems:
      return SetItems(value);
    case FieldRole::kConsents:
      return SetConsents(value);
    case FieldRole::kTraits:
      if (value.object() == nullptr) return Wrong("'traits' is no object");
      incoming_->event.traits = *value.object();
      return absl::OkStatus();
    case FieldRole::kMergeInto:
      return Wrong(
          "'merge_into' is for rule tests; an event that names both people in "
          "'identifiers' joins them");
    case FieldRole::kProperty:
      incoming_->event.properties.Set(field.name, value);
      return absl::OkStatus();
    default:
      break;
  }
  const std::optional<std::string> text = AsText(value);
  if (!text.has_value() || value.boolean() != nullptr) {
    return Wrong(Concat(Quoted(field.name), " must be a text"));
  }
  return SetText(field, *text);
}

void EventBuilder::AddIdentifier(std::string_view kind,
                                 std::string_view value) {
  Identifier identifier{std::string(kind), std::string(value)};
  std::vector<Identifier>& all = incoming_->identifiers;
  if (std::find(all.begin(), all.end(), identifier) == all.end()) {
    all.push_back(std::move(identifier));
  }
}

absl::Status EventBuilder::SetIdentifiers(const Value& value) {
  if (value.object() == nullptr) return Wrong("'identifiers' is no object");
  for (const auto& [kind, name] : *value.object()) {
    if (name.is_null()) continue;
    const std::optional<std::string> text = AsText(name);
    if (!text.has_value() || name.boolean() != nullptr || text->empty()) {
      return Wrong(Concat("the identifier ", Quoted(kind), " is no text"));
    }
    AddIdentifier(kind, *text);
  }
  return absl::OkStatus();
}

absl::Status EventBuilder::SetItems(const Value& value) {
  if (value.list() == nullptr) return Wrong("'items' is no list");
  for (const Value& item : *value.list()) {
    if (item.object() == nullptr) return Wrong("an item is no object");
    incoming_->event.items.push_back(*item.object());
  }
  return absl::OkStatus();
}

absl::Status EventBuilder::SetConsents(const Value& value) {
  if (value.object() == nullptr) return Wrong("'consent' is no object");
  for (const auto& [purpose, word] : *value.object()) {
    const std::string* text = word.text();
    if (text == nullptr || (*text != "granted" && *text != "denied")) {
      return Wrong(Concat("the consent ", Quoted(purpose),
                          " is neither 'granted' nor 'denied'"));
    }
    incoming_->event.consents.emplace_back(purpose, *text == "granted");
  }
  return absl::OkStatus();
}

absl::Status EventBuilder::SetItemParts(const std::string& name,
                                        std::string_view text) {
  const std::string_view separator = mapping_.items_separator;
  std::vector<std::string_view> parts;
  for (size_t begin = 0; begin != std::string_view::npos;) {
    const size_t found = text.find(separator, begin);
    parts.push_back(text.substr(begin, found - begin));
    begin = found == std::string_view::npos ? found : found + separator.size();
  }
  std::vector<Properties>& items = incoming_->event.items;
  if (items.empty()) items.resize(parts.size());
  if (items.size() != parts.size()) {
    return Wrong(Concat(Quoted(name), " is of ", std::to_string(parts.size()),
                        " items, a column before it of ",
                        std::to_string(items.size())));
  }
  for (size_t i = 0; i < parts.size(); ++i) {
    if (!parts[i].empty()) items[i].Set(name, CellValue(name, parts[i]));
  }
  return absl::OkStatus();
}

absl::Status EventBuilder::Finish() {
  Event& event = incoming_->event;
  if (event.name.empty()) return Wrong("the event has no name (event)");
  if (!occurred_at_.has_value()) {
    return Wrong("the event has no time (occurred_at)");
  }
  if (incoming_->identifiers.empty()) {
    return Wrong("the event names no profile");
  }
  event.occurred_at = *occurred_at_;
  event.received_at = received_at_.value_or(*occurred_at_);
  event.origin = origin_;
  if (event.event_id.empty()) event.event_id = IdOfLine(line_);
  NormalizeKnownNames(event);
  return absl::OkStatus();
}

}  // namespace audienced
