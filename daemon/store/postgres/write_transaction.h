#ifndef AUDIENCED_DAEMON_STORE_POSTGRES_WRITE_TRANSACTION_H_
#define AUDIENCED_DAEMON_STORE_POSTGRES_WRITE_TRANSACTION_H_

#include <cstdint>

#include "daemon/store/postgres/connection.h"

namespace audienced {

// A transaction whose statements are sent in a pipeline: the database works on
// them while the caller makes the next, and their answers are awaited once,
// before the end. Rolled back unless committed.
//
// Throws the exceptions of libpqxx. Not thread-safe.
class WriteTransaction {
 public:
  // Of `connection`, which is in no other and outlives it.
  explicit WriteTransaction(DatabaseConnection& connection);
  ~WriteTransaction();

  WriteTransaction(const WriteTransaction&) = delete;
  WriteTransaction& operator=(const WriteTransaction&) = delete;

  // Waits for all that was sent. Returns how many rows the last statement
  // touched. Nothing can be sent any more.
  int64_t Settle() { return connection_.EndPipeline(); }

  // After Settle(). An error leaves in doubt whether it happened.
  void Commit();

 private:
  DatabaseConnection& connection_;
  bool committed_ = false;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_STORE_POSTGRES_WRITE_TRANSACTION_H_
