// What `audiencectl export` writes: each format, the cutting into files, the
// manifest, and what a stretch of changes comes to. No daemon.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "daemon/ctl/export/export_files.h"
#include "daemon/ctl/export/format/csv_row.h"
#include "daemon/ctl/export/format/format.h"
#include "daemon/ctl/export/manifest.h"
#include "daemon/ctl/export/net_changes.h"
#include "daemon/ctl/export/written_identifiers.h"
#include "daemon/destination/sha256.h"
#include "google/protobuf/text_format.h"

namespace audienced {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

template <typename Message>
Message Parse(const std::string& text) {
  Message message;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message));
  return message;
}

std::string ReadFile(const fs::path& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

// A folder that is gone with the test.
class ExportTest : public testing::Test {
 protected:
  ExportTest() : folder_(fs::temp_directory_path() / "export_test_XXXXXX") {
    std::string name = folder_.string();
    EXPECT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  ~ExportTest() override { fs::remove_all(folder_); }

  std::vector<std::string> Names() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder_)) {
      names.push_back(entry.path().filename().string());
    }
    std::sort(names.begin(), names.end());
    return names;
  }

  fs::path folder_;
};

std::unique_ptr<Format> FormatOf(const std::string& name,
                                 FormatOptions options = {}) {
  options.audience = "cart-abandoners";
  auto format = MakeFormat(name, options);
  EXPECT_TRUE(format.ok()) << format.status();
  return *std::move(format);
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

v1::Member Ann() {
  return Parse<v1::Member>(R"pb(
    audience: "cart-abandoners"
    profile: "p1"
    identifiers { kind: "country" value: "GB" }
    identifiers { kind: "email_sha256" value: "aa" }
    identifiers { kind: "email_sha256" value: "ab" }
    identifiers { kind: "external_id" value: "u-1" }
    identifiers { kind: "first_name_sha256" value: "f1" }
    identifiers { kind: "last_name_sha256" value: "l1" }
    identifiers { kind: "phone_sha256" value: "c1" }
    identifiers { kind: "postal_code" value: "LS1 1AA" }
  )pb");
}

v1::Member Bob() {
  return Parse<v1::Member>(R"pb(
    profile: "p2"
    identifiers { kind: "email_sha256" value: "ba" }
  )pb");
}

v1::Member Nobody() {
  return Parse<v1::Member>(R"pb(
    profile: "p3"
    identifiers { kind: "city_sha256" value: "x" }
  )pb");
}

v1::Member Plain() {
  return Parse<v1::Member>(R"pb(
    audience: "cart-abandoners"
    profile: "p4"
    identifiers { kind: "email" value: "no address" }
    identifiers { kind: "email" value: "Cy@Example.com" }
    identifiers { kind: "phone" value: "020 7946 0958" }
    identifiers { kind: "user_id" value: "u, \"7\"" }
    episode: 2
    idempotency_key: "cart-abandoners/p4/2"
    entered_time { seconds: 1772353800 }
    existing: true
    rule_version: 3
    context {
      cart { item_id: "sku-1" quantity: "1" }
      value { currency: "GBP" amount: "9.5" }
    }
  )pb");
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
            "Email,Phone,First Name,Last Name,Country,Zip\n"
            "aa,c1,f1,l1,GB,LS1 1AA\n"
            "ab,,,,,\n"
            "ba,,,,,\n");
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
  EXPECT_EQ(
      Written(*format, FileAction::kAdd, {Ann(), Bob()}),
      R"({"destinations": [{"operatingAccount":{"accountType":"GOOGLE_ADS","accountId":"123"},"productDestinationId":"9"}],
"audienceMembers": [
{"userData":{"userIdentifiers":[{"address":{"givenName":"f1","familyName":"l1","regionCode":"GB","postalCode":"LS1 1AA"}},{"emailAddress":"aa"},{"emailAddress":"ab"},{"phoneNumber":"c1"}]}},
{"userData":{"userIdentifiers":[{"emailAddress":"ba"}]}}
],
"encoding": "HEX",
"termsOfService": {"customerMatchTermsOfServiceStatus": "ACCEPTED"}}
)");
  const auto json =
      nlohmann::json::parse(Written(*format, FileAction::kRemove, {Bob()}));
  EXPECT_FALSE(json.contains("termsOfService"));
  EXPECT_EQ(format->limits().rows, 10'000);
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
  EXPECT_EQ(
      Written(*format, FileAction::kAdd, {Ann(), Bob()}),
      R"({"schema": ["EMAIL","PHONE","MADID","EXTERN_ID","FN","LN","GEN","DOBY","DOBM","DOBD","CT","ST","ZIP","COUNTRY"],
"data": [
["aa","c1","","u-1","f1","l1","","","","","","","",""],
["ab","","","","f1","l1","","","","","","","",""],
["ba","","","","","","","","","","","","",""]
]}
)");
  EXPECT_EQ(format->Record(FileAction::kAdd, Ann()).rows, 2);
  EXPECT_EQ(format->Record(FileAction::kAdd, Nobody()).skipped,
            "no_identifier");
}

