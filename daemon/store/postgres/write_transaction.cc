#include "daemon/store/postgres/write_transaction.h"

#include <libpq-fe.h>

#include <string_view>
#include <utility>

namespace audienced {

void WriteTransaction::Copy(const std::string& copy, std::string_view rows) {
  has_begun_ = true;
  connection_.BeginCopy(copy, rows);
}

DatabaseConnection& WriteTransaction::Statements() {
  if (connection_.in_copy()) connection_.EndCopy();
  if (!connection_.in_pipeline()) connection_.BeginPipeline();
  if (!std::exchange(has_begun_, true)) connection_.Execute("BEGIN", {});
  return connection_;
}

void WriteTransaction::Flush() {
  if (connection_.in_pipeline()) connection_.FlushPipeline();
}

WriteTransaction::~WriteTransaction() {
  if (committed_ || !has_begun_) return;
  // A connection on which this does not succeed is not used again.
  try {
    if (connection_.in_copy()) connection_.EndCopy();
    if (connection_.in_pipeline()) connection_.EndPipeline();
  } catch (const pqxx::failure&) {
    // It is rolled back all the same.
  }
  if (connection_.handle() == nullptr) return;
  PGresult* result = PQexec(connection_.handle(), "ROLLBACK");
  if (PQresultStatus(result) != PGRES_COMMAND_OK) connection_.Drop();
  PQclear(result);
}

void WriteTransaction::Commit() {
  PGresult* result = PQexec(connection_.handle(), "COMMIT");
  // The answer to the COMMIT of a transaction that failed is ROLLBACK.
  const bool happened = std::string_view(PQcmdStatus(result)) == "COMMIT";
  CheckResult(connection_, result, PGRES_COMMAND_OK, "COMMIT");
  if (!happened) throw pqxx::failure("the transaction was rolled back");
  committed_ = true;
}

}  // namespace audienced
