#include "daemon/store/postgres/connection.h"

#include <libpq-fe.h>

#include <array>
#include <cstdlib>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "daemon/store/postgres/session_owner.h"

namespace audienced {
namespace {

// What a connection has where the URL does not say otherwise. A host that is
// gone without a word is noticed within about a minute.
constexpr std::array<std::pair<const char*, const char*>, 6> kDefaults = {{
    {"connect_timeout", "10"},
    {"keepalives_idle", "20"},
    {"keepalives_interval", "5"},
    {"keepalives_count", "4"},
    {"tcp_user_timeout", "40000"},
    {"client_encoding", "UTF8"},
}};

// The database reads a whole message before it stores the first row of it, so
// whoever sends waits for no row of the last one.
constexpr size_t kCopyMessageBytes = 16 << 20;

constexpr char kUnreadable[] =
    "the database URL cannot be read; wanted is "
    "postgresql://USER@HOST/DATABASE with unusual characters "
    "percent-encoded, or KEYWORD=VALUE pairs";

// Whether the part before the host has a character that libpq would take for
// its end; what follows would be told in error messages, and that can be the
// rest of a password.
bool HasUnencodedSeparator(std::string_view url) {
  const size_t scheme = url.find("://");
  const size_t host = url.rfind('@');
  if (scheme == std::string_view::npos || host == std::string_view::npos) {
    return false;
  }
  if (host < scheme) return false;
  const std::string_view user = url.substr(scheme + 3, host - scheme - 3);
  return user.find(':') != std::string_view::npos &&
         user.find_first_of("@/?#[] ") != std::string_view::npos;
}

// `url` with our defaults, as a keyword string.
absl::StatusOr<std::string> ToKeywords(const std::string& url) {
  if (HasUnencodedSeparator(url)) {
    return absl::InvalidArgumentError(kUnreadable);
  }
  std::map<std::string, std::string> settings(kDefaults.begin(),
                                              kDefaults.end());
  char* error = nullptr;
  PQconninfoOption* options = PQconninfoParse(url.c_str(), &error);
  PQfreemem(error);  // it may quote the password
  if (options == nullptr) return absl::InvalidArgumentError(kUnreadable);
  for (auto* option = options; option->keyword != nullptr; ++option) {
    if (option->val != nullptr) settings[option->keyword] = option->val;
  }
  PQconninfoFree(options);
  settings["application_name"] = SessionOwner::Own().ApplicationName();

  std::string keywords;
  for (const auto& [keyword, value] : settings) {
    absl::StrAppend(&keywords, keyword, "='");
    for (const char c : value) {
      if (c == '\'' || c == '\\') keywords.push_back('\\');
      keywords.push_back(c);
    }
    keywords += "' ";
  }
  return keywords;
}

// The message of an exception: one line, without libpq's prefixes.
std::string Message(const std::exception& error) {
  std::string line;
  for (const char c : std::string_view(error.what())) {
    line.push_back(c == '\n' || c == '\t' ? ' ' : c);
  }
  absl::RemoveExtraAsciiWhitespace(&line);
  if (absl::StartsWith(line, "ERROR: ")) line.erase(0, 7);
  return line;
}

absl::Status ToStatus(const pqxx::sql_error& error) {
  const std::string& state = error.sqlstate();
  const std::string message =
      absl::StrCat("database: ", Message(error), " [", state, "]");
  // Without a state it was not the server that spoke: the connection broke.
  if (state.empty()) return absl::UnavailableError(message);
  // Connection, transaction rollback, resources, locks, intervention of
  // an operator, system: the same statement can succeed later.
  for (const char* can_pass : {"08", "40", "53", "55P03", "57", "58"}) {
    if (absl::StartsWith(state, can_pass)) {
      return absl::UnavailableError(message);
    }
  }
  // Read-only: another server may be the primary by now.
  if (state == "25006") return absl::UnavailableError(message);
  if (state == "42501") return absl::FailedPreconditionError(message);
  if (state == "23505") return absl::AlreadyExistsError(message);
  return absl::InternalError(message);
}

}  // namespace

ConnectOnce::handle ConnectOnce::do_startconnect(handle present) {
  if (present != nullptr) return present;
  if (used_) throw pqxx::broken_connection("the connection is lost");
  used_ = true;
  current_ = normalconnect(nullptr);
  return current_;
}

ConnectOnce::handle ConnectOnce::do_dropconnect(handle present) noexcept {
  if (present != nullptr) PQfinish(present);
  current_ = nullptr;
  return nullptr;
}

absl::StatusOr<std::unique_ptr<DatabaseConnection>> DatabaseConnection::Open(
    const std::string& url) {
  absl::StatusOr<std::string> keywords = ToKeywords(url);
  if (!keywords.ok()) return keywords.status();
  std::unique_ptr<DatabaseConnection> connection;
  absl::Status status = CatchDatabaseErrors([&] {
    connection.reset(new DatabaseConnection(*keywords));
    // The details of an error quote values, which are personal data.
    connection->set_verbosity(pqxx::connection_base::terse);
    // No limits or search path of the role's; names are qualified.
    connection->Query(
        "SET search_path = pg_catalog; SET statement_timeout = 0; "
        "SET idle_in_transaction_session_timeout = 0; "
        "SET lock_timeout = '30s'");
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  return connection;
}

DatabaseConnection::DatabaseConnection(const std::string& keywords)
    : pqxx::connection_base(policy_), policy_(keywords) {
  init();
}

DatabaseConnection::~DatabaseConnection() noexcept { close(); }

pqxx::result DatabaseConnection::Query(const std::string& sql) {
  return pqxx::nontransaction(*this).exec(sql);
}

void DatabaseConnection::Execute(const std::string& sql,
                                 const std::vector<std::string>& values) {
  const std::string statement = Prepared(sql);
  const int count = static_cast<int>(values.size());
  std::vector<const char*> data(count);
  std::vector<int> lengths(count);
  const std::vector<int> formats(count, 1);  // binary
  for (int i = 0; i < count; ++i) {
    data[i] = values[i].data();
    lengths[i] = static_cast<int>(values[i].size());
  }
  if (in_pipeline_) {
    Expect(sql, PQsendQueryPrepared(handle(), statement.c_str(), count,
                                    data.data(), lengths.data(), formats.data(),
                                    /*resultFormat=*/0) == 1);
    return;
  }
  CheckResult(*this,
              PQexecPrepared(handle(), statement.c_str(), count, data.data(),
                             lengths.data(), formats.data(),
                             /*resultFormat=*/0),
              PGRES_COMMAND_OK, sql);
}

std::string DatabaseConnection::Prepared(const std::string& sql) {
  const auto found = prepared_.find(sql);
  if (found != prepared_.end()) return found->second;
  const std::string name = absl::StrCat("s", last_prepared_++);
  if (in_pipeline_) {
    Expect(sql,
           PQsendPrepare(handle(), name.c_str(), sql.c_str(), 0, nullptr) == 1);
    prepared_in_pipeline_.push_back(sql);
  } else {
    CheckResult(*this,
                PQprepare(handle(), name.c_str(), sql.c_str(), 0, nullptr),
                PGRES_COMMAND_OK, sql);
  }
  prepared_.emplace(sql, name);
  return name;
}

void DatabaseConnection::ThrowIfLost() const {
  if (handle() != nullptr && PQstatus(handle()) == CONNECTION_OK) return;
  throw pqxx::broken_connection(handle() == nullptr ? "the connection is lost"
                                                    : PQerrorMessage(handle()));
}

void DatabaseConnection::Expect(const std::string& sql, bool sent) {
  ThrowIfLost();
  if (!sent) throw pqxx::failure(PQerrorMessage(handle()));
  expected_.push_back(sql);
}

void DatabaseConnection::BeginPipeline() {
  ThrowIfLost();
  if (PQenterPipelineMode(handle()) != 1) {
    throw pqxx::failure(PQerrorMessage(handle()));
  }
  in_pipeline_ = true;
  expected_.clear();
  prepared_in_pipeline_.clear();
}

void DatabaseConnection::FlushPipeline() {
  PQflush(handle());
  ThrowIfLost();
}

int64_t DatabaseConnection::EndPipeline() {
  in_pipeline_ = false;
  const std::vector<std::string> expected = std::move(expected_);
  ThrowIfLost();
  PQpipelineSync(handle());
  int64_t rows = 0;
  std::optional<pqxx::sql_error> error;
  for (const std::string& sql : expected) {
    PGresult* result = PQgetResult(handle());
    const ExecStatusType status = PQresultStatus(result);
    const char* touched = PQcmdTuples(result);
    rows = touched == nullptr ? 0 : std::strtoll(touched, nullptr, 10);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK && !error) {
      const char* state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
      error.emplace(PQresultErrorMessage(result), sql, state);
    }
    PQclear(result);
    ThrowIfLost();
    PQclear(PQgetResult(handle()));  // null: the end of this statement
  }
  PQclear(PQgetResult(handle()));  // of the synchronisation
  ThrowIfLost();
  PQexitPipelineMode(handle());
  if (!error) return rows;
  for (const std::string& sql : prepared_in_pipeline_) prepared_.erase(sql);
  throw pqxx::sql_error(*error);
}

void DatabaseConnection::BeginCopy(const std::string& copy,
                                   std::string_view rows) {
  ThrowIfLost();
  CheckResult(*this, PQexec(handle(), absl::StrCat("BEGIN; ", copy).c_str()),
              PGRES_COPY_IN, copy);
  copied_ = copy;
  while (!rows.empty()) {
    const std::string_view message = rows.substr(0, kCopyMessageBytes);
    if (PQputCopyData(handle(), message.data(),
                      static_cast<int>(message.size())) != 1) {
      break;
    }
    rows.remove_prefix(message.size());
  }
  PQputCopyEnd(handle(), rows.empty() ? nullptr : "not all rows were sent");
  ThrowIfLost();
}

void DatabaseConnection::EndCopy() {
  const std::string copy = std::exchange(copied_, "");
  ThrowIfLost();
  PGresult* result = PQgetResult(handle());
  PQclear(PQgetResult(handle()));  // null: the end of the statement
  CheckResult(*this, result, PGRES_COMMAND_OK, copy);
}

void DatabaseConnection::Drop() noexcept { close(); }

void CheckResult(const DatabaseConnection& connection, PGresult* result,
                 int wanted, const std::string& sql) {
  const bool as_wanted = PQresultStatus(result) == wanted;
  const char* field = PQresultErrorField(result, PG_DIAG_SQLSTATE);
  const std::string sql_state = field == nullptr ? "" : field;
  PQclear(result);
  if (as_wanted) return;
  const auto handle = connection.handle();
  const std::string message =
      handle == nullptr ? "the connection is lost" : PQerrorMessage(handle);
  if (handle == nullptr || PQstatus(handle) != CONNECTION_OK) {
    throw pqxx::broken_connection(message);
  }
  throw pqxx::sql_error(message, sql, sql_state.c_str());
}

absl::Status CatchDatabaseErrors(absl::FunctionRef<absl::Status()> work) {
  try {
    return work();
  } catch (const pqxx::broken_connection& error) {
    return absl::UnavailableError(absl::StrCat("database: ", Message(error)));
  } catch (const pqxx::transaction_rollback& error) {
    return absl::UnavailableError(absl::StrCat("database: ", Message(error)));
  } catch (const pqxx::insufficient_privilege& error) {
    // libpqxx tells of some states by the type alone.
    return absl::FailedPreconditionError(
        absl::StrCat("database: ", Message(error)));
  } catch (const pqxx::sql_error& error) {
    return ToStatus(error);
  } catch (const std::exception& error) {
    return absl::InternalError(absl::StrCat("database: ", Message(error)));
  }
}

}  // namespace audienced