TEST(FormatTest, KlaviyoJsonTellsMembershipAsAProperty) {
  FormatOptions options;
  options.list_id = "L1";
  const auto format = FormatOf("klaviyo-json", options);
  EXPECT_EQ(Written(*format, FileAction::kAdd, {Plain()}),
            R"({"data": {"type": "profile-bulk-import-job",
"relationships": {"lists":{"data":[{"type":"list","id":"L1"}]}},
"attributes": {"profiles": {"data": [
{"type":"profile","attributes":{"email":"cy@example.com","external_id":"u, \"7\"","properties":{"audienced_cart_abandoners":true,"audienced_cart_abandoners_episode":2,"audienced_cart_abandoners_idempotency_key":"cart-abandoners/p4/2","audienced_cart_abandoners_cart":[{"item_id":"sku-1","quantity":"1"}],"audienced_cart_abandoners_value":[{"currency":"GBP","amount":"9.5"}]}}}
]}}}}
)");
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
  EXPECT_EQ(
      Written(*FormatOf("csv"), FileAction::kAdd, {Plain(), Bob()}),
      "profile,user_id,email,phone,episode,idempotency_key,entered_time,"
      "effective_time,expire_time,existing,rule_version,value,identifiers,"
      "context\n"
      "p4,\"u, \"\"7\"\"\",no address,020 7946 0958,2,cart-abandoners/p4/2,"
      "2026-03-01T08:30:00Z,,,true,3,9.5 GBP,"
      "\"[{\"\"kind\"\":\"\"email\"\",\"\"value\"\":\"\"no address\"\"},"
      "{\"\"kind\"\":\"\"email\"\",\"\"value\"\":\"\"Cy@Example.com\"\"},"
      "{\"\"kind\"\":\"\"phone\"\",\"\"value\"\":\"\"020 7946 0958\"\"},"
      "{\"\"kind\"\":\"\"user_id\"\",\"\"value\"\":\"\"u, "
      "\\\"\"7\\\"\"\"\"}]\","
      "\"{\"\"cart\"\":[{\"\"item_id\"\":\"\"sku-1\"\",\"\"quantity\"\":"
      "\"\"1\"\"}],\"\"value\"\":[{\"\"currency\"\":\"\"GBP\"\","
      "\"\"amount\"\":\"\"9.5\"\"}]}\"\n"
      "p2,,ba,,0,,,,,false,0,,"
      "\"[{\"\"kind\"\":\"\"email_sha256\"\",\"\"value\"\":\"\"ba\"\"}]\",\n");
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

