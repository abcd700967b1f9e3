#include "daemon/system/part_file.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "daemon/system/read_file.h"

namespace audienced {
namespace {

namespace fs = std::filesystem;

class PartFileTest : public testing::Test {
 protected:
  PartFileTest() { fs::create_directories(folder_); }
  ~PartFileTest() override { fs::remove_all(folder_); }

  const fs::path folder_ =
      fs::path(testing::TempDir()) / ("parts-" + std::to_string(getpid()));
  const std::string path_ = folder_ / "file";
  const std::string part_ = path_ + ".part";
};

TEST_F(PartFileTest, IsThereWholeOrNotAtAll) {
  {
    auto file = PartFile::Create(path_);
    ASSERT_TRUE(file.ok()) << file.status();
    ASSERT_TRUE(file->Write("half").ok());
    EXPECT_TRUE(fs::exists(part_));
  }
  EXPECT_TRUE(fs::is_empty(folder_));
  auto file = PartFile::Create(path_);
  ASSERT_TRUE(file.ok()) << file.status();
  ASSERT_TRUE(file->Write("????").ok());
  ASSERT_TRUE(file->Write(" and more").ok());
  EXPECT_EQ(file->bytes(), 13);
  ASSERT_TRUE(file->Overwrite("head").ok());
  EXPECT_FALSE(fs::exists(path_));
  ASSERT_TRUE(file->Keep().ok());
  EXPECT_EQ(ReadFile(path_).value_or("none"), "head and more");
  EXPECT_FALSE(fs::exists(part_));
}

TEST_F(PartFileTest, IsItsOwnersAloneWhateverWasInItsPlace) {
  const fs::path elsewhere = folder_ / "elsewhere";
  std::ofstream(elsewhere) << "of others";
  fs::permissions(elsewhere, fs::perms::all);
  fs::create_symlink(elsewhere, part_);
  auto file = PartFile::Create(path_);
  ASSERT_TRUE(file.ok()) << file.status();
  ASSERT_TRUE(file->Write("personal").ok());
  ASSERT_TRUE(file->Keep(PartFile::Safety::kWritten).ok());
  EXPECT_EQ(ReadFile(elsewhere).value_or("none"), "of others");
  EXPECT_EQ(fs::status(path_).permissions(),
            fs::perms::owner_read | fs::perms::owner_write);
}

TEST_F(PartFileTest, SaysWhereItCannotBeWritten) {
  const absl::Status status =
      PartFile::Create(folder_ / "none" / "file").status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(std::string(status.message()),
            "cannot write " + (folder_ / "none" / "file.part").string() +
                ": No such file or directory");
}

}  // namespace
}  // namespace audienced
