#ifndef AUDIENCED_DAEMON_STORE_POSTGRES_WRITE_TRANSACTION_H_
#define AUDIENCED_DAEMON_STORE_POSTGRES_WRITE_TRANSACTION_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "daemon/store/postgres/connection.h"

namespace audienced {

// A transaction whose statements are sent in a pipeline: the database works on
// them while the caller makes the next, and their answers are awaited once,
// before the end. It may begin with a COPY, which does not go into a pipeline
// and is awaited before the statements are sent. Rolled back unless committed.
//
// Throws the exceptions of libpqxx. Not thread-safe.
class WriteTransaction {
 public:
  // Of `connection`, which is in no other and outlives it.
  explicit WriteTransaction(DatabaseConnection& connection)
      : connection_(connection) {}
  ~WriteTransaction();

  WriteTransaction(const WriteTransaction&) = delete;
  WriteTransaction& operator=(const WriteTransaction&) = delete;

  // As the first that it does: sends `rows`, which `copy` reads, a COPY ...
  // FROM STDIN. Waits as DatabaseConnection::BeginCopy().
  void Copy(const std::string& copy, std::string_view rows);

  // From here on statements can be sent; waits for what was copied.
  DatabaseConnection& Statements();

  // Sends what is held back; does not wait for the database.
  void Flush();

  // Waits for all that was sent. Returns how many rows the last statement
  // touched. Nothing can be sent any more.
  int64_t Settle() { return connection_.EndPipeline(); }

  // After Settle(). An error leaves in doubt whether it happened.
  void Commit();

 private:
  DatabaseConnection& connection_;
  bool has_begun_ = false;
  bool committed_ = false;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_STORE_POSTGRES_WRITE_TRANSACTION_H_
