#ifndef AUDIENCED_DAEMON_STORE_ACCESS_RECORDS_H_
#define AUDIENCED_DAEMON_STORE_ACCESS_RECORDS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "daemon/digest/digest.h"

// What is written to and read from PostgreSQL of clients and of what they did.
// The columns are described in migrations/.

namespace audienced {

// What a client proves itself by, and what it may do then.
struct TokenRecord {
  std::string id;      // public, never reused
  std::string client;  // its name; may have several tokens
  // Of the whole text of the token; absent: a certificate alone.
  std::optional<Digest> digest = {};
  // A name in the client's certificate; empty: no certificate.
  std::string certificate_name = {};
  std::vector<std::string> scopes = {};
  std::vector<std::string> audience_patterns = {};
  std::string identifiers = {};  // `none`, `hashed` or `plain`
  absl::Time created_at = absl::InfinitePast();
  std::string created_by = {};                     // the client that did
  absl::Time expires_at = absl::InfiniteFuture();  // not included
  std::optional<absl::Time> revoked_at = {};
};

struct TokenRevocationRecord {
  std::string id;
  absl::Time revoked_at;
};

// What a client did, once or several times within a minute.
struct AuditRecord {
  absl::Time occurred_at;  // of the first time
  std::string client;
  std::string method;    // `AudienceService.ListMembers`
  std::string audience;  // empty: of none, or of all
  int64_t call_count = 0;
  int64_t item_count = 0;  // members, changes or checks in the answers
};

// What one commit says of clients.
struct AccessRecords {
  std::vector<TokenRecord> tokens;                 // new ones
  std::vector<TokenRevocationRecord> revocations;  // new ones
  std::vector<AuditRecord> audit;                  // new ones
  // Audit entries of before this are dropped; InfinitePast: none.
  absl::Time audit_kept_from = absl::InfinitePast();

  bool empty() const {
    return tokens.empty() && revocations.empty() && audit.empty() &&
           audit_kept_from == absl::InfinitePast();
  }
};

// Where a reader of the audit log stands: an entry is known by its commit and
// its place in it.
struct AuditPosition {
  absl::Time occurred_at = absl::InfiniteFuture();
  int64_t commit_number = 0;
  int64_t ordinal = 0;
};

// Which audit entries are asked for, the latest first.
struct AuditQuery {
  std::string client;                       // empty: of all
  std::string audience;                     // empty: of all, and those of none
  absl::Time since = absl::InfinitePast();  // included
  AuditPosition before;                     // not included
  int limit = 100;
};

struct AuditEntry {
  AuditPosition position;
  AuditRecord record;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_STORE_ACCESS_RECORDS_H_
