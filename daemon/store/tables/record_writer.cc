#include "daemon/store/tables/record_writer.h"

#include <string>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "daemon/ingest/value_json.h"
#include "daemon/store/postgres/row_writer.h"
#include "daemon/store/tables/row_order.h"

namespace audienced {
namespace {

constexpr char kInsertProfiles[] = R"(
INSERT INTO audienced.profile (profile_id, stream, key, first_event_at)
SELECT unnest($1::bigint[]), unnest($2::smallint[]), unnest($3::text[]),
  unnest($4::timestamptz[]))";

constexpr char kUpdateFirstEvents[] = R"(
UPDATE audienced.profile AS p SET first_event_at = f.first_event_at
FROM unnest($1::bigint[], $2::timestamptz[]) AS f (profile_id, first_event_at)
WHERE p.profile_id = f.profile_id)";

constexpr char kInsertIdentifiers[] = R"(
INSERT INTO audienced.identifier (profile_id, kind, value)
SELECT unnest($1::bigint[]), unnest($2::text[]), unnest($3::text[]))";

constexpr char kUpdateMerged[] = R"(
UPDATE audienced.profile SET merged_into = survivor
FROM unnest($1::bigint[], $2::bigint[]) AS m (absorbed, survivor)
WHERE profile_id = absorbed)";

constexpr char kInsertSeenNames[] = R"(
INSERT INTO audienced.seen_name (kind, name, seen_at)
SELECT unnest($1::text[]), unnest($2::text[]), unnest($3::timestamptz[])
ON CONFLICT DO NOTHING)";

constexpr char kInsertStays[] = R"(
INSERT INTO audienced.membership (profile_id, audience, entered_sequence,
  stream, left_sequence, episode, match_from, match_until, matched_at,
  entered_at, effective_at, announced_flip, context, existing, rule_version,
  changed_at, continues)
SELECT unnest($1::bigint[]), unnest($2::text[]), unnest($3::bigint[]),
  unnest($4::smallint[]), unnest($5::bigint[]), unnest($6::bigint[]),
  unnest($7::timestamptz[]), unnest($8::timestamptz[]),
  unnest($9::timestamptz[]), unnest($10::timestamptz[]),
  unnest($11::timestamptz[]), unnest($12::timestamptz[]), unnest($13::json[]),
  unnest($14::boolean[]), unnest($15::bigint[]), unnest($16::timestamptz[]),
  unnest($17::json[]))";

// The columns that are not assigned never change within a stay. Unlike UPDATE
// ... FROM unnest(...), this finds each row by its key whatever the planner
// thinks of the table.
constexpr char kOverwriteStays[] = R"(
ON CONFLICT (profile_id, audience, entered_sequence) DO UPDATE SET
  left_sequence = excluded.left_sequence, episode = excluded.episode,
  match_from = excluded.match_from, match_until = excluded.match_until,
  matched_at = excluded.matched_at, entered_at = excluded.entered_at,
  effective_at = excluded.effective_at,
  announced_flip = excluded.announced_flip, context = excluded.context,
  existing = excluded.existing, rule_version = excluded.rule_version,
  changed_at = excluded.changed_at,
  continues = excluded.continues)";

constexpr char kInsertChanges[] = R"(
INSERT INTO audienced.change (stream, sequence, commit_number, profile_id,
  audience, kind, cause, effective_at, commit_time, episode, existing,
  rule_version, context, expires_at, identifiers, continues,
  previous_identifiers, consents)
SELECT unnest($1::smallint[]), unnest($2::bigint[]), unnest($3::bigint[]),
  unnest($4::bigint[]), unnest($5::text[]), unnest($6::text[]),
  unnest($7::text[]), unnest($8::timestamptz[]), unnest($9::timestamptz[]),
  unnest($10::bigint[]), unnest($11::boolean[]), unnest($12::bigint[]),
  unnest($13::json[]), unnest($14::timestamptz[]), unnest($15::json[]),
  unnest($16::json[]), unnest($17::json[]), unnest($18::json[]))";

