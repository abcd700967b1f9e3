#include "daemon/store/embedded_postgres.h"

#include <pwd.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "daemon/store/store.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/store/sample_records.h"

namespace audienced {
namespace {

using testing::HasSubstr;

// The process of the postmaster in `folder`; 0: there is none.
pid_t Postmaster(const std::string& folder) {
  pid_t pid = 0;
  std::ifstream(folder + "/postgres/postmaster.pid") >> pid;
  return pid != 0 && kill(pid, 0) == 0 ? pid : 0;
}

class EmbeddedPostgresTest : public testing::Test {
 protected:
  EmbeddedPostgresTest() {
    char folder[] = "/tmp/audienced-embedded-test-XXXXXX";
    EXPECT_NE(nullptr, mkdtemp(folder));
    folder_ = folder;
  }

  ~EmbeddedPostgresTest() override {
    // What a failed test left running.
    const pid_t left = Postmaster(folder_);
    if (left != 0) kill(left, SIGQUIT);
    std::filesystem::remove_all(folder_);
  }

  std::unique_ptr<EmbeddedPostgres> Start(const std::string& folder) {
    absl::StatusOr<std::unique_ptr<EmbeddedPostgres>> server =
        EmbeddedPostgres::Start(folder);
    EXPECT_TRUE(server.ok()) << server.status();
    return server.ok() ? *std::move(server) : nullptr;
  }

  // Runs `work` in a process of its own, which then dies by SIGKILL.
  static void RunAndKill(const std::function<void()>& work) {
    const pid_t child = fork();
    if (child == 0) {
      work();
      kill(getpid(), SIGKILL);
    }
    int status = 0;
    ASSERT_EQ(child, waitpid(child, &status, 0));
    ASSERT_TRUE(WIFSIGNALED(status));
  }

