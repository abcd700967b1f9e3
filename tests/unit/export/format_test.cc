// What each format of `audiencectl export` makes of members. The files beside
// this are what is to come out.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "daemon/ctl/export/format/csv_row.h"
#include "tests/unit/export/export_scene.h"
#include "tests/unit/read_whole.h"

namespace audienced {
namespace {

using ::testing::ElementsAre;

std::string Golden(const std::string& name) {
  return ReadWhole(std::filesystem::path(AUDIENCED_EXPORT_DIR) / name);
}

// The whole text of one file.
std::string Written(const Format& format, FileAction action,
                    const std::vector<v1::Member>& members) {
  std::string text = format.Begin(action);
  for (size_t i = 0; i < members.size(); ++i) {
    if (i > 0) text += format.Separator();
    text += format.Record(action, members[i]).text;
  }
  return text + format.End(action);
}

TEST(FormatTest, NamesWhatThereIs) {
  const auto format = MakeFormat("xml", {});
  EXPECT_EQ(format.status().message(),
            "found the format 'xml'; wanted is google-customer-match-csv, "
            "google-data-manager-json, meta-json, klaviyo-json, csv, ndjson");
}

TEST(FormatTest, GoogleCsvHasARowForEachFurtherAddress) {
  const auto format = FormatOf("google-customer-match-csv");
  EXPECT_EQ(Written(*format, FileAction::kAdd, {Ann(), Bob()}),
            Golden("google.csv"));
  EXPECT_EQ(format->Record(FileAction::kAdd, Ann()).rows, 2);
  EXPECT_EQ(format->Record(FileAction::kAdd, Nobody()).skipped,
            "no_identifier");
}

TEST(FormatTest, DataManagerJsonIsTheBodyOfACall) {
  FormatOptions options;
  options.account = "123";
  options.list_id = "9";
  options.terms_accepted = true;
  const auto format = FormatOf("google-data-manager-json", options);
  EXPECT_EQ(Written(*format, FileAction::kAdd, {Ann(), Bob()}),
            Golden("google.json"));
  const auto json =
      nlohmann::json::parse(Written(*format, FileAction::kRemove, {Bob()}));
  EXPECT_FALSE(json.contains("termsOfService"));
  EXPECT_EQ(format->limits().rows, 10'000);
}

TEST(FormatTest, GoogleJsonTellsWhatTheMemberConsentsTo) {
  v1::Member member = Bob();
  for (const bool granted : {true, false}) {
    v1::ConsentState& said = *member.add_consents();
    said.set_purpose(granted ? "ad_user_data" : "ad_personalization");
    said.set_granted(granted);
  }
  member.add_consents()->set_purpose("marketing_email");
  const auto format = FormatOf("google-data-manager-json");
  EXPECT_EQ(nlohmann::json::parse(
                format->Record(FileAction::kAdd, member).text)["consent"],
            nlohmann::json({{"adUserData", "CONSENT_GRANTED"},
                            {"adPersonalization", "CONSENT_DENIED"}}));
  EXPECT_FALSE(
      nlohmann::json::parse(format->Record(FileAction::kRemove, member).text)
          .contains("consent"));
}

TEST(FormatTest, DataManagerTakesTenIdentifiersOfAMember) {
  v1::Member member = Ann();
  for (int i = 0; i < 12; ++i) {
    v1::Identifier& one = *member.add_identifiers();
    one.set_kind("email_sha256");
    one.set_value(std::to_string(i));
  }
  const auto json = nlohmann::json::parse(FormatOf("google-data-manager-json")
                                              ->Record(FileAction::kAdd, member)
                                              .text);
  const auto& identifiers = json["userData"]["userIdentifiers"];
  EXPECT_EQ(identifiers.size(), 10u);
  EXPECT_TRUE(identifiers[0].contains("address"));
}

TEST(FormatTest, MetaJsonHasARowForEachFurtherAddress) {
  const auto format = FormatOf("meta-json");
  EXPECT_EQ(Written(*format, FileAction::kAdd, {Ann(), Bob()}),
            Golden("meta.json"));
  EXPECT_EQ(format->Record(FileAction::kAdd, Ann()).rows, 2);
  EXPECT_EQ(format->Record(FileAction::kAdd, Nobody()).skipped,
            "no_identifier");
}

TEST(FormatTest, KlaviyoJsonTellsMembershipAsAProperty) {
  FormatOptions options;
  options.list_id = "L1";
  const auto format = FormatOf("klaviyo-json", options);
  EXPECT_EQ(Written(*format, FileAction::kAdd, {Plain()}),
            Golden("klaviyo.json"));
  const auto removal =
      nlohmann::json::parse(Written(*format, FileAction::kRemove, {Plain()}));
  EXPECT_FALSE(removal["data"].contains("relationships"));
  EXPECT_EQ(removal["data"]["attributes"]["profiles"]["data"][0]["attributes"]
                   ["properties"],
            nlohmann::json({{"audienced_cart_abandoners", false}}));
  EXPECT_EQ(format->Record(FileAction::kAdd, Bob()).skipped, "no_identifier");
}

TEST(FormatTest, KlaviyoTakesNoProfileBeyondItsSize) {
  v1::Member large = Plain();
  for (int i = 0; i < 200; ++i) {
    large.mutable_context()->add_cart()->set_item_name(std::string(600, 'x'));
  }
  EXPECT_EQ(FormatOf("klaviyo-json")->Record(FileAction::kAdd, large).skipped,
            "too_large");
}

TEST(FormatTest, CsvHasARowAMember) {
  EXPECT_EQ(Written(*FormatOf("csv"), FileAction::kAdd, {Plain(), Bob()}),
            Golden("members.csv"));
  EXPECT_EQ(CsvRow({"a", "b\nc", "", "\""}), "a,\"b\nc\",,\"\"\"\"");
}

TEST(FormatTest, NdjsonHasALineAMember) {
  const std::string text =
      Written(*FormatOf("ndjson"), FileAction::kAdd, {Plain(), Bob()});
  std::stringstream lines(text);
  std::string line;
  std::vector<std::string> profiles;
  while (std::getline(lines, line)) {
    profiles.push_back(nlohmann::json::parse(line)["profile"]);
  }
  EXPECT_THAT(profiles, ElementsAre("p4", "p2"));
}

}  // namespace
}  // namespace audienced
