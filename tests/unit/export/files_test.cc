// How `audiencectl export` cuts members into files, and what a stretch of
// changes comes to.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "daemon/ctl/export/export_files.h"
#include "daemon/ctl/export/manifest.h"
#include "daemon/ctl/export/net_changes.h"
#include "daemon/ctl/export/written_identifiers.h"
#include "daemon/digest/digest.h"
#include "tests/unit/export/export_scene.h"
#include "tests/unit/read_whole.h"

namespace audienced {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

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

TEST_F(ExportTest, CutsFilesAtTheLimitOfRows) {
  const auto format = FormatOf("meta-json");
  auto files = ExportFiles::Open(folder_ / "new", *format, {3, 0});
  ASSERT_TRUE(files.ok()) << files.status();
  // Two rows, and two more do not fit; a member is never cut.
  for (const v1::Member& member : {Ann(), Ann(), Bob(), Bob(), Nobody()}) {
    ASSERT_TRUE(files->Add(FileAction::kAdd, member).ok());
  }
  ASSERT_TRUE(files->Add(FileAction::kRemove, Bob()).ok());
  EXPECT_FALSE(fs::exists(folder_ / "new" / "manifest.json"));
  Manifest manifest;
  ASSERT_TRUE(files->Finish(manifest).ok());

  folder_ /= "new";
  EXPECT_THAT(Names(), ElementsAre("add-000001.json", "add-000002.json",
                                   "add-000003.json", "manifest.json",
                                   "remove-000001.json"));
  std::vector<std::string> told;
  for (const ExportedFile& file : manifest.files) {
    const std::string text = ReadWhole(folder_ / file.name);
    EXPECT_EQ(file.sha256, Sha256Hex(text));
    EXPECT_EQ(file.bytes, static_cast<int64_t>(text.size()));
    EXPECT_EQ(nlohmann::json::parse(text)["data"].size(),
              static_cast<size_t>(file.rows));
    told.push_back(file.name + " " + std::to_string(file.members) + " " +
                   std::to_string(file.rows));
  }
  EXPECT_THAT(told, ElementsAre("remove-000001.json 1 1", "add-000001.json 1 2",
                                "add-000002.json 2 3", "add-000003.json 1 1"));
  EXPECT_THAT(manifest.skipped, ElementsAre(Pair("no_identifier", 1)));
  const auto json = nlohmann::json::parse(ReadWhole(folder_ / "manifest.json"));
  EXPECT_EQ(json["files"].size(), 4u);
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
