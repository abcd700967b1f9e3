#include "daemon/ingest/value_json.h"

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace audienced {
namespace {

TEST(ValueJson, KeepsWhatItReads) {
  for (const std::string json : {
           R"({})",
           R"({"a":1,"b":-0.000001,"c":999999999999.999999})",
           R"({"a":0.1,"b":[true,false,null,[],{}]})",
           R"({"a":{"b":{"c":"d"}},"e":""})",
           R"({"quote\"backslash\\":"tab\u0009line\u000a"})",
           R"({"ünïcödé":"日本 🛒"})",
       }) {
    const absl::StatusOr<Properties> properties = ParseProperties(json);
    ASSERT_TRUE(properties.ok()) << json << properties.status();
    EXPECT_EQ(json, ToJson(*properties));
  }
}

TEST(ValueJson, ReadsNumbersExactly) {
  const auto read = [](const std::string& json) {
    const absl::StatusOr<Value> value = ParseValue(json);
    return value.ok() ? ToJson(*value) : value.status().ToString();
  };
  EXPECT_EQ("123456789012.123456", read("123456789012.123456"));
  EXPECT_EQ("0.3", read("0.30"));
  EXPECT_EQ("1500", read("1.5e3"));
  EXPECT_EQ("-999999999999", read("-999999999999"));
  // Beyond the bounds of Decimal: a text, as it was.
  EXPECT_EQ("\"1000000000000\"", read("1000000000000"));
  EXPECT_EQ("\"18446744073709551616\"", read("18446744073709551616"));
  EXPECT_EQ("\"-9223372036854775808\"", read("-9223372036854775808"));
}

TEST(ValueJson, TheLastOfTwoNamesCounts) {
  EXPECT_EQ(R"({"a":2})", ToJson(*ParseProperties(R"({"a":1,"a":2})")));
}

TEST(ValueJson, RefusesWhatIsNotJson) {
  for (const std::string json :
       {"", "{", "{\"a\":}", "{} {}", "nul", "'a'", "{\"a\":01}", "\"\xff\"",
        "[1,]", "\"\\ud800\"", "\"a\\u0000b\"", "{\"\\u0000\":1}", "1e999"}) {
    EXPECT_EQ(absl::StatusCode::kInvalidArgument,
              ParseValue(json).status().code())
        << json;
  }
  EXPECT_FALSE(ParseProperties("[]").ok());
}

TEST(ValueJson, RefusesWhatIsTooDeep) {
  const auto nested = [](size_t depth) {
    return absl::StrCat(std::string(depth, '['), std::string(depth, ']'));
  };
  EXPECT_TRUE(ParseValue(nested(64)).ok());
  EXPECT_FALSE(ParseValue(nested(65)).ok());
  EXPECT_FALSE(ParseValue(nested(1'000'000)).ok());
}

TEST(ValueJson, ErrorsTellNoData) {
  const absl::StatusOr<Value> value = ParseValue(R"({"email":"ada@b.org)");
  EXPECT_EQ(std::string::npos, value.status().ToString().find("ada"));
}

}  // namespace
}  // namespace audienced