constexpr char kInsertRules[] = R"(
INSERT INTO audienced.rule_version (version, fingerprint, applied_at, source,
  author, note, files)
SELECT unnest($1::bigint[]), unnest($2::text[]), unnest($3::timestamptz[]),
  unnest($4::text[]), unnest($5::text[]), unnest($6::text[]),
  unnest($7::json[]))";

void JsonOrNull(RowWriter& rows, std::string_view json) {
  if (json.empty()) {
    rows.Null(PostgresType::kJson);
  } else {
    rows.Json(json);
  }
}

std::string ToJson(const std::vector<Identifier>& identifiers) {
  std::vector<Properties> list;
  for (const Identifier& identifier : identifiers) {
    list.emplace_back().Set("kind", Value(identifier.kind));
    list.back().Set("value", Value(identifier.value));
  }
  return audienced::ToJson(list);
}

std::string ToJson(const std::vector<ConsentStanding>& consents) {
  std::vector<Properties> list;
  for (const ConsentStanding& consent : consents) {
    Properties& object = list.emplace_back();
    object.Set("purpose", Value(consent.purpose));
    object.Set("granted", Value(consent.granted));
    if (consent.told_at == Instant::Never()) continue;
    object.Set("told_at", Value(absl::FormatTime("%Y-%m-%dT%H:%M:%E6SZ",
                                                 ToTime(consent.told_at),
                                                 absl::UTCTimeZone())));
  }
  return audienced::ToJson(list);
}

int64_t NumberOf(ProfileId profile) { return static_cast<int64_t>(profile); }

// Empty where there is none.
std::string ToJson(const std::vector<ContinuedEpisode>& episodes) {
  if (episodes.empty()) return "";
  std::vector<Properties> list;
  for (const ContinuedEpisode& each : episodes) {
    Properties& object = list.emplace_back();
    object.Set("profile", Value(std::to_string(NumberOf(each.profile))));
    object.Set("episode", Value(std::to_string(each.episode)));
  }
  return audienced::ToJson(list);
}

}  // namespace

void WriteProfiles(DatabaseConnection& connection,
                   const std::vector<ProfileRecord>& profiles) {
  RowWriter rows(connection, kInsertProfiles, 4);
  for (const ProfileRecord& profile : profiles) {
    rows.Int8(NumberOf(profile.id));
    rows.Int2(profile.stream);
    rows.Text(profile.key);
    if (profile.first_event_at) {
      rows.Timestamp(*profile.first_event_at);
    } else {
      rows.Null(PostgresType::kTimestamptz);
    }
    rows.EndRow();
  }
  rows.Finish();
}

void WriteFirstEvents(DatabaseConnection& connection,
                      const std::vector<FirstEventRecord>& first_events) {
  RowWriter rows(connection, kUpdateFirstEvents, 2);
  for (const FirstEventRecord& first : first_events) {
    rows.Int8(NumberOf(first.profile));
    rows.Timestamp(first.first_event_at);
    rows.EndRow();
  }
  rows.Finish();
}

void WriteIdentifiers(DatabaseConnection& connection,
                      const std::vector<IdentifierRecord>& identifiers) {
  RowWriter rows(connection, kInsertIdentifiers, 3);
  for (const auto& [profile, identifier] : identifiers) {
    rows.Int8(NumberOf(profile));
    rows.Text(identifier.kind);
    rows.Text(identifier.value);
    rows.EndRow();
  }
  rows.Finish();
}

void WriteMerges(DatabaseConnection& connection,
                 const std::vector<MergeRecord>& merges) {
  RowWriter rows(connection, kUpdateMerged, 2);
  for (const MergeRecord& merge : merges) {
    rows.Int8(NumberOf(merge.absorbed));
    rows.Int8(NumberOf(merge.survivor));
    rows.EndRow();
  }
  rows.Finish();
}

