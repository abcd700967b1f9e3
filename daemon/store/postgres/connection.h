#ifndef AUDIENCED_DAEMON_STORE_POSTGRES_CONNECTION_H_
#define AUDIENCED_DAEMON_STORE_POSTGRES_CONNECTION_H_

#include <libpq-fe.h>

#include <cstdint>
#include <memory>
#include <pqxx/pqxx>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace audienced {

// Connects once. Where libpqxx would quietly connect again after a loss, with
// the advisory lock gone, it fails instead.
class ConnectOnce : public pqxx::connectionpolicy {
 public:
  using pqxx::connectionpolicy::connectionpolicy;

  handle do_startconnect(handle present) override;
  handle do_dropconnect(handle present) noexcept override;

  handle current() const { return current_; }

 private:
  handle current_ = nullptr;
  bool used_ = false;
};

// One connection: libpqxx for statements, and the libpq handle beneath it for
// binary arrays and COPY, which libpqxx 6.4.5 does not have.
//
// Within daemon/store, failures of the database travel as the exceptions of
// libpqxx; CatchDatabaseErrors() is where they end. Not thread-safe.
class DatabaseConnection : public pqxx::connection_base {
 public:
  // Connects to `url`, a postgresql:// URL or a keyword string. kUnavailable
  // when the database does not answer; kInvalidArgument when `url` cannot be
  // read. No message contains the URL or its password.
  static absl::StatusOr<std::unique_ptr<DatabaseConnection>> Open(
      const std::string& url);
  ~DatabaseConnection() noexcept;

  pqxx::connectionpolicy::handle handle() const { return policy_.current(); }

  // Runs `sql` outside a transaction.
  pqxx::result Query(const std::string& sql);

  // Runs `sql` with one binary parameter each of `values`, as a prepared
  // statement. In a pipeline it is only sent; what became of it EndPipeline()
  // says.
  void Execute(const std::string& sql, const std::vector<std::string>& values);

  // From here on statements are sent without waiting for their answers, and the
  // database works on them while the caller goes on. Until EndPipeline() only
  // Execute() may be called.
  void BeginPipeline();
  // Sends what is still held back for the sake of larger messages.
  void FlushPipeline();
  // Waits for the answers and ends the pipeline. Throws the first error; what
  // was sent after that statement was not done. Returns how many rows the last
  // statement touched.
  int64_t EndPipeline();
  bool in_pipeline() const { return in_pipeline_; }

  // Begins a transaction, and sends `rows` as what `copy`, a COPY ... FROM
  // STDIN, reads. Waits until the database is ready for them, that is for locks
  // of others; it takes them in while the caller goes on. Until EndCopy()
  // nothing else may be called.
  void BeginCopy(const std::string& copy, std::string_view rows);
  // Waits until the rows are taken in.
  void EndCopy();
  bool in_copy() const { return !copied_.empty(); }

  // The connection ends here; every later use of it fails.
  void Drop() noexcept;

 private:
  explicit DatabaseConnection(const std::string& keywords);

  // The name of the prepared statement for `sql`, made when first asked for.
  std::string Prepared(const std::string& sql);
  void ThrowIfLost() const;
  // Notes that `sql` was sent in the pipeline, where `sent`; throws otherwise.
  void Expect(const std::string& sql, bool sent);

  ConnectOnce policy_;
  absl::flat_hash_map<std::string, std::string> prepared_;  // by SQL
  int last_prepared_ = 0;  // names are not used again, also after a failure
  bool in_pipeline_ = false;
  std::string copied_;                 // SQL of the COPY that is not ended
  std::vector<std::string> expected_;  // SQL whose answers are awaited
  std::vector<std::string> prepared_in_pipeline_;  // not known to be there yet
};

// Frees `result`, the answer of libpq to `sql`, and throws what libpqxx would
// throw where its status (ExecStatusType) is not `wanted`.
void CheckResult(const DatabaseConnection& connection, PGresult* result,
                 int wanted, const std::string& sql);

// Runs `work` and turns the exceptions of libpqxx into a status. kUnavailable:
// the connection is lost or the database cannot do it now; kFailedPrecondition:
// it does not allow it; kAlreadyExists: a key is there already; kInternal:
// anything else.
absl::Status CatchDatabaseErrors(absl::FunctionRef<absl::Status()> work);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_STORE_POSTGRES_CONNECTION_H_
