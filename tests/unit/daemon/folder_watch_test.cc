#include "daemon/system/folder_watch.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>

#include "absl/time/clock.h"

namespace audienced {
namespace {

namespace fs = std::filesystem;

class FolderWatchTest : public testing::Test {
 protected:
  FolderWatchTest() {
    fs::create_directories(folder_ / "one");
    fs::create_directories(folder_ / "two");
    fs::create_directory_symlink("one", link_);
    auto watch = FolderWatch::Start(link_, [this] { ++told_; });
    EXPECT_TRUE(watch.ok()) << watch.status();
    watch_ = *std::move(watch);
  }
  ~FolderWatchTest() override {
    watch_.reset();
    fs::remove_all(folder_);
  }

  // Whether it was told since the last call.
  bool IsTold() {
    const absl::Time give_up = absl::Now() + absl::Seconds(30);
    while (told_ == 0 && absl::Now() < give_up) {
      absl::SleepFor(absl::Milliseconds(20));
    }
    return told_.exchange(0) > 0;
  }

  const fs::path folder_ =
      fs::path(testing::TempDir()) / ("watched-" + std::to_string(getpid()));
  const fs::path link_ = folder_ / "link";
  std::atomic<int> told_ = 0;
  std::unique_ptr<FolderWatch> watch_;
};

TEST_F(FolderWatchTest, TellsOfFiles) {
  std::ofstream(folder_ / "one" / "a") << "a";
  EXPECT_TRUE(IsTold());
}

TEST_F(FolderWatchTest, GoesWithALinkThatLeadsElsewhere) {
  fs::create_directory_symlink("two", folder_ / "next");
  fs::rename(folder_ / "next", link_);
  EXPECT_TRUE(IsTold());
  std::ofstream(folder_ / "two" / "a") << "a";
  EXPECT_TRUE(IsTold());
}

TEST_F(FolderWatchTest, WaitsForAFolderThatIsGone) {
  for (const bool is_kept : {true, false}) {
    if (is_kept) {
      fs::rename(folder_ / "one", folder_ / "old");
    } else {
      fs::remove_all(folder_ / "one");  // its number goes to the next one
    }
    EXPECT_TRUE(IsTold());
    absl::SleepFor(FolderWatch::kLook + absl::Milliseconds(500));
    told_ = 0;
    fs::create_directories(folder_ / "one");
    EXPECT_TRUE(IsTold());
    std::ofstream(folder_ / "one" / "a") << "a";
    EXPECT_TRUE(IsTold());
  }
}

TEST_F(FolderWatchTest, WaitsForAFolderThatIsNotThereYet) {
  auto watch = FolderWatch::Start(folder_ / "later", [this] { ++told_; });
  ASSERT_TRUE(watch.ok()) << watch.status();
  fs::create_directories(folder_ / "later");
  EXPECT_TRUE(IsTold());
  std::ofstream(folder_ / "later" / "a") << "a";
  EXPECT_TRUE(IsTold());
}

}  // namespace
}  // namespace audienced