TEST_F(ExportTest, CutsFilesAtTheLimitOfRows) {
  const auto format = FormatOf("meta-json");
  auto files = ExportFiles::Open(folder_ / "new", *format, {3, 0});
  ASSERT_TRUE(files.ok()) << files.status();
  // Two rows, then one: full; a member is never cut.
  for (const v1::Member& member : {Ann(), Bob(), Bob(), Ann(), Nobody()}) {
    ASSERT_TRUE(files->Add(FileAction::kAdd, member).ok());
  }
  ASSERT_TRUE(files->Add(FileAction::kRemove, Bob()).ok());
  EXPECT_FALSE(fs::exists(folder_ / "new" / "manifest.json"));
  Manifest manifest;
  ASSERT_TRUE(files->Finish(manifest).ok());

  folder_ /= "new";
  EXPECT_THAT(Names(), ElementsAre("add-000001.json", "add-000002.json",
                                   "manifest.json", "remove-000001.json"));
  std::vector<std::string> told;
  for (const ExportedFile& file : manifest.files) {
    const std::string text = ReadFile(folder_ / file.name);
    EXPECT_EQ(file.sha256, Sha256Hex(text));
    EXPECT_EQ(file.bytes, static_cast<int64_t>(text.size()));
    EXPECT_EQ(nlohmann::json::parse(text)["data"].size(),
              static_cast<size_t>(file.rows));
    told.push_back(file.name + " " + std::to_string(file.members) + " " +
                   std::to_string(file.rows));
  }
  EXPECT_THAT(told, ElementsAre("remove-000001.json 1 1", "add-000001.json 2 3",
                                "add-000002.json 2 3"));
  EXPECT_THAT(manifest.skipped, ElementsAre(Pair("no_identifier", 1)));
  const auto json = nlohmann::json::parse(ReadFile(folder_ / "manifest.json"));
  EXPECT_EQ(json["files"].size(), 3u);
  EXPECT_EQ(json["added_members"], 4);
  EXPECT_EQ(json["removed_members"], 1);
  EXPECT_EQ(fs::status(folder_).permissions(), fs::perms::owner_all);
  folder_ = folder_.parent_path();
}

TEST_F(ExportTest, CutsFilesAtTheLimitOfBytes) {
  const auto format = FormatOf("google-customer-match-csv");
  const auto header =
      static_cast<int64_t>(format->Begin(FileAction::kAdd).size());
  const auto row =
      static_cast<int64_t>(format->Record(FileAction::kAdd, Bob()).text.size());
  auto files = ExportFiles::Open(folder_, *format, {0, header + 2 * row});
  ASSERT_TRUE(files.ok()) << files.status();
  for (int i = 0; i < 5; ++i) {
    ASSERT_TRUE(files->Add(FileAction::kAdd, Bob()).ok());
  }
  Manifest manifest;
  ASSERT_TRUE(files->Finish(manifest).ok());
  ASSERT_EQ(manifest.files.size(), 3u);
  EXPECT_EQ(manifest.files[0].bytes, header + 2 * row);
  EXPECT_EQ(manifest.files[2].members, 1);
}

TEST_F(ExportTest, WhatIsBrokenOffLeavesNothing) {
  const auto format = FormatOf("ndjson");
  {
    auto files = ExportFiles::Open(folder_, *format, {1, 0});
    ASSERT_TRUE(files.ok());
    ASSERT_TRUE(files->Add(FileAction::kAdd, Plain()).ok());
    ASSERT_TRUE(files->Add(FileAction::kAdd, Plain()).ok());
    EXPECT_THAT(Names(),
                ElementsAre("add-000001.ndjson", "add-000002.ndjson.part"));
  }
  EXPECT_THAT(Names(), IsEmpty());
}