  std::string folder_;
};

int64_t CommitNumber(const std::string& url) {
  absl::StatusOr<std::unique_ptr<Store>> store = Store::Open({url});
  EXPECT_TRUE(store.ok()) << store.status();
  return store.ok() ? (*store)->LoadInstance()->commit_number : -1;
}

void Commit(const std::string& url, int64_t number) {
  absl::StatusOr<std::unique_ptr<Store>> store = Store::Open({url});
  ASSERT_TRUE(store.ok()) << store.status();
  EXPECT_TRUE((*store)->Commit(SampleBatch(number)).ok());
}

TEST_F(EmbeddedPostgresTest, LivesAsLongAsItsOwner) {
  std::unique_ptr<EmbeddedPostgres> server = Start(folder_);
  ASSERT_NE(nullptr, server);
  Commit(server->url(), 1);
  const pid_t postmaster = Postmaster(folder_);
  EXPECT_NE(0, postmaster);
  EXPECT_TRUE(server->Stop().ok());
  EXPECT_EQ(0, Postmaster(folder_));
  EXPECT_TRUE(server->Stop().ok());
  server.reset();

  server = Start(folder_);
  ASSERT_NE(nullptr, server);
  EXPECT_EQ(1, CommitNumber(server->url()));
  server.reset();
  EXPECT_EQ(0, Postmaster(folder_));
}

TEST_F(EmbeddedPostgresTest, AKilledDaemonsServerIsAdopted) {
  const std::string folder = folder_;
  RunAndKill([&folder] {
    absl::StatusOr<std::unique_ptr<EmbeddedPostgres>> server =
        EmbeddedPostgres::Start(folder);
    absl::StatusOr<std::unique_ptr<Store>> store =
        Store::Open({(*server)->url()});
    (*store)->Commit(SampleBatch(1)).IgnoreError();
    kill(getpid(), SIGKILL);
  });
  const pid_t postmaster = Postmaster(folder_);
  ASSERT_NE(0, postmaster);
  std::unique_ptr<EmbeddedPostgres> server = Start(folder_);
  ASSERT_NE(nullptr, server);
  EXPECT_EQ(postmaster, Postmaster(folder_));
  EXPECT_EQ(1, CommitNumber(server->url()));
  server.reset();
  EXPECT_EQ(0, Postmaster(folder_));
}

TEST_F(EmbeddedPostgresTest, AServerThatDiedIsStartedAgain) {
  std::unique_ptr<EmbeddedPostgres> server = Start(folder_);
  ASSERT_NE(nullptr, server);
  absl::StatusOr<std::unique_ptr<Store>> store = Store::Open({server->url()});
  ASSERT_TRUE(store.ok()) << store.status();
  ASSERT_TRUE((*store)->Commit(SampleBatch(1)).ok());

  ASSERT_EQ(0, kill(Postmaster(folder_), SIGKILL));
  absl::Status status;
  for (int64_t number = 2; status.ok(); ++number) {
    status = (*store)->Commit(SampleBatch(number));
  }
  EXPECT_TRUE(absl::IsUnavailable(status) || absl::IsUnknown(status)) << status;
  EXPECT_EQ(absl::StatusCode::kUnavailable, (*store)->Reconnect().code());
  EXPECT_EQ(absl::StatusCode::kUnavailable, (*store)->Ping().code());

  ASSERT_TRUE(server->EnsureRunning().ok());
  ASSERT_TRUE((*store)->Reconnect().ok());
  EXPECT_TRUE((*store)->Ping().ok());
  const absl::StatusOr<InstanceRecord> instance = (*store)->LoadInstance();
  ASSERT_TRUE(instance.ok()) << instance.status();
  EXPECT_TRUE((*store)->Commit(SampleBatch(instance->commit_number + 1)).ok());
}

TEST_F(EmbeddedPostgresTest, AfterALossOfPowerItRecovers) {
  {
    std::unique_ptr<EmbeddedPostgres> server = Start(folder_);
    ASSERT_NE(nullptr, server);
    Commit(server->url(), 1);
    // All at once, as far as a process can do it: SIGQUIT leaves no time.
    ASSERT_EQ(0, kill(Postmaster(folder_), SIGQUIT));
    while (Postmaster(folder_) != 0) absl::SleepFor(absl::Milliseconds(10));
  }
  // The file of a process that no longer runs.
  std::unique_ptr<EmbeddedPostgres> server = Start(folder_);
  ASSERT_NE(nullptr, server);
  EXPECT_EQ(1, CommitNumber(server->url()));
}

TEST_F(EmbeddedPostgresTest, ASecondDaemonLeavesTheServerAlone) {
  std::unique_ptr<EmbeddedPostgres> server = Start(folder_);
  ASSERT_NE(nullptr, server);
  const absl::Status status = EmbeddedPostgres::Start(folder_).status();
  EXPECT_EQ(absl::StatusCode::kFailedPrecondition, status.code());
  EXPECT_THAT(std::string(status.message()),
              HasSubstr(absl::StrCat("process ", getpid())));
  EXPECT_NE(0, Postmaster(folder_));
  EXPECT_EQ(0, CommitNumber(server->url()));
}

TEST_F(EmbeddedPostgresTest, AHalfMadeClusterIsMadeAnew) {
  std::filesystem::create_directories(folder_ + "/postgres.new/base");
  std::ofstream(folder_ + "/postgres.new/PG_VERSION") << "15\n";
  EXPECT_NE(nullptr, Start(folder_));
}

TEST_F(EmbeddedPostgresTest, ALongPathHasItsSocketElsewhere) {
  ASSERT_EQ(0, chmod(folder_.c_str(), 0755));
  const std::string folder =
      absl::StrCat(folder_, "/", std::string(90, 'x'), "/it's, a 'long' path");
  std::unique_ptr<EmbeddedPostgres> server = Start(folder);
  ASSERT_NE(nullptr, server);
  EXPECT_EQ(0, CommitNumber(server->url()));
  std::string socket_folder;
  std::getline(std::ifstream(folder + "/postgres/socket_folder"),
               socket_folder);
  struct stat info;
  ASSERT_EQ(0, stat(socket_folder.c_str(), &info));
  EXPECT_EQ(0700u, info.st_mode & 0777u);
  EXPECT_TRUE(server->Stop().ok());
  std::filesystem::remove_all(socket_folder);
  ASSERT_TRUE(server->EnsureRunning().ok());  // in another one
  EXPECT_EQ(0, CommitNumber(server->url()));
  std::getline(std::ifstream(folder + "/postgres/socket_folder"),
               socket_folder);
  server.reset();
  std::filesystem::remove_all(socket_folder);
}

TEST_F(EmbeddedPostgresTest, ItListensOnNothingButItsSocket) {
  std::unique_ptr<EmbeddedPostgres> server = Start(folder_);
  ASSERT_NE(nullptr, server);
  struct stat info;
  ASSERT_EQ(0, stat((folder_ + "/postgres").c_str(), &info));
  EXPECT_EQ(0700u, info.st_mode & 0777u);
  std::ifstream settings(folder_ + "/postgres/audienced.conf");
  const std::string text{std::istreambuf_iterator<char>(settings), {}};
  EXPECT_THAT(text, HasSubstr("listen_addresses = ''\n"));
  EXPECT_THAT(text, HasSubstr("wal_compression = "));
  if (getuid() == 0) {
    EXPECT_EQ(getpwnam("postgres")->pw_uid, info.st_uid);
  }
}

TEST_F(EmbeddedPostgresTest, AClusterOfAnotherVersionIsNotTouched) {
  std::filesystem::create_directories(folder_ + "/postgres");
  std::ofstream(folder_ + "/postgres/PG_VERSION") << "9\n";
  const absl::Status status = EmbeddedPostgres::Start(folder_).status();
  EXPECT_EQ(absl::StatusCode::kFailedPrecondition, status.code());
  EXPECT_THAT(std::string(status.message()), HasSubstr("PostgreSQL 9"));
}

TEST_F(EmbeddedPostgresTest, AFolderThatCannotBeUsedIsNamed) {
  EXPECT_EQ(absl::StatusCode::kFailedPrecondition,
            EmbeddedPostgres::Start("/dev/null/data").status().code());
  EXPECT_EQ(absl::StatusCode::kFailedPrecondition,
            EmbeddedPostgres::Start(folder_ + "/a$(b)").status().code());
  if (getuid() != 0) GTEST_SKIP() << "the rest is about root";
  const std::string closed = folder_ + "/closed";
  std::filesystem::create_directories(closed);
  ASSERT_EQ(0, chmod(folder_.c_str(), 0755));
  ASSERT_EQ(0, chmod(closed.c_str(), 0700));
  const absl::Status status =
      EmbeddedPostgres::Start(closed + "/data").status();
  EXPECT_EQ(absl::StatusCode::kFailedPrecondition, status.code());
  EXPECT_THAT(std::string(status.message()),
              HasSubstr(absl::StrCat("cannot enter ", closed, ";")));
}

}  // namespace
}  // namespace audienced
