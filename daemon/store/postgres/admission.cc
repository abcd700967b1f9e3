#include "daemon/store/postgres/admission.h"

#include <cstdint>
#include <memory>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "daemon/store/postgres/session_owner.h"

namespace audienced {
namespace {

constexpr int kOldestServer = 140000;  // PostgreSQL 14

// The two halves of the key of the advisory lock: `audience` in ASCII.
constexpr int32_t kLockHigh = 0x61756469;
constexpr int32_t kLockLow = 0x656e6365;
constexpr int64_t kLockKey = int64_t{kLockHigh} << 32 | kLockLow;

// How long a session that ends is waited for.
constexpr absl::Duration kLockPause = absl::Milliseconds(50);
constexpr int kLockAttempts = 100;

struct Holder {
  int session = 0;  // process id of the server process
  std::string application;
  std::string address;
  std::string since;
};

std::optional<Holder> FindHolder(DatabaseConnection& connection) {
  const pqxx::result rows = connection.Query(absl::StrCat(
      "SELECT a.pid, a.application_name, "
      "coalesce(host(a.client_addr), 'this host'), "
      "to_char(a.backend_start AT TIME ZONE 'UTC', "
      "'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"') "
      "FROM pg_locks l JOIN pg_stat_activity a USING (pid) "
      "WHERE l.locktype = 'advisory' AND l.granted AND l.database = "
      "(SELECT oid FROM pg_database WHERE datname = current_database())"
      " AND l.classid = ",
      kLockHigh, " AND l.objid = ", kLockLow, " AND l.objsubid = 1"));
  if (rows.empty()) return std::nullopt;
  Holder holder;
  holder.session = rows[0][0].as<int>();
  holder.application = rows[0][1].as<std::string>("");
  holder.address = rows[0][2].as<std::string>("");
  holder.since = rows[0][3].as<std::string>("an unknown time");
  return holder;
}

absl::Status Refuse(const Holder& holder,
                    const std::optional<SessionOwner>& process) {
  const std::string who =
      process ? process->ToText()
              : absl::StrCat("'", holder.application, "' at ", holder.address);
  const std::string message = absl::StrCat(
      "the database is in use by ", who, ", since ", holder.since, " (session ",
      holder.session, "); stop it or use another database");
  if (process && process->IsHere()) {
    return absl::FailedPreconditionError(message);
  }
  // Whether it is still there only its own machine knows.
  return absl::UnavailableError(absl::StrCat(
      message,
      "; where its machine is gone, the server notices that by itself "
      "(tcp_keepalives_idle), or end the session"));
}

int SessionOf(DatabaseConnection& connection) {
  return connection.Query("SELECT pg_backend_pid()")[0][0].as<int>();
}

}  // namespace

absl::Status CheckSettings(DatabaseConnection& connection) {
  const pqxx::row row = connection.Query(
      "SELECT current_setting('server_version_num')::int, "
      "current_setting('server_version'), "
      "current_setting('fsync') AS fsync, "
      "current_setting('synchronous_commit') AS synchronous_commit, "
      "pg_is_in_recovery() "
      "OR current_setting('default_transaction_read_only')::boolean, "
      "current_setting('server_encoding')")[0];
  const auto refuse = [](const auto&... found) {
    return absl::FailedPreconditionError(
        absl::StrCat("the database cannot be used: ", found...));
  };
  if (row[0].as<int>() < kOldestServer) {
    return refuse("it is PostgreSQL ", row[1].c_str(),
                  "; wanted is 14 or newer");
  }
  for (const int column : {2, 3}) {
    if (std::string(row[column].c_str()) == "off") {
      return refuse(row[column].name(),
                    " is off, so that acknowledged events can be lost; it must "
                    "be on");
    }
  }
  if (row[4].as<bool>()) {
    // A standby may become the primary, and a name lead to another server.
    return absl::UnavailableError(
        "the database cannot be used: it is read-only (a standby?); wanted is "
        "the primary");
  }
  if (std::string(row[5].c_str()) != "UTF8") {
    return refuse("its encoding is ", row[5].c_str(), "; wanted is UTF8");
  }
  return absl::OkStatus();
}

// A pooler invents the process id that it tells at connecting. Then a second
// connection shows of which kind it is: it gets the session that the first one
// had between transactions, or makes the first one change.
absl::Status RefuseTransactionPooling(DatabaseConnection& connection,
                                      const std::string& url) {
  if (SessionOf(connection) == connection.backendpid()) return absl::OkStatus();
  constexpr int kRounds = 8;  // a pooler may hand out its sessions in turn
  absl::StatusOr<std::unique_ptr<DatabaseConnection>> second =
      DatabaseConnection::Open(url);
  if (!second.ok()) return second.status();
  for (int round = 0; round < kRounds; ++round) {
    const int before = SessionOf(connection);
    pqxx::work transaction(**second);
    const int other = transaction.exec1("SELECT pg_backend_pid()")[0].as<int>();
    if (other == before || SessionOf(connection) != before) {
      return absl::FailedPreconditionError(
          "a pooler stands before the database and gives each transaction "
          "another session; connect to the database itself, or to a pooler in "
          "session mode");
    }
  }
  return absl::OkStatus();
}

absl::Status TakeLock(DatabaseConnection& connection, int former_session) {
  for (int attempt = 0; attempt < kLockAttempts; ++attempt) {
    const pqxx::result taken = connection.Query(
        absl::StrCat("SELECT pg_try_advisory_lock(", kLockKey, ")"));
    if (taken[0][0].as<bool>()) return absl::OkStatus();
    const std::optional<Holder> holder = FindHolder(connection);
    if (holder) {
      const std::optional<SessionOwner> process =
          SessionOwner::Parse(holder->application);
      if (holder->session == former_session) {
        connection.Query(
            absl::StrCat("SELECT pg_terminate_backend(", former_session, ")"));
      } else if (!process || !process->IsGone()) {
        return Refuse(*holder, process);
      }
    }
    absl::SleepFor(kLockPause);
  }
  return absl::UnavailableError(
      "a former session of this daemon has not ended in the database yet");
}

void ReleaseLock(DatabaseConnection& connection) {
  connection.Query(absl::StrCat("SELECT pg_advisory_unlock(", kLockKey, ")"));
}

}  // namespace audienced