TEST_F(ExportTest, LeftoversAreTakenAwayAndAnExportIsNot) {
  const auto format = FormatOf("ndjson");
  for (const char* name :
       {"add-000007.ndjson", "remove-000001.csv.part", "notes.txt"}) {
    std::ofstream(folder_ / name) << "x";
  }
  auto files = ExportFiles::Open(folder_, *format, {});
  ASSERT_TRUE(files.ok());
  EXPECT_THAT(Names(), ElementsAre("notes.txt"));
  Manifest manifest;
  ASSERT_TRUE(files->Finish(manifest).ok());
  EXPECT_EQ(ExportFiles::Open(folder_, *format, {}).status().code(),
            absl::StatusCode::kFailedPrecondition);
  EXPECT_FALSE(
      ExportFiles::Open(folder_ / "notes.txt", *format, {}).status().ok());
}

TEST(WrittenIdentifiersTest, WhatTwoShareIsWrittenOnce) {
  WrittenIdentifiers written;
  v1::Member ann = Ann();
  EXPECT_TRUE(written.Keep(ann));
  EXPECT_EQ(ann.identifiers_size(), 8);
  v1::Member twin = Ann();
  twin.add_identifiers()->set_kind("advertising_id");
  EXPECT_TRUE(written.Keep(twin));
  // What describes stays, and what is new.
  EXPECT_EQ(twin.identifiers_size(), 5);
  v1::Member again = Ann();
  EXPECT_FALSE(written.Keep(again));
  v1::Member nobody = Nobody();
  EXPECT_TRUE(written.Keep(nobody));
}

v1::MembershipChange Change(v1::ChangeKind kind, const std::string& profile,
                            const std::vector<std::string>& emails,
                            const std::vector<std::string>& before = {}) {
  v1::MembershipChange change;
  change.set_kind(kind);
  change.set_profile(profile);
  for (const std::string& email : emails) {
    change.add_identifiers()->set_kind("email_sha256");
    change.mutable_identifiers()->rbegin()->set_value(email);
  }
  for (const std::string& email : before) {
    change.add_previous_identifiers()->set_kind("email_sha256");
    change.mutable_previous_identifiers()->rbegin()->set_value(email);
  }
  return change;
}

std::vector<std::string> Texts(const std::vector<v1::Member>& members) {
  std::vector<std::string> texts;
  for (const v1::Member& member : members) {
    std::string text = member.profile();
    for (const v1::Identifier& one : member.identifiers()) {
      text += " " + one.value();
    }
    texts.push_back(text);
  }
  return texts;
}

TEST(NetChangesTest, TellWhereEachStandsInTheEnd) {
  NetChanges changes;
  changes.Take(Change(v1::CHANGE_KIND_ENTERED, "p1", {"a"}));
  changes.Take(Change(v1::CHANGE_KIND_LEFT, "p2", {"b"}));
  changes.Take(Change(v1::CHANGE_KIND_LEFT, "p1", {"a"}));
  changes.Take(Change(v1::CHANGE_KIND_ENTERED, "p2", {"b"}));
  changes.Take(Change(v1::CHANGE_KIND_ENTERED, "p3", {"c"}));
  // Another address, then one more.
  changes.Take(Change(v1::CHANGE_KIND_UPDATED, "p3", {"d"}, {"c"}));
  changes.Take(Change(v1::CHANGE_KIND_UPDATED, "p3", {"d", "e"}, {"d"}));
  // Left after the address had changed: both go.
  changes.Take(Change(v1::CHANGE_KIND_UPDATED, "p4", {"g"}, {"f"}));
  changes.Take(Change(v1::CHANGE_KIND_LEFT, "p4", {"g"}));
  EXPECT_THAT(Texts(changes.Added()), ElementsAre("p2 b", "p3 d e"));
  EXPECT_THAT(Texts(changes.Removed(/*by_identifier=*/true)),
              ElementsAre("p1 a", "p3 c", "p4 f g"));
  EXPECT_THAT(Texts(changes.Removed(/*by_identifier=*/false)),
              ElementsAre("p1 a", "p4 f g"));
}

}  // namespace
}  // namespace audienced
