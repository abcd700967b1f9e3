#include "daemon/service/conversion/property_conversion.h"

#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "daemon/ingest/identity/large_profile.h"
#include "daemon/ingest/value_json.h"
#include "rules/history/decimal.h"
#include "rules/source/message.h"

namespace audienced {
namespace {

using PropertyList = google::protobuf::RepeatedPtrField<v1::Property>;

size_t SkipDigits(const std::string& text, size_t at) {
  while (at < text.size() && text[at] >= '0' && text[at] <= '9') ++at;
  return at;
}

// Whether `text` is `-?digits[.digits][e±digits]`, of any size.
bool HasNumberForm(const std::string& text) {
  size_t at = text.rfind('-', 0) == 0 ? 1 : 0;
  size_t end = SkipDigits(text, at);
  if (end == at) return false;
  if (end < text.size() && text[end] == '.') {
    at = end + 1;
    end = SkipDigits(text, at);
    if (end == at) return false;
  }
  if (end < text.size() && (text[end] == 'e' || text[end] == 'E')) {
    at = end + 1;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    end = SkipDigits(text, at);
    if (end == at) return false;
  }
  return end == text.size();
}

std::string ShortestText(double number) {
  std::array<char, 32> buffer;
  const auto end =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), number);
  return std::string(buffer.data(), end.ptr);
}

Value NumberValue(double number, const char* field, Refusal& refusal) {
  if (!std::isfinite(number)) {
    refusal.Add(v1::ERROR_REASON_INVALID_NUMBER, field,
                "the number is not finite; leave it out where it is not known");
    return Value();
  }
  const std::optional<Decimal> decimal = DecimalFromDouble(number);
  return decimal ? Value(*decimal) : Value(ShortestText(number));
}

Value DecimalValue(const std::string& text, const char* field,
                   Refusal& refusal) {
  CheckText(text, kTextLimitBytes, field, refusal);
  if (!HasNumberForm(text)) {
    refusal.Add(
        v1::ERROR_REASON_INVALID_NUMBER, field,
        Concat(Quoted(text), " is not a number; write it like '39.90'"));
    return Value();
  }
  const std::optional<Decimal> decimal = ParseDecimal(text);
  return decimal ? Value(*decimal) : Value(text);
}

Value JsonValue(const std::string& text, Refusal& refusal) {
  CheckText(text, kJsonLimitBytes, "json", refusal);
  if (refusal.found()) return Value();
  absl::StatusOr<Value> value = ParseValue(text);
  if (value.ok()) return *std::move(value);
  refusal.Add(v1::ERROR_REASON_INVALID_JSON, "json",
              std::string(value.status().message()));
  return Value();
}

Value ValueOf(const v1::Property& property, Refusal& refusal) {
  switch (property.value_case()) {
    case v1::Property::kText:
      CheckText(property.text(), kTextLimitBytes, "text", refusal);
      return Value(property.text());
    case v1::Property::kNumber:
      return NumberValue(property.number(), "number", refusal);
    case v1::Property::kDecimal:
      return DecimalValue(property.decimal(), "decimal", refusal);
    case v1::Property::kBoolean:
      return Value(property.boolean());
    case v1::Property::kJson:
      return JsonValue(property.json(), refusal);
    case v1::Property::VALUE_NOT_SET:
      break;
  }
  return Value();
}

void CheckName(const std::string& name, const Properties& taken,
               Refusal& refusal) {
  CheckText(name, kPropertyNameLimitBytes, "name", refusal);
  if (name.empty()) {
    refusal.Add(v1::ERROR_REASON_INVALID_PROPERTY, "name",
                "the name is missing");
  } else if (name == "items" || name == "traits" || name == "consent") {
    refusal.Add(v1::ERROR_REASON_INVALID_PROPERTY, "name",
                Concat("the name ", Quoted(name),
                       " is reserved; use the field of the event for it"));
  } else if (taken.Find(name) != nullptr) {
    refusal.Add(v1::ERROR_REASON_INVALID_PROPERTY, "name",
                Concat("the name ", Quoted(name), " is given twice"));
  }
}

