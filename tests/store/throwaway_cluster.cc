#include "tests/store/throwaway_cluster.h"

#include <filesystem>

#include "absl/strings/str_cat.h"
#include "daemon/store/embedded_postgres.h"

namespace audienced {
namespace {

class ThrowawayCluster : public testing::Environment {
 public:
  void TearDown() override {
    server_.reset();
    if (!folder_.empty()) std::filesystem::remove_all(folder_);
  }

  // The database, emptied. A new one each time would take much longer.
  std::string EmptyDatabase() {
    if (server_ == nullptr) StartServer();
    absl::StatusOr<std::unique_ptr<DatabaseConnection>> connection =
        DatabaseConnection::Open(server_->url());
    if (!connection.ok()) Fail(connection.status());
    (*connection)
        ->Query(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()");
    (*connection)->Query("DROP SCHEMA IF EXISTS audienced CASCADE");
    return server_->url();
  }

 private:
  [[noreturn]] static void Fail(const absl::Status& status) {
    throw std::runtime_error(status.ToString());
  }

  void StartServer() {
    char folder[] = "/tmp/audienced-store-test-XXXXXX";
    if (mkdtemp(folder) == nullptr) throw std::runtime_error("mkdtemp");
    folder_ = folder;
    absl::StatusOr<std::unique_ptr<EmbeddedPostgres>> server =
        EmbeddedPostgres::Start(folder_);
    if (!server.ok()) Fail(server.status());
    server_ = *std::move(server);
  }

  std::string folder_;
  std::unique_ptr<EmbeddedPostgres> server_;
};

ThrowawayCluster* const cluster = static_cast<ThrowawayCluster*>(
    testing::AddGlobalTestEnvironment(new ThrowawayCluster));

}  // namespace

StoreTest::StoreTest() : url_(cluster->EmptyDatabase()) {}

std::unique_ptr<Store> StoreTest::OpenStore() {
  absl::StatusOr<std::unique_ptr<Store>> store = Store::Open({url_});
  EXPECT_TRUE(store.ok()) << store.status();
  return store.ok() ? *std::move(store) : nullptr;
}

std::unique_ptr<DatabaseConnection> StoreTest::Connect() {
  absl::StatusOr<std::unique_ptr<DatabaseConnection>> connection =
      DatabaseConnection::Open(url_);
  EXPECT_TRUE(connection.ok()) << connection.status();
  return connection.ok() ? *std::move(connection) : nullptr;
}

std::string StoreTest::Ask(const std::string& sql) {
  const pqxx::result result = Connect()->Query(sql);
  return result.empty() ? "no row" : result[0][0].as<std::string>("null");
}

void StoreTest::EndWritingSession() {
  EXPECT_EQ("t", Ask("SELECT pg_terminate_backend(l.pid, 5000) FROM pg_locks l "
                     "JOIN pg_database d ON d.oid = l.database "
                     "WHERE locktype = 'advisory' "
                     "AND datname = current_database()"));
}

}  // namespace audienced
