#ifndef AUDIENCED_TESTS_STORE_THROWAWAY_CLUSTER_H_
#define AUDIENCED_TESTS_STORE_THROWAWAY_CLUSTER_H_

#include <memory>
#include <string>

#include "daemon/store/postgres/connection.h"
#include "daemon/store/store.h"
#include "gtest/gtest.h"

namespace audienced {

// A test with an empty database, in the private PostgreSQL of this program. The
// server starts with the first such test and is removed at the end.
class StoreTest : public testing::Test {
 protected:
  StoreTest();

  // How to connect to the database.
  const std::string& url() const { return url_; }

  // Opens the store; the test fails where that fails.
  std::unique_ptr<Store> OpenStore();
  // A connection beside the store's.
  std::unique_ptr<DatabaseConnection> Connect();
  // The first cell of what `sql` answers, as text.
  std::string Ask(const std::string& sql);
  // Ends the session of the store that writes, as a broken network would.
  void EndWritingSession();

 private:
  std::string url_;
};

}  // namespace audienced

#endif  // AUDIENCED_TESTS_STORE_THROWAWAY_CLUSTER_H_