void ReadList(const PropertyList& list, const char* field, int limit,
              bool keep_null, Properties& into, Refusal& refusal) {
  if (list.size() > limit) {
    refusal.Add(v1::ERROR_REASON_TOO_MANY_ELEMENTS, field,
                absl::StrCat(list.size(), " ", field, " are given; at most ",
                             limit, " are taken"));
  }
  Properties missing;  // those that are null
  for (int i = 0; i < list.size() && !refusal.found(); ++i) {
    const std::string& name = list[i].name();
    CheckName(name, missing.Find(name) == nullptr ? into : missing, refusal);
    Value value = ValueOf(list[i], refusal);
    if (refusal.found()) {
      refusal.MoveInto(field, i);
      continue;
    }
    if (value.is_null()) missing.Set(name, Value(true));
    if (keep_null || !value.is_null()) into.Set(name, std::move(value));
  }
}

}  // namespace

void CheckText(const std::string& text, size_t limit_bytes, const char* field,
               Refusal& refusal) {
  if (text.size() > limit_bytes) {
    refusal.Add(v1::ERROR_REASON_TEXT_TOO_LONG, field,
                absl::StrCat("the text has ", text.size(), " bytes; at most ",
                             limit_bytes, " are taken"));
  } else if (text.find('\0') != std::string::npos) {
    refusal.Add(v1::ERROR_REASON_INVALID_TEXT, field,
                "the text contains the character U+0000");
  }
}

void ReadText(const std::string& text, const char* name, Properties& into,
              Refusal& refusal) {
  if (text.empty()) return;
  CheckText(text, kTextLimitBytes, name, refusal);
  into.Set(name, Value(text));
}

void ReadNumber(double number, const char* name, Properties& into,
                Refusal& refusal) {
  into.Set(name, NumberValue(number, name, refusal));
}

void ReadDecimal(const std::string& text, const char* name, const char* field,
                 Properties& into, Refusal& refusal) {
  into.Set(name, DecimalValue(text, field, refusal));
}

void ReadProperties(const PropertyList& properties, int limit, Properties& into,
                    Refusal& refusal) {
  ReadList(properties, "properties", limit, /*keep_null=*/false, into, refusal);
}

void ReadTraits(const PropertyList& traits, Properties& into,
                Refusal& refusal) {
  for (int i = 0; i < traits.size() && !refusal.found(); ++i) {
    if (traits[i].name() != kLargeTrait) continue;
    refusal.Add(v1::ERROR_REASON_INVALID_PROPERTY, "name",
                Concat("the trait ", Quoted(kLargeTrait),
                       " is the daemon's own; senders cannot set it"));
    refusal.MoveInto("traits", i);
  }
  if (refusal.found()) return;
  ReadList(traits, "traits", kTraitLimit, /*keep_null=*/true, into, refusal);
}

Properties ReadItem(const v1::Item& item, Refusal& refusal) {
  Properties read;
  ReadText(item.item_id(), "item_id", read, refusal);
  ReadText(item.item_name(), "item_name", read, refusal);
  ReadText(item.item_category(), "item_category", read, refusal);
  ReadText(item.item_brand(), "item_brand", read, refusal);
  ReadText(item.item_variant(), "item_variant", read, refusal);
  if (item.has_price()) {
    ReadNumber(item.price(), "price", read, refusal);
  } else if (item.has_exact_price()) {
    ReadDecimal(item.exact_price(), "price", "exact_price", read, refusal);
  }
  if (item.has_quantity()) {
    ReadNumber(item.quantity(), "quantity", read, refusal);
  } else if (item.has_exact_quantity()) {
    ReadDecimal(item.exact_quantity(), "quantity", "exact_quantity", read,
                refusal);
  }
  ReadText(item.image_url(), "image_url", read, refusal);
  ReadText(item.url(), "url", read, refusal);
  ReadProperties(item.properties(), kItemPropertyLimit, read, refusal);
  return read;
}

}  // namespace audienced
