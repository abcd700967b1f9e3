#ifndef AUDIENCED_TESTS_UNIT_EVENT_FILE_SCENE_H_
#define AUDIENCED_TESTS_UNIT_EVENT_FILE_SCENE_H_

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "daemon/ingest/event_file.h"

namespace audienced {

// A file of events that a test writes and reads; it goes with the test.
class EventFileScene : public testing::Test {
 protected:
  ~EventFileScene() override { std::filesystem::remove(path_); }

  // `ending` says what it is: `.csv`.
  void Write(const std::string& ending, const std::string& text) {
    path_ = absl::StrCat(testing::TempDir(), "events_", getpid(), ending);
    std::ofstream(path_, std::ios::binary) << text;
  }

  std::unique_ptr<EventFile> Open() {
    absl::StatusOr<std::unique_ptr<EventFile>> file =
        EventFile::Open(path_, EventMapping(), path_ + ".rejected");
    EXPECT_TRUE(file.ok()) << file.status();
    return *std::move(file);
  }

 private:
  std::string path_;
};

}  // namespace audienced

#endif  // AUDIENCED_TESTS_UNIT_EVENT_FILE_SCENE_H_
