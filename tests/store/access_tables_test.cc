// Tokens and the audit log, there and back.

#include <memory>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "tests/store/sample_records.h"
#include "tests/store/throwaway_cluster.h"

namespace audienced {
namespace {

class AccessTablesTest : public StoreTest {
 protected:
  static AuditRecord Audit(int64_t micros, const std::string& client,
                           const std::string& audience) {
    return {SampleTime(micros), client, "AudienceService.ListMembers",
            audience,           1,      7};
  }

  static std::vector<std::string> Clients(Store& store,
                                          const AuditQuery& query) {
    std::vector<std::string> clients;
    const auto entries = store.ReadAudit(query);
    EXPECT_TRUE(entries.ok()) << entries.status();
    for (const AuditEntry& entry : *entries) {
      clients.push_back(entry.record.client);
    }
    return clients;
  }
};

using Names = std::vector<std::string>;

TEST_F(AccessTablesTest, TokensComeBackAsTheyWereAndEnd) {
  std::unique_ptr<Store> store = OpenStore();
  TokenRecord token;
  token.id = "k3Jx09QaZ1";
  token.client = "mailer";
  token.digest = Sha256("secret");
  token.scopes = {"audiences", "ingest"};
  token.audience_patterns = {"cart-*", "a 'quoted' \"one\", {x}\\"};
  token.identifiers = "hashed";
  token.created_at = SampleTime(1);
  token.created_by = "(local)";
  token.expires_at = SampleTime(2);
  TokenRecord certificate = token;
  certificate.id = "0000000000";
  certificate.digest.reset();
  certificate.certificate_name = "mailer.example.com";
  certificate.expires_at = absl::InfiniteFuture();
  certificate.audience_patterns.clear();
  CommitBatch batch = SampleBatch(1);
  batch.access.tokens = {token, certificate};
  EXPECT_FALSE(batch.empty());
  ASSERT_TRUE(store->Commit(batch).ok());
  batch = SampleBatch(2);
  batch.access.revocations = {{certificate.id, SampleTime(3)}};
  EXPECT_FALSE(batch.empty());
  ASSERT_TRUE(store->Commit(batch).ok());

  const auto tokens = store->ReadTokens();
  ASSERT_TRUE(tokens.ok()) << tokens.status();
  ASSERT_EQ(2U, tokens->size());
  for (const TokenRecord& read : *tokens) {
    const bool is_first = read.id == token.id;
    const TokenRecord& written = is_first ? token : certificate;
    EXPECT_EQ(written.client, read.client);
    EXPECT_EQ(written.digest, read.digest);
    EXPECT_EQ(written.certificate_name, read.certificate_name);
    EXPECT_EQ(written.scopes, read.scopes);
    EXPECT_EQ(written.audience_patterns, read.audience_patterns);
    EXPECT_EQ(written.identifiers, read.identifiers);
    EXPECT_EQ(written.created_at, read.created_at);
    EXPECT_EQ(written.created_by, read.created_by);
    EXPECT_EQ(written.expires_at, read.expires_at);
    EXPECT_EQ(is_first ? std::nullopt : std::optional(SampleTime(3)),
              read.revoked_at);
  }
}

TEST_F(AccessTablesTest, TheAuditLogIsReadFromItsEndAndDropped) {
  std::unique_ptr<Store> store = OpenStore();
  CommitBatch batch = SampleBatch(1);
  batch.access.audit = {Audit(1, "a", "cart"), Audit(2, "b", "cart"),
                        Audit(2, "c", "it's")};
  EXPECT_FALSE(batch.empty());
  ASSERT_TRUE(store->Commit(batch).ok());
  batch = SampleBatch(2);
  batch.access.audit = {Audit(2, "d", "")};
  ASSERT_TRUE(store->Commit(batch).ok());

  EXPECT_EQ((Names{"d", "c", "b", "a"}), Clients(*store, {}));
  AuditQuery query;
  query.limit = 2;
  const auto page = store->ReadAudit(query);
  ASSERT_TRUE(page.ok());
  ASSERT_EQ(2U, page->size());
  EXPECT_EQ(7, page->back().record.item_count);
  EXPECT_EQ(1, page->back().record.call_count);
  query.before = page->back().position;
  EXPECT_EQ((Names{"b", "a"}), Clients(*store, query));
  query = {};
  query.audience = "it's";
  EXPECT_EQ((Names{"c"}), Clients(*store, query));
  query = {};
  query.client = "a";
  EXPECT_EQ((Names{"a"}), Clients(*store, query));
  query = {};
  query.since = SampleTime(2);
  EXPECT_EQ((Names{"d", "c", "b"}), Clients(*store, query));

  // What lies before the instant goes, the instant itself stays.
  batch = SampleBatch(3);
  batch.access.audit_kept_from = SampleTime(2);
  EXPECT_FALSE(batch.empty());
  ASSERT_TRUE(store->Commit(batch).ok());
  EXPECT_EQ((Names{"d", "c", "b"}), Clients(*store, {}));
}

}  // namespace
}  // namespace audienced