void WriteSeenNames(DatabaseConnection& connection,
                    const std::vector<SeenNameRecord>& names,
                    absl::Time seen_at) {
  RowWriter rows(connection, kInsertSeenNames, 3);
  for (const SeenNameRecord& each : names) {
    rows.Text(Name(each.kind));
    rows.Text(each.name);
    rows.Timestamp(seen_at);
    rows.EndRow();
  }
  rows.Finish();
}

void WriteStays(DatabaseConnection& connection,
                const std::vector<StayRecord>& stays) {
  RowWriter begun(connection, kInsertStays, 17);
  RowWriter going_on(connection, absl::StrCat(kInsertStays, kOverwriteStays),
                     17);
  for (const StayRecord& stay : stays) {
    RowWriter& rows = stay.is_new ? begun : going_on;
    rows.Int8(NumberOf(stay.profile));
    rows.Text(stay.audience);
    rows.Int8(stay.entered_sequence);
    rows.Int2(stay.stream);
    if (stay.left_sequence) {
      rows.Int8(*stay.left_sequence);
    } else {
      rows.Null(PostgresType::kInt8);
    }
    rows.Int8(stay.membership.episode);
    rows.Timestamp(stay.membership.match.begin);
    rows.Timestamp(stay.membership.match.end);
    rows.Timestamp(stay.membership.matched_at);
    rows.Timestamp(stay.membership.entered_at);
    rows.Timestamp(stay.membership.effective_at);
    rows.Timestamp(stay.membership.announced_flip);
    JsonOrNull(rows, stay.membership.context);
    rows.Bool(stay.existing);
    rows.Int8(stay.rule_version);
    rows.Timestamp(stay.changed_at);
    JsonOrNull(rows, ToJson(stay.continues));
    rows.EndRow();
  }
  begun.Finish();
  going_on.Finish();
}

void WriteChanges(DatabaseConnection& connection,
                  const std::vector<ChangeRecord>& changes) {
  RowWriter rows(connection, kInsertChanges, 18);
  for (const ChangeRecord* record :
       InOrderOf<ChangeRecord>(&ChangeRecord::stream, changes)) {
    const ChangeRecord& change = *record;
    rows.Int2(change.stream);
    rows.Int8(change.sequence);
    rows.Int8(change.commit_number);
    rows.Int8(NumberOf(change.profile));
    rows.Text(change.audience);
    rows.Text(Name(change.change.kind));
    rows.Text(Name(change.change.cause));
    rows.Timestamp(change.change.effective_at);
    rows.Timestamp(change.commit_time);
    rows.Int8(change.episode);
    rows.Bool(change.existing);
    rows.Int8(change.rule_version);
    JsonOrNull(rows, change.context);
    if (change.expires_at) {
      rows.Timestamp(*change.expires_at);
    } else {
      rows.Null(PostgresType::kTimestamptz);
    }
    rows.Json(ToJson(change.identifiers));
    JsonOrNull(rows, ToJson(change.continues));
    JsonOrNull(rows, change.previous_identifiers.empty()
                         ? ""
                         : ToJson(change.previous_identifiers));
    JsonOrNull(rows, change.consents.empty() ? "" : ToJson(change.consents));
    rows.EndRow();
  }
  rows.Finish();
}

void WriteRules(DatabaseConnection& connection,
                const RuleVersionRecord& rules) {
  std::vector<Properties> files;
  for (const auto& [name, text] : rules.files) {
    files.emplace_back().Set("name", Value(name));
    files.back().Set("text", Value(text));
  }
  RowWriter rows(connection, kInsertRules, 7);
  rows.Int8(rules.version);
  rows.Text(rules.fingerprint);
  rows.Timestamp(rules.applied_at);
  rows.Text(Name(rules.source));
  rows.Text(rules.author);
  rows.Text(rules.note);
  rows.Json(audienced::ToJson(files));
  rows.EndRow();
  rows.Finish();
}

}  // namespace audienced
