#include "daemon/store/postgres/migrations.h"

#include <string>

#include "gmock/gmock.h"
#include "tests/store/throwaway_cluster.h"

namespace audienced {
namespace {

using testing::HasSubstr;

class MigrationsTest : public StoreTest {};

TEST_F(MigrationsTest, ApplyOnce) {
  OpenStore();
  const std::string count = "SELECT count(*) FROM audienced.schema_migration";
  EXPECT_EQ(std::to_string(AllMigrations().size()), Ask(count));
  const std::string id = Ask("SELECT database_id FROM audienced.instance");
  OpenStore();
  EXPECT_EQ(std::to_string(AllMigrations().size()), Ask(count));
  EXPECT_EQ(id, Ask("SELECT database_id FROM audienced.instance"));
}

TEST_F(MigrationsTest, ANewerSchemaIsRefused) {
  OpenStore();
  Connect()->Query(
      "INSERT INTO audienced.schema_migration VALUES (99, '0099_later.sql', "
      "'')");
  const absl::Status status = Store::Open({url()}).status();
  EXPECT_EQ(absl::StatusCode::kFailedPrecondition, status.code());
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("schema 99 (0099_later.sql)"));
}

TEST_F(MigrationsTest, AChangedMigrationIsRefused) {
  OpenStore();
  Connect()->Query(
      "UPDATE audienced.schema_migration SET checksum = 'x' WHERE number = 1");
  const absl::Status status = Store::Open({url()}).status();
  EXPECT_EQ(absl::StatusCode::kFailedPrecondition, status.code());
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("0001_create_histories"));
}

TEST_F(MigrationsTest, AFailedMigrationLeavesNothing) {
  const Migration bad[] = {
      {"0001_fails.sql", "CREATE TABLE audienced.half (); SELECT 1 / 0"}};
  std::unique_ptr<DatabaseConnection> connection = Connect();
  EXPECT_THROW(ApplyMigrations(*connection, bad).IgnoreError(),
               pqxx::sql_error);
  EXPECT_EQ("null", Ask("SELECT to_regclass('audienced.half')"));
  EXPECT_EQ("0", Ask("SELECT count(*) FROM audienced.schema_migration"));
}

TEST_F(MigrationsTest, EverythingIsDescribed) {
  OpenStore();
  // Tables, partitions and their columns without a comment.
  EXPECT_EQ("null", Ask(R"(
      SELECT string_agg(concat_ws('.', c.relname, a.attname), ' ')
      FROM pg_class c
      LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
        AND NOT a.attisdropped
        AND NOT c.relispartition
      WHERE c.relnamespace = 'audienced'::regnamespace
        AND c.relkind IN ('r', 'p')
        AND (obj_description(c.oid, 'pg_class') IS NULL
             OR a.attnum IS NOT NULL
                AND col_description(c.oid, a.attnum) IS NULL))"));
}

TEST_F(MigrationsTest, NothingTakesItsTimeOrOrderFromTheServer) {
  OpenStore();
  EXPECT_EQ("0", Ask("SELECT count(*) FROM pg_attrdef d JOIN pg_class c ON "
                     "c.oid = d.adrelid WHERE c.relnamespace = "
                     "'audienced'::regnamespace"));
  EXPECT_EQ("0", Ask("SELECT count(*) FROM pg_trigger t JOIN pg_class c ON "
                     "c.oid = t.tgrelid WHERE c.relnamespace = "
                     "'audienced'::regnamespace"));
  EXPECT_EQ("0", Ask("SELECT count(*) FROM pg_class WHERE relkind = 'S' AND "
                     "relnamespace = 'audienced'::regnamespace"));
}

// The event table has its primary key and no second index.
TEST_F(MigrationsTest, EventsHaveOneIndex) {
  OpenStore();
  EXPECT_EQ("1", Ask("SELECT count(*) FROM pg_index WHERE indrelid = "
                     "'audienced.event'::regclass"));
}

}  // namespace
}  // namespace audienced
