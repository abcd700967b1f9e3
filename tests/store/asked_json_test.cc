// What is asked of the JSON of the database, without reading the rest.

#include "daemon/store/tables/asked_json.h"

#include <random>
#include <string>
#include <vector>

#include "daemon/ingest/value_json.h"
#include "gtest/gtest.h"

namespace audienced {
namespace {

bool IsAsked(std::string_view name) {
  return name == "value" || name == "customer";
}

std::string Asked(const std::string& json) {
  std::string asked = "before";
  AppendAsked(json, IsAsked, asked);
  return asked.substr(6);
}

TEST(AskedJsonTest, LeavesOutWhatIsNotAsked) {
  EXPECT_EQ(Asked(R"({"value": 1, "other": 2, "customer": {"other": [3]}})"),
            R"({"value": 1, "customer": {"other": [3]}})");
  EXPECT_EQ(Asked(R"({"other": 2, "values": 3, "valu": 4, "value": -1.50})"),
            R"({"value": -1.50})");
  EXPECT_EQ(Asked(R"({"other": null})"), "{}");
  EXPECT_EQ(Asked("{}"), "{}");
}

TEST(AskedJsonTest, FindsWhereTheRestEnds) {
  // Names that are asked stand deeper, and in texts.
  EXPECT_EQ(
      Asked(R"({"a": {"value": 1, "b": [{"value": 2}, []]}, "value": 3})"),
      R"({"value": 3})");
  EXPECT_EQ(Asked(R"({"a": "}, \"value\": 1", "b": ["]", "{"], "value": 3})"),
            R"({"value": 3})");
  EXPECT_EQ(Asked(R"({"a": "\\", "b": "\\\"", "c": "", "value": "\\\"}"})"),
            R"({"value": "\\\"}"})");
  EXPECT_EQ(Asked(R"({"a": {"b\"}": "\\"}, "value": true, "c": false})"),
            R"({"value": true})");
}

TEST(AskedJsonTest, AsksEachObjectOfAList) {
  EXPECT_EQ(Asked(R"([{"value": 1, "a": 2}, {"a": 3}, {"a": 4, "value": 5}])"),
            R"([{"value": 1}, {}, {"value": 5}])");
  EXPECT_EQ(Asked(R"([{"a": [1, 2]}, 7, [{"a": 1}], "text", {}])"),
            R"([{}, 7, [{"a": 1}], "text", {}])");
  EXPECT_EQ(Asked("[]"), "[]");
}

TEST(AskedJsonTest, KeepsAllElse) {
  // It may be a name that is asked, written otherwise.
  EXPECT_EQ(Asked(R"({"val\u0075e": 1, "a": 2})"), R"({"val\u0075e": 1})");
  for (const std::string json :
       {"7", R"("value")", "null", "", "{", "[", R"({"a")", R"({"a": )",
        R"({"a": "b)", R"({"a": [1})", R"({"a": 1}})", R"([1, 2)", R"({"a",})",
        R"({"value": 1, "a": {)"}) {
    EXPECT_EQ(Asked(json), json);
  }
}

// A value such as people send, with texts that look like JSON.
Value RandomValue(std::mt19937& random, int depth) {
  constexpr const char* kTexts[] = {"",   "value", "\"",      "\\",     "{",
                                    "],", "a\\\"", "\", \"c", "\n\x01", "ü"};
  constexpr const char* kNames[] = {"value", "a", "b{", "c\"", "customer"};
  switch (random() % (depth < 3 ? 6 : 4)) {
    case 0:
      return Value(Decimal::FromInteger(static_cast<int>(random() % 100) - 50));
    case 1:
      return Value(random() % 2 == 0);
    case 2:
      return Value();
    case 3:
      return Value(kTexts[random() % std::size(kTexts)]);
    case 4: {
      Value::List list;
      for (size_t count = random() % 4; count > 0; --count) {
        list.push_back(RandomValue(random, depth + 1));
      }
      return Value(std::move(list));
    }
    default: {
      Properties object;
      for (size_t count = random() % 5; count > 0; --count) {
        object.Set(kNames[random() % std::size(kNames)],
                   RandomValue(random, depth + 1));
      }
      return Value(std::move(object));
    }
  }
}

// What is asked of an object, or is written with an escape; all else whole.
Value AskedOfObject(const Value& value) {
  if (value.object() == nullptr) return value;
  Properties object;
  for (const auto& [name, member] : *value.object()) {
    if (IsAsked(name) || name == "c\"") object.Set(name, member);
  }
  return Value(std::move(object));
}

Value AskedOf(const Value& value) {
  if (value.list() == nullptr) return AskedOfObject(value);
  Value::List list;
  for (const Value& element : *value.list()) {
    list.push_back(AskedOfObject(element));
  }
  return Value(std::move(list));
}

TEST(AskedJsonTest, IsWhatReadingAllAndLeavingOutIs) {
  std::mt19937 random(20261126);
  int shorter = 0;
  for (int round = 0; round < 20'000; ++round) {
    const Value value = RandomValue(random, 0);
    const std::string json = ToJson(value);
    const std::string asked = Asked(json);
    const absl::StatusOr<Value> read = ParseValue(asked);
    ASSERT_TRUE(read.ok()) << json << " as " << asked;
    ASSERT_EQ(*read, AskedOf(value)) << json << " as " << asked;
    shorter += asked.size() < json.size() ? 1 : 0;
  }
  EXPECT_GT(shorter, 2'000);
}

}  // namespace
}  // namespace audienced
