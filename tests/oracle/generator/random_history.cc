#include "tests/oracle/generator/random_history.h"

#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "rules/language/duration_text.h"

namespace audienced::oracle {
namespace {

Value Number(std::string_view text) { return Value(*ParseDecimal(text)); }

// Sets one of `values`; nothing in `missing` of 100 cases.
void SetOne(Properties& properties, const char* name, int missing,
            std::initializer_list<Value> values, Dice& dice) {
  if (!dice.Chance(missing)) properties.Set(name, dice.Pick(values));
}

Properties RandomItem(Dice& dice) {
  Properties item;
  SetOne(item, "item_id", 8,
         {Value("x"), Value("x"), Value("x"), Value("w"), Value("w"),
          Value("z"), Number("7"), Value("7")},
         dice);
  SetOne(item, "item_category", 50, {Value("Shoes"), Value("Hats")}, dice);
  SetOne(
      item, "price", 40,
      {Number("20"), Number("30"), Number("12.5"), Value("30"), Value("dear")},
      dice);
  SetOne(item, "quantity", 60,
         {Number("1"), Number("2"), Number("3"), Value("2")}, dice);
  SetOne(item, "color", 85, {Value("red"), Value("blue")}, dice);
  return item;
}

void SetProperties(Event& event, Dice& dice) {
  Properties& properties = event.properties;
  SetOne(properties, "value", 50,
         {Number("10"), Number("20"), Number("30"), Number("0.1"), Value("30"),
          Value("3e1"), Value("much"), Value()},
         dice);
  SetOne(
      properties, "campaign", 45,
      {Value("a"), Value("a"), Value("b"), Number("7"), Value("7"), Value("")},
      dice);
  SetOne(properties, "country", 60,
         {Value("ES"), Value("es"), Value("És"), Value("GB"), Value(true)},
         dice);
  SetOne(properties, "session_id", 75, {Value("s1"), Value("s2"), Number("3")},
         dice);
  SetOne(properties, "transaction_id", 70, {Value("t1"), Value("t2")}, dice);
  SetOne(properties, "size", 80, {Number("7"), Value("7"), Value("7.0")}, dice);
  SetOne(properties, "member", 85, {Value(true), Value(false)}, dice);
  if (dice.Chance(10)) {
    Properties customer;
    SetOne(customer, "tier", 20, {Value("gold"), Value("tin")}, dice);
    properties.Set("customer", Value(std::move(customer)));
  }
  if (dice.Chance(10)) {
    properties.Set("tags", Value(Value::List{Value("a"), Value("b")}));
  }
}

Event RandomEvent(const Scale& scale, int instants, bool told, Dice& dice) {
  Event event;
  event.occurred_at = scale.start + dice.Below(instants) * scale.unit;
  if (dice.Chance(8)) {
    event.occurred_at += dice.Pick({-1, 1}) * absl::Microseconds(1);
  }
  if (dice.Chance(6)) event.occurred_at += 12 * scale.unit;
  if (dice.Chance(5)) event.occurred_at += absl::Minutes(30);
  event.received_at = event.occurred_at;
  event.origin = "default";
  event.name = dice.Weighted<const char*>({{30, "view_item"},
                                           {30, "add_to_cart"},
                                           {20, "purchase"},
                                           {8, "remove_from_cart"},
                                           {6, "sign_up"},
                                           {told ? 60 : 6, "$identify"}});
  SetProperties(event, dice);
  const int items = dice.Weighted<int>({{25, 0}, {50, 1}, {20, 2}, {5, 3}});
  for (int i = 0; i < items; ++i) event.items.push_back(RandomItem(dice));
  if (items == 0 && dice.Chance(20)) {
    event.properties.Set("item_id", Value(dice.Word({"x", "w"})));
  }
  if (event.name == "$identify" || dice.Chance(12)) {
    SetOne(event.traits, "plan", 40,
           {Value("pro"), Value("free"), Value("pro"), Value()}, dice);
    SetOne(event.traits, "age", 70, {Number("30"), Number("20")}, dice);
    Properties home;
    home.Set("city", Value(dice.Word({"Rome", "Oslo"})));
    SetOne(event.traits, "home", 60, {Value(home), Value("Rome"), Value()},
           dice);
    for (const char* purpose : {"email", "ads"}) {
      if (dice.Chance(35))
        event.consents.emplace_back(purpose, dice.Chance(60));
    }
  }
  return event;
}

// So many, at some of the first `instants` of the scale.
std::vector<Event> EventsAt(const Scale& scale, int count, int instants,
                            Dice& dice) {
  std::vector<Event> events;
  const bool told = dice.Chance(10);  // most of it traits and consents
  for (int i = 0; i < count; ++i) {
    events.push_back(RandomEvent(scale, instants, told, dice));
  }
  dice.Shuffle(events);
  for (int i = 0; i < count; ++i) {
    events[i].event_id = absl::StrFormat("e%02d", i);
    // Two may give one id, for the same instant also.
    if (i == 0 || events[i - 1].origin == "shop" || !dice.Chance(15)) continue;
    const Event& other = events[i - 1];
    events[i].event_id = other.event_id;
    events[i].origin = "shop";
    if (dice.Chance(50)) {
      events[i].occurred_at = events[i].received_at = other.occurred_at;
    }
  }
  dice.Shuffle(events);
  return events;
}

std::string Text(const Value& value);

std::string Text(const Properties& properties) {
  return absl::StrCat(
      "{ ",
      absl::StrJoin(properties, ", ",
                    [](std::string* out, const Properties::Entry& entry) {
                      absl::StrAppend(out, entry.first, ": ",
                                      Text(entry.second));
                    }),
      " }");
}

std::string Text(const Value& value) {
  if (value.is_null()) return "null";
  if (value.boolean()) return *value.boolean() ? "true" : "false";
  if (value.number()) return ToText(*value.number());
  if (value.text()) return absl::StrCat("\"", *value.text(), "\"");
  if (value.object()) return Text(*value.object());
  return absl::StrCat("[",
                      absl::StrJoin(*value.list(), ", ",
                                    [](std::string* out, const Value& element) {
                                      absl::StrAppend(out, Text(element));
                                    }),
                      "]");
}

}  // namespace

Scale RandomScale(Dice& dice) {
  // Days on which clocks change in London, New York, Havana and Santiago, the
  // end of a year, and days on which nothing happens.
  const char* start = dice.Word(
      {"2026-03-02T00:00:00Z", "2026-03-02T00:00:00Z", "2026-03-02T09:10:00Z",
       "2026-03-28T12:00:00Z", "2026-10-24T23:00:00Z", "2026-03-08T00:00:00Z",
       "2026-04-04T12:00:00Z", "2026-09-05T12:00:00Z", "2026-12-31T12:00:00Z",
       "2026-02-27T00:00:00Z"});
  return {*ParseTimestamp(start),
          dice.Pick({absl::Minutes(10), absl::Minutes(10), absl::Minutes(30),
                     absl::Hours(1), absl::Hours(12), absl::Hours(24),
                     absl::Hours(72)})};
}

std::vector<Event> RandomHistory(const Scale& scale, Dice& dice) {
  const int count = dice.Weighted<int>({{50, 1 + dice.Below(5)},
                                        {38, 4 + dice.Below(4)},
                                        {12, 8 + dice.Below(5)}});
  const int instants = dice.Pick({3, 5, 8});
  return EventsAt(scale, count, instants, dice);
}

std::vector<Event> LongRandomHistory(const Scale& scale, Dice& dice) {
  const int count = 10 + dice.Below(40);
  const int instants = dice.Pick({8, 16, 40});
  return EventsAt(scale, count, instants, dice);
}

std::string EventLine(const Event& event, const std::string& profile) {
  std::string line = absl::StrCat("- { at: ", TimestampText(event.occurred_at));
  if (event.received_at != event.occurred_at) {
    absl::StrAppend(&line, ", received: ", TimestampText(event.received_at));
  }
  absl::StrAppend(&line, ", profile: ", profile, ", event: ", event.name,
                  ", event_id: ", event.event_id);
  for (const auto& [name, value] : event.properties) {
    absl::StrAppend(&line, ", ", name, ": ", Text(value));
  }
  if (!event.items.empty()) {
    Value::List items;
    for (const Properties& item : event.items) items.push_back(Value(item));
    absl::StrAppend(&line, ", items: ", Text(Value(items)));
  }
  if (!event.traits.empty()) {
    absl::StrAppend(&line, ", traits: ", Text(event.traits));
  }
  if (!event.consents.empty()) {
    Properties consent;
    for (const auto& [purpose, granted] : event.consents) {
      consent.Set(purpose, Value(granted ? "granted" : "denied"));
    }
    absl::StrAppend(&line, ", consent: ", Text(consent));
  }
  absl::StrAppend(&line, " }");
  if (event.origin != "default") {
    absl::StrAppend(&line, "  # origin: ", event.origin);
  }
  return line;
}

}  // namespace audienced::oracle
