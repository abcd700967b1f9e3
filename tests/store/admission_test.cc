#include "daemon/store/postgres/admission.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "daemon/store/postgres/session_owner.h"
#include "gmock/gmock.h"
#include "tests/store/throwaway_cluster.h"

namespace audienced {
namespace {

using testing::HasSubstr;
using testing::Not;

class AdmissionTest : public StoreTest {};

TEST_F(AdmissionTest, ASecondDaemonIsRefusedByName) {
  std::unique_ptr<Store> first = OpenStore();
  const absl::Status status = Store::Open({url()}).status();
  EXPECT_EQ(absl::StatusCode::kFailedPrecondition, status.code());
  EXPECT_THAT(std::string(status.message()),
              HasSubstr(SessionOwner::Own().ToText()));
  // The first one is not disturbed, and the next one finds the place free.
  EXPECT_TRUE(first->LoadInstance().ok());
  first.reset();
  OpenStore();
}

TEST_F(AdmissionTest, AnotherDatabaseOfTheClusterIsFree) {
  std::unique_ptr<Store> first = OpenStore();
  EXPECT_TRUE(Store::Open({absl::StrCat(url(), " dbname=postgres")}).ok());
}

TEST_F(AdmissionTest, AStrangeHolderOfTheLockIsNamedToo) {
  std::unique_ptr<DatabaseConnection> holder = Connect();
  holder->Query("SET application_name = 'psql'");
  ASSERT_TRUE(TakeLock(*holder, 0).ok());
  const absl::Status status = Store::Open({url()}).status();
  EXPECT_THAT(std::string(status.message()), HasSubstr("'psql'"));
}

// Its machine may be gone, and then the server ends the session in time.
TEST_F(AdmissionTest, ADaemonOnAnotherHostMayBeWaitedFor) {
  std::unique_ptr<DatabaseConnection> holder = Connect();
  holder->Query("SET application_name = 'audienced elsewhere 1'");
  ASSERT_TRUE(TakeLock(*holder, 0).ok());
  const absl::Status status = Store::Open({url()}).status();
  EXPECT_EQ(absl::StatusCode::kUnavailable, status.code());
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("process 1 on host elsewhere"));
}

// To try again does not give it the rights.
TEST_F(AdmissionTest, ARoleWithoutRightsIsRefused) {
  Connect()->Query("CREATE ROLE weak");
  const absl::Status status =
      Store::Open({absl::StrCat(url(), " options='-c role=weak'")}).status();
  EXPECT_EQ(absl::StatusCode::kFailedPrecondition, status.code()) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr("permission denied"));
}

TEST_F(AdmissionTest, ADaemonThatIsGoneIsWaitedFor) {
  std::unique_ptr<DatabaseConnection> holder = Connect();
  // No process has this number.
  holder->Query(absl::StrCat("SET application_name = 'audienced ",
                             SessionOwner::Own().host, " 99999999'"));
  ASSERT_TRUE(TakeLock(*holder, 0).ok());
  holder->Query("SET statement_timeout = 0");
  EXPECT_EQ(absl::StatusCode::kUnavailable,
            Store::Open({url()}).status().code());
  holder.reset();
  OpenStore();
}

TEST_F(AdmissionTest, UnsafeSettingsAreRefused) {
  struct Case {
    std::string setting;
    std::string message;
    absl::StatusCode code;
  };
  for (const Case& unsafe : std::vector<Case>{
           {"synchronous_commit = off", "synchronous_commit is off",
            absl::StatusCode::kFailedPrecondition},
           // It may be a standby, and the primary soon.
           {"default_transaction_read_only = on", "read-only",
            absl::StatusCode::kUnavailable}}) {
    const std::string database = Ask("SELECT current_database()");
    Connect()->Query(
        absl::StrCat("ALTER DATABASE ", database, " SET ", unsafe.setting));
    const absl::Status status = Store::Open({url()}).status();
    EXPECT_EQ(unsafe.code, status.code());
    EXPECT_THAT(std::string(status.message()), HasSubstr(unsafe.message));
    std::unique_ptr<DatabaseConnection> connection = Connect();
    connection->Query("SET default_transaction_read_only = off");
    connection->Query(absl::StrCat("ALTER DATABASE ", database, " RESET ALL"));
  }
  OpenStore();
}

TEST_F(AdmissionTest, AServerThatDoesNotFlushIsRefused) {
  Connect()->Query("ALTER SYSTEM SET fsync = off");
  Connect()->Query("SELECT pg_reload_conf()");
  while (Ask("SHOW fsync") != "off") absl::SleepFor(absl::Milliseconds(10));
  const absl::Status status = Store::Open({url()}).status();
  Connect()->Query("ALTER SYSTEM RESET fsync");
  Connect()->Query("SELECT pg_reload_conf()");
  EXPECT_EQ(absl::StatusCode::kFailedPrecondition, status.code());
  EXPECT_THAT(std::string(status.message()), HasSubstr("fsync is off"));
  while (Ask("SHOW fsync") != "on") absl::SleepFor(absl::Milliseconds(10));
}

TEST_F(AdmissionTest, ADatabaseThatIsNotUtf8IsRefused) {
  Connect()->Query(
      "CREATE DATABASE latin ENCODING 'SQL_ASCII' "
      "TEMPLATE template0");
  const absl::Status status =
      Store::Open({absl::StrCat(url(), " dbname=latin")}).status();
  EXPECT_EQ(absl::StatusCode::kFailedPrecondition, status.code());
  EXPECT_THAT(std::string(status.message()), HasSubstr("SQL_ASCII"));
}

TEST_F(AdmissionTest, ARestoredDatabaseGetsAnotherId) {
  std::string before;
  {
    std::unique_ptr<Store> store = OpenStore();
    before = store->LoadInstance()->database_id;
  }
  Connect()->Query("UPDATE audienced.instance SET lineage = 'of another one'");
  const std::string after = OpenStore()->LoadInstance()->database_id;
  EXPECT_NE(before, after);
  EXPECT_EQ(after, OpenStore()->LoadInstance()->database_id);
}

TEST_F(AdmissionTest, MessagesNeverTellThePassword) {
  for (const std::string url :
       {"postgresql://user:s3cr3t@127.0.0.1:1/db",
        "postgresql://user:x/s3cr3t@127.0.0.1:1/db",
        "postgresql://user:x@s3cr3t@127.0.0.1:1/db",
        "postgresql://user:x?s3cr3t@127.0.0.1:1/db",
        "postgresql://user:x%s3cr3t@127.0.0.1:1/db",
        "postgres//user:s3cr3t@127.0.0.1/db",
        "postgresql://user:s3cr3t@127.0.0.1:1/db?nonsense=1",
        "password=s3cr3t host=127.0.0.1 port=1",
        "password='s3cr3t host=127.0.0.1 port=1",
        "host=127.0.0.1 port=1 password = s3cr3t s3cr3t"}) {
    const absl::Status status = Store::Open({url}).status();
    EXPECT_FALSE(status.ok());
    EXPECT_THAT(status.ToString(), Not(HasSubstr("s3cr3t"))) << url;
  }
}

TEST_F(AdmissionTest, ADatabaseThatDoesNotAnswerIsUnavailable) {
  EXPECT_EQ(
      absl::StatusCode::kUnavailable,
      Store::Open({"postgresql://nobody@127.0.0.1:1/none"}).status().code());
  EXPECT_EQ(absl::StatusCode::kInvalidArgument,
            Store::Open({"nonsense"}).status().code());
}

}  // namespace
}  // namespace audienced
