#include "daemon/store/tables/identity_writer.h"

#include <algorithm>
#include <string_view>

#include "absl/strings/escaping.h"
#include "daemon/store/postgres/row_writer.h"

namespace audienced {
namespace {

constexpr char kUpdateUnmerged[] = R"(
UPDATE audienced.profile SET merged_into = NULL
WHERE profile_id = ANY ($1::bigint[]))";

constexpr char kInsertSeparations[] = R"(
INSERT INTO audienced.separation (profile_id, other_id, separated_at)
SELECT unnest($1::bigint[]), unnest($2::bigint[]), unnest($3::timestamptz[])
ON CONFLICT DO NOTHING)";

constexpr char kDeleteSeparations[] = R"(
DELETE FROM audienced.separation WHERE (profile_id, other_id) IN
  (SELECT * FROM unnest($1::bigint[], $2::bigint[])))";

// = ANY rather than a join: whatever the planner thinks of the array, it takes
// the index.
constexpr const char* kErase[] = {
    "DELETE FROM audienced.event WHERE profile_id = ANY ($1::bigint[])",
    "DELETE FROM audienced.trait WHERE profile_id = ANY ($1::bigint[])",
    "DELETE FROM audienced.consent WHERE profile_id = ANY ($1::bigint[])",
    "DELETE FROM audienced.membership WHERE profile_id = ANY ($1::bigint[])",
    ("DELETE FROM audienced.separation WHERE profile_id = ANY ($1::bigint[]) "
     "OR other_id = ANY ($1::bigint[])"),
};

// Sequences have no gaps, so the rows stay. The stream comes first: there is no
// index by profile, for the sake of every commit that publishes.
constexpr char kBlankChanges[] = R"(
UPDATE audienced.change AS change SET context = NULL, identifiers = '[]',
  previous_identifiers = NULL, consents = NULL
FROM audienced.profile AS profile
WHERE profile.profile_id = ANY ($1::bigint[])
  AND change.stream = profile.stream
  AND change.profile_id = profile.profile_id)";

// Of a profile that it was one with for a time: what names it, and what may be
// made of its events.
constexpr char kBlankSharedChanges[] = R"(
WITH erased AS (SELECT * FROM unnest($2::text[], $3::text[]) AS e (kind, value))
UPDATE audienced.change AS change
SET context = NULL, previous_identifiers = NULL, consents = NULL,
  identifiers = (SELECT coalesce(json_agg(told), '[]')
    FROM json_array_elements(change.identifiers) AS told
    WHERE (told ->> 'kind', told ->> 'value') NOT IN (SELECT * FROM erased))
FROM audienced.profile AS profile
WHERE profile.profile_id = ANY ($1::bigint[])
  AND change.stream = profile.stream
  AND change.profile_id = profile.profile_id
  AND EXISTS (SELECT FROM json_array_elements(change.identifiers) AS told
      WHERE (told ->> 'kind', told ->> 'value') IN (SELECT * FROM erased)
    UNION ALL SELECT FROM json_array_elements(change.previous_identifiers)
      AS told
      WHERE (told ->> 'kind', told ->> 'value') IN (SELECT * FROM erased)))";

constexpr char kBlankSharedStays[] = R"(
UPDATE audienced.membership AS membership SET context = NULL
FROM audienced.separation AS separation
WHERE membership.profile_id = ANY ($1::bigint[])
  AND membership.profile_id IN (separation.profile_id, separation.other_id)
  AND left_sequence IS NOT NULL AND changed_at <= separated_at)";

constexpr char kDeleteIdentifiers[] = R"(
DELETE FROM audienced.identifier WHERE (kind, value) IN
  (SELECT * FROM unnest($1::text[], $2::text[])))";

constexpr char kUpdateErased[] = R"(
UPDATE audienced.profile SET key = '', first_event_at = NULL, erased_at = at,
  exits_kept_until = until, exits_through = through
FROM unnest($1::bigint[], $2::timestamptz[], $3::timestamptz[], $4::bigint[])
  AS erased (id, at, until, through)
WHERE profile_id = id)";

constexpr char kInsertErasures[] = R"(
INSERT INTO audienced.erasure AS known (identifier_hash, erased_at)
SELECT decode(hash, 'hex'), at
FROM unnest($1::text[], $2::timestamptz[]) AS erased (hash, at)
ON CONFLICT (identifier_hash) DO UPDATE
SET erased_at = greatest(known.erased_at, excluded.erased_at))";

constexpr char kUpdateForgotten[] = R"(
UPDATE audienced.profile SET exits_kept_until = NULL, exits_through = NULL
WHERE profile_id = ANY ($1::bigint[]))";

int64_t Number(ProfileId profile) { return static_cast<int64_t>(profile); }

