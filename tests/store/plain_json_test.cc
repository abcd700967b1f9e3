// What reads the JSON of the database fast, against what reads all JSON.

#include "daemon/store/tables/plain_json.h"

#include <random>
#include <string>

#include "daemon/ingest/value_json.h"
#include "gtest/gtest.h"

namespace audienced {
namespace {

TEST(PlainJsonTest, ReadsWhatTheDatabaseWrites) {
  for (const std::string json :
       {R"({})", R"([])", R"("")", R"(null)", R"(true)", R"(false)", R"(0)",
        R"(-12.50)", R"({"a": [1, {"b": "ü"}], "c": null, "d": 0.000001})",
        R"([{"price": 29.90, "item_id": "sku-1"}, {"quantity": 2}])",
        R"(123456789012345678901234567890)"}) {
    const std::optional<Value> plain = ReadPlainJson(json);
    ASSERT_TRUE(plain.has_value()) << json;
    EXPECT_EQ(*plain, *ParseValue(json)) << json;
  }
}

TEST(PlainJsonTest, LeavesTheRestToOthers) {
  for (const std::string json :
       {R"("a\"b")", R"({"a\n": 1})", R"(1e5)", R"()", R"( )", R"({)",
        R"({"a" 1})", R"({"a":})", R"([1,])", R"([1)", R"("a)", R"(nul)",
        R"(01)", R"(1.)", R"(-)", R"(1 2)", R"({"a":1}})",
        R"([[[[[[[[[[[[1]]]]]]]]]]]])"}) {
    EXPECT_FALSE(ReadPlainJson(json).has_value()) << json;
  }
}

// Texts put together of the pieces of JSON: what is read at all is read alike.
TEST(PlainJsonTest, NeverReadsOtherwise) {
  constexpr const char* kPieces[] = {
      "{", "}", "[", "]",    ",",    ":",     "\"", "a",      "\\",   "1",
      "0", ".", "-", "true", "null", "\"x\"", " ",  "\"y\":", "12.5", "e"};
  std::mt19937 random(20261126);
  int read = 0;
  for (int round = 0; round < 200'000; ++round) {
    std::string json;
    for (size_t count = 1 + random() % 7; count > 0; --count) {
      json += kPieces[random() % std::size(kPieces)];
    }
    const std::optional<Value> plain = ReadPlainJson(json);
    if (!plain) continue;
    ++read;
    const absl::StatusOr<Value> value = ParseValue(json);
    ASSERT_TRUE(value.ok()) << json << ": " << value.status();
    ASSERT_EQ(*plain, *value) << json;
    const std::optional<Properties> object = ReadPlainObject(json);
    ASSERT_EQ(object.has_value(), value->object() != nullptr) << json;
    if (object) {
      ASSERT_EQ(*object, *value->object()) << json;
    }
    const auto objects = ReadPlainObjects(json);
    if (!objects) continue;
    for (size_t i = 0; i < value->list()->size(); ++i) {
      ASSERT_EQ(objects->at(i), *value->list()->at(i).object()) << json;
    }
  }
  EXPECT_GT(read, 1'000);
}

}  // namespace
}  // namespace audienced