// Runs `sql`, whose one parameter is the numbers of `profiles`.
void ForProfiles(DatabaseConnection& connection, const char* sql,
                 const std::vector<ProfileId>& profiles) {
  RowWriter rows(connection, sql, 1);
  for (const ProfileId profile : profiles) {
    rows.Int8(Number(profile));
    rows.EndRow();
  }
  rows.Finish();
}

std::string Hex(const Digest& digest) {
  return absl::BytesToHexString(absl::string_view(
      reinterpret_cast<const char*>(digest.data()), digest.size()));
}

void WriteErasedIdentifiers(DatabaseConnection& connection,
                            const ErasureRecord& erasure,
                            absl::Time erased_at) {
  RowWriter identifiers(connection, kDeleteIdentifiers, 2);
  for (const Identifier& identifier : erasure.identifiers) {
    identifiers.Text(identifier.kind);
    identifiers.Text(identifier.value);
    identifiers.EndRow();
  }
  identifiers.Finish();
  RowWriter hashes(connection, kInsertErasures, 2);
  for (const Digest& hash : erasure.identifier_hashes) {
    hashes.Text(Hex(hash));
    hashes.Timestamp(erased_at);
    hashes.EndRow();
  }
  hashes.Finish();
}

void BlankShared(DatabaseConnection& connection, const ErasureRecord& erasure) {
  if (erasure.shared_with.empty()) return;
  ForProfiles(connection, kBlankSharedStays, erasure.shared_with);
  for (const ProfileId profile : erasure.shared_with) {
    RowWriter rows(connection, kBlankSharedChanges, 3);
    for (const Identifier& identifier : erasure.identifiers) {
      rows.Int8(Number(profile));
      rows.Text(identifier.kind);
      rows.Text(identifier.value);
      rows.EndRow();
    }
    rows.Finish();
  }
}

void WriteErased(DatabaseConnection& connection, const ErasureRecord& erasure,
                 absl::Time erased_at) {
  RowWriter rows(connection, kUpdateErased, 4);
  const auto add = [&](ProfileId profile, std::optional<absl::Time> until,
                       std::optional<int64_t> through) {
    rows.Int8(Number(profile));
    rows.Timestamp(erased_at);
    if (until) {
      rows.Timestamp(*until);
    } else {
      rows.Null(PostgresType::kTimestamptz);
    }
    if (through) {
      rows.Int8(*through);
    } else {
      rows.Null(PostgresType::kInt8);
    }
    rows.EndRow();
  };
  add(erasure.profile, erasure.exits_kept_until, erasure.exits_through);
  for (const ProfileId profile : erasure.absorbed) {
    add(profile, std::nullopt, std::nullopt);
  }
  rows.Finish();
}

}  // namespace

void WriteUnmerges(DatabaseConnection& connection,
                   const std::vector<UnmergeRecord>& unmerges,
                   absl::Time separated_at) {
  std::vector<ProfileId> restored;
  RowWriter rows(connection, kInsertSeparations, 3);
  for (const UnmergeRecord& unmerge : unmerges) {
    restored.push_back(unmerge.restored);
    rows.Int8(Number(std::min(unmerge.restored, unmerge.remaining)));
    rows.Int8(Number(std::max(unmerge.restored, unmerge.remaining)));
    rows.Timestamp(separated_at);
    rows.EndRow();
  }
  rows.Finish();
  ForProfiles(connection, kUpdateUnmerged, restored);
}

void RemoveSeparations(DatabaseConnection& connection,
                       const std::vector<SeparationRecord>& separations) {
  RowWriter rows(connection, kDeleteSeparations, 2);
  for (const SeparationRecord& separation : separations) {
    rows.Int8(Number(std::min(separation.profile, separation.other)));
    rows.Int8(Number(std::max(separation.profile, separation.other)));
    rows.EndRow();
  }
  rows.Finish();
}

void Erase(DatabaseConnection& connection,
           const std::vector<ErasureRecord>& erasures, absl::Time erased_at) {
  for (const ErasureRecord& erasure : erasures) {
    std::vector<ProfileId> profiles = erasure.absorbed;
    profiles.push_back(erasure.profile);
    BlankShared(connection, erasure);
    for (const char* sql : kErase) ForProfiles(connection, sql, profiles);
    ForProfiles(connection, kBlankChanges, profiles);
    WriteErasedIdentifiers(connection, erasure, erased_at);
    WriteErased(connection, erasure, erased_at);
  }
}

void ForgetExits(DatabaseConnection& connection,
                 const std::vector<ProfileId>& profiles) {
  ForProfiles(connection, kBlankChanges, profiles);
  ForProfiles(connection, kUpdateForgotten, profiles);
}

}  // namespace audienced
