#include "daemon/store/tables/record_reader.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "daemon/ingest/value_json.h"
#include "daemon/store/postgres/row_reader.h"

namespace audienced {
namespace {

constexpr char kStayColumns[] =
    "profile_id, audience, entered_sequence, stream, left_sequence, episode, "
    "match_from, match_until, matched_at, entered_at, effective_at, "
    "announced_flip, context, existing, rule_version, changed_at";

constexpr char kChangeColumns[] =
    "stream, sequence, commit_number, profile_id, audience, kind, cause, "
    "effective_at, commit_time, episode, existing, rule_version, context, "
    "expires_at, identifiers, continues_profile_id, continues_episode, "
    "previous_identifiers";

constexpr char kRuleVersionColumns[] =
    "version, fingerprint, applied_at, source, author, note";

Value Parse(std::string_view json) {
  absl::StatusOr<Value> value = ParseValue(json);
  if (!value.ok()) throw pqxx::failure("a row of the database has bad JSON");
  return *std::move(value);
}

// The elements of a column that holds a list of objects; null is empty.
std::vector<Properties> ToObjects(std::string_view json) {
  std::vector<Properties> objects;
  if (json.empty()) return objects;
  const Value value = Parse(json);
  if (value.list() == nullptr) return objects;
  for (const Value& element : *value.list()) {
    if (element.object() != nullptr) objects.push_back(*element.object());
  }
  return objects;
}

Properties ToProperties(std::string_view json) {
  if (json.empty()) return Properties();
  const Value value = Parse(json);
  return value.object() == nullptr ? Properties() : *value.object();
}

std::string TextOf(const Properties& object, std::string_view name) {
  const Value* value = object.Find(name);
  return value == nullptr || value->text() == nullptr ? "" : *value->text();
}

template <typename Enum>
Enum ParseName(const std::string& name, Enum last) {
  for (int i = 0; i <= static_cast<int>(last); ++i) {
    if (Name(static_cast<Enum>(i)) == name) return static_cast<Enum>(i);
  }
  throw pqxx::failure("a row of the database has an unknown name: " + name);
}

std::vector<Identifier> ToIdentifiers(std::string_view json) {
  std::vector<Identifier> identifiers;
  for (const Properties& object : ToObjects(json)) {
    identifiers.push_back({TextOf(object, "kind"), TextOf(object, "value")});
  }
  return identifiers;
}

// The profile and the instant; the rest is read by the caller.
EventRecord ToRemnant(Row& row) {
  EventRecord remnant;
  remnant.profile = ProfileId{row.Int8()};
  remnant.event.occurred_at = ToTime(row.Timestamp());
  return remnant;
}

// Conditions that together select the profiles with numbers in
// (after, through] and those in `others`.
std::vector<std::string> OfProfiles(ProfileId after, ProfileId through,
                                    const std::vector<ProfileId>& others) {
  std::vector<std::string> conditions;
  if (after < through) {
    conditions.push_back(
        absl::StrCat("profile_id > ", static_cast<int64_t>(after),
                     " AND profile_id <= ", static_cast<int64_t>(through)));
  }
  if (!others.empty()) {
    conditions.push_back(
        absl::StrCat("profile_id IN (", NumberList(others), ")"));
  }
  return conditions;
}

std::string SqlTimestamp(absl::Time time) {
  return absl::FormatTime("'%E4Y-%m-%d %H:%M:%E6S+00'::timestamptz", time,
                          absl::UTCTimeZone());
}

StayRecord ToStay(Row& row) {
  StayRecord stay;
  stay.profile = ProfileId{row.Int8()};
  stay.audience = row.Text();
  stay.entered_sequence = row.Int8();
  stay.stream = row.Int2();
  if (!row.TakeNull()) stay.left_sequence = row.Int8();
  Membership& membership = stay.membership;
  membership.member = !stay.left_sequence;
  membership.episode = row.Int8();
  membership.match.begin = row.Timestamp();
  membership.match.end = row.Timestamp();
  membership.matched_at = row.Timestamp();
  membership.entered_at = row.Timestamp();
  membership.effective_at = row.Timestamp();
  membership.announced_flip = row.Timestamp();
  membership.context = row.Json();
  stay.existing = row.Bool();
  stay.rule_version = row.Int8();
  stay.changed_at = ToTime(row.Timestamp());
  return stay;
}

ChangeRecord ToChange(Row& row) {
  ChangeRecord change;
  change.stream = row.Int2();
  change.sequence = row.Int8();
  change.commit_number = row.Int8();
  change.profile = ProfileId{row.Int8()};
  change.audience = row.Text();
  change.change.kind = ParseName(row.Text(), ChangeKind::kLeft);
  change.change.cause = ParseName(row.Text(), Cause::kSize);
  change.change.effective_at = row.Timestamp();
  change.commit_time = ToTime(row.Timestamp());
  change.episode = row.Int8();
  change.existing = row.Bool();
  change.rule_version = row.Int8();
  change.context = row.Json();
  if (!row.TakeNull()) change.expires_at = ToTime(row.Timestamp());
  change.identifiers = ToIdentifiers(row.Json());
  if (row.IsNull()) {
    row.TakeNull();
    row.TakeNull();
  } else {
    const ProfileId profile{row.Int8()};
    change.continues = ContinuedEpisode{profile, row.Int8()};
  }
  change.previous_identifiers = ToIdentifiers(row.Json());
  return change;
}

RuleVersionRecord ToRuleVersion(Row& row) {
  RuleVersionRecord rules;
  rules.version = row.Int8();
  rules.fingerprint = row.Text();
  rules.applied_at = ToTime(row.Timestamp());
  rules.source = ParseName(row.Text(), RuleSource::kRollback);
  rules.author = row.Text();
  rules.note = row.Text();
  return rules;
}

std::string SelectProfiles() {
  return "SELECT profile_id, stream, key, merged_into, first_event_at, "
         "erased_at, exits_kept_until FROM audienced.profile";
}

ProfileRecord ToProfile(Row& row) {
  ProfileRecord profile;
  profile.id = ProfileId{row.Int8()};
  profile.stream = row.Int2();
  profile.key = row.Text();
  if (!row.TakeNull()) profile.merged_into = ProfileId{row.Int8()};
  if (!row.TakeNull()) profile.first_event_at = ToTime(row.Timestamp());
  if (!row.TakeNull()) profile.erased_at = ToTime(row.Timestamp());
  if (!row.TakeNull()) profile.exits_kept_until = ToTime(row.Timestamp());
  return profile;
}

std::string SelectEvents() {
  return absl::StrCat("SELECT ", kEventColumns, " FROM audienced.event");
}

std::string ArrayText(const StreamPositions& positions) {
  return absl::StrCat("'{", absl::StrJoin(positions, ","), "}'::bigint[]");
}

}  // namespace

std::string NumberList(const std::vector<ProfileId>& profiles) {
  return absl::StrJoin(profiles, ", ",
                       [](std::string* text, ProfileId profile) {
                         absl::StrAppend(text, static_cast<int64_t>(profile));
                       });
}

EventRecord ToEvent(Row& row) {
  EventRecord record;
  record.profile = ProfileId{row.Int8()};
  Event& event = record.event;
  event.occurred_at = ToTime(row.Timestamp());
  event.received_at = ToTime(row.Timestamp());
  event.origin = row.Text();
  event.event_id = row.Text();
  event.name = row.Text();
  const bool has_session = !row.IsNull();
  std::string session = row.Text();
  event.properties = ToProperties(row.Jsonb());
  if (has_session) event.properties.Set("session_id", Value(session));
  event.items = ToObjects(row.Jsonb());
  event.traits = ToProperties(row.Jsonb());
  for (const auto& [purpose, granted] : ToProperties(row.Jsonb())) {
    if (granted.boolean() != nullptr) {
      event.consents.emplace_back(purpose, *granted.boolean());
    }
  }
  return record;
}

void ReadProfiles(DatabaseConnection& connection,
                  const std::function<void(ProfileRecord)>& each) {
  ReadRows(connection, SelectProfiles(),
           [&](Row& row) { each(ToProfile(row)); });
}

std::vector<ProfileRecord> ReadProfilesOf(
    DatabaseConnection& connection, const std::vector<ProfileId>& profiles) {
  std::vector<ProfileRecord> records;
  if (profiles.empty()) return records;
  ReadRows(connection,
           absl::StrCat(SelectProfiles(), " WHERE profile_id IN (",
                        NumberList(profiles), ")"),
           [&](Row& row) { records.push_back(ToProfile(row)); });
  return records;
}

void ReadIdentifiers(DatabaseConnection& connection,
                     const std::function<void(IdentifierRecord)>& each) {
  ReadRows(connection,
           "SELECT profile_id, kind, value FROM audienced.identifier",
           [&](Row& row) {
             IdentifierRecord identifier;
             identifier.profile = ProfileId{row.Int8()};
             identifier.identifier.kind = row.Text();
             identifier.identifier.value = row.Text();
             each(std::move(identifier));
           });
}

void ReadEvents(DatabaseConnection& connection,
                const std::function<void(EventRecord)>& each) {
  ReadRows(connection, SelectEvents(), [&](Row& row) { each(ToEvent(row)); });
}

std::vector<EventRecord> ReadEventsOf(DatabaseConnection& connection,
                                      ProfileId after, ProfileId through,
                                      const std::vector<ProfileId>& others) {
  std::vector<EventRecord> events;
  for (const std::string& of_some : OfProfiles(after, through, others)) {
    ReadRows(connection, absl::StrCat(SelectEvents(), " WHERE ", of_some),
             [&](Row& row) { events.push_back(ToEvent(row)); });
  }
  return events;
}

std::vector<EventRecord> ReadRemnantsOf(DatabaseConnection& connection,
                                        ProfileId after, ProfileId through,
                                        const std::vector<ProfileId>& others,
                                        absl::Time remnants_through) {
  const std::string which = absl::StrCat(
      " AND occurred_at <= ", SqlTimestamp(remnants_through),
      " AND NOT EXISTS (SELECT FROM audienced.event AS e WHERE "
      "e.profile_id = r.profile_id AND e.occurred_at = r.occurred_at AND "
      "e.event_key = r.event_key)");
  std::vector<EventRecord> remnants;
  for (const std::string& of_some : OfProfiles(after, through, others)) {
    ReadRows(connection,
             absl::StrCat("SELECT profile_id, occurred_at, event_id, name, "
                          "value FROM audienced.trait AS r WHERE ",
                          of_some, which),
             [&](Row& row) {
               EventRecord& remnant = remnants.emplace_back(ToRemnant(row));
               remnant.event.event_id = row.Text();
               const std::string name = row.Text();
               remnant.event.traits.Set(name, Parse(row.Jsonb()));
             });
    ReadRows(connection,
             absl::StrCat("SELECT profile_id, occurred_at, purpose, granted "
                          "FROM audienced.consent AS r WHERE ",
                          of_some, which),
             [&](Row& row) {
               EventRecord& remnant = remnants.emplace_back(ToRemnant(row));
               const std::string purpose = row.Text();
               remnant.event.consents.emplace_back(purpose, row.Bool());
             });
  }
  return remnants;
}

void ReadErasedIdentifiers(
    DatabaseConnection& connection,
    const std::function<void(ErasedIdentifierRecord)>& each) {
  ReadRows(connection,
           "SELECT identifier_hash, erased_at FROM audienced.erasure",
           [&](Row& row) {
             ErasedIdentifierRecord record;
             const std::string hash = row.Bytes();
             if (hash.size() != record.hash.size()) {
               throw pqxx::failure("an erased identifier has a bad hash");
             }
             std::copy(hash.begin(), hash.end(), record.hash.begin());
             record.erased_at = ToTime(row.Timestamp());
             each(record);
           });
}

void ReadSeparations(DatabaseConnection& connection,
                     const std::function<void(SeparationRecord)>& each) {
  ReadRows(connection, "SELECT profile_id, other_id FROM audienced.separation",
           [&](Row& row) {
             const ProfileId profile{row.Int8()};
             each({profile, ProfileId{row.Int8()}});
           });
}

void ReadSeenNames(DatabaseConnection& connection,
                   const std::function<void(SeenNameRecord)>& each) {
  ReadRows(connection, "SELECT kind, name FROM audienced.seen_name",
           [&](Row& row) {
             SeenNameRecord record;
             record.kind = ParseName(row.Text(), NameKind::kCurrency);
             record.name = row.Text();
             each(std::move(record));
           });
}

void ReadLatestStays(DatabaseConnection& connection,
                     const std::function<void(StayRecord)>& each) {
  // In the order of the primary key read backwards.
  ReadRows(
      connection,
      absl::StrCat("SELECT DISTINCT ON (profile_id, audience) ", kStayColumns,
                   " FROM audienced.membership ORDER BY profile_id DESC, "
                   "audience DESC, entered_sequence DESC"),
      [&](Row& row) { each(ToStay(row)); });
}

std::vector<RuleVersionRecord> ReadNewestRulesWhere(
    DatabaseConnection& connection, const std::string& which) {
  std::vector<RuleVersionRecord> versions;
  ReadRows(connection,
           absl::StrCat("SELECT ", kRuleVersionColumns,
                        ", files FROM audienced.rule_version ", which,
                        " ORDER BY version DESC LIMIT 1"),
           [&](Row& row) {
             RuleVersionRecord rules = ToRuleVersion(row);
             for (const Properties& file : ToObjects(row.Json())) {
               rules.files.emplace_back(TextOf(file, "name"),
                                        TextOf(file, "text"));
             }
             versions.push_back(std::move(rules));
           });
  return versions;
}

std::vector<RuleVersionRecord> ReadRuleVersions(DatabaseConnection& connection,
                                                int64_t before, int limit) {
  std::vector<RuleVersionRecord> versions;
  ReadRows(connection,
           absl::StrCat("SELECT ", kRuleVersionColumns,
                        " FROM audienced.rule_version WHERE version < ", before,
                        " ORDER BY version DESC LIMIT ", limit),
           [&](Row& row) { versions.push_back(ToRuleVersion(row)); });
  return versions;
}

std::vector<StayRecord> ReadMembers(DatabaseConnection& connection,
                                    const std::string& audience,
                                    const StreamPositions& heads,
                                    ProfileId after, int limit) {
  const std::string head = absl::StrCat("(", ArrayText(heads), ")[stream + 1]");
  std::vector<StayRecord> stays;
  ReadRows(connection,
           absl::StrCat("SELECT ", kStayColumns,
                        " FROM audienced.membership WHERE audience = '",
                        connection.esc(audience), "' AND profile_id > ",
                        static_cast<int64_t>(after),
                        " AND entered_sequence <= ", head,
                        " AND (left_sequence IS NULL OR left_sequence > ", head,
                        ") ORDER BY profile_id LIMIT ", limit),
           [&](Row& row) { stays.push_back(ToStay(row)); });
  return stays;
}

std::vector<StayRecord> ReadStaysOf(DatabaseConnection& connection,
                                    const std::vector<ProfileId>& profiles,
                                    int limit) {
  std::vector<StayRecord> stays;
  if (profiles.empty()) return stays;
  ReadRows(connection,
           absl::StrCat("SELECT ", kStayColumns,
                        " FROM audienced.membership WHERE profile_id IN (",
                        NumberList(profiles),
                        ") ORDER BY entered_at DESC, audience, "
                        "entered_sequence DESC LIMIT ",
                        limit),
           [&](Row& row) { stays.push_back(ToStay(row)); });
  return stays;
}

std::vector<ChangeRecord> ReadChangesBetween(DatabaseConnection& connection,
                                             const StreamPositions& after,
                                             const StreamPositions& through,
                                             int limit) {
  // Each stream that has something gets its share of the limit.
  int streams = 0;
  for (int i = 0; i < kStreamCount; ++i) streams += after[i] < through[i];
  std::vector<ChangeRecord> changes;
  if (streams == 0 || limit <= 0) return changes;
  const int share = std::max(1, limit / streams);
  ReadRows(connection,
           absl::StrCat("SELECT ", kChangeColumns,
                        " FROM (SELECT number - 1 "
                        "AS of_stream, after, through FROM unnest(",
                        ArrayText(after), ", ", ArrayText(through),
                        ") WITH ORDINALITY AS p (after, through, number) "
                        "WHERE after < through) AS wanted "
                        "CROSS JOIN LATERAL (SELECT * FROM audienced.change "
                        "WHERE stream = of_stream AND sequence > after "
                        "AND sequence <= through ORDER BY sequence LIMIT ",
                        share, ") AS next ORDER BY stream, sequence"),
           [&](Row& row) { changes.push_back(ToChange(row)); });
  return changes;
}

StreamPositions ReadLogStart(DatabaseConnection& connection) {
  StreamPositions start{};
  ReadRows(connection,
           "SELECT number - 1, coalesce((SELECT min(sequence) - 1 "
           "FROM audienced.change WHERE stream = number - 1), head) "
           "FROM audienced.instance, unnest(heads) "
           "WITH ORDINALITY AS h (head, number)",
           [&](Row& row) {
             const int64_t stream = row.Int8();
             start.at(static_cast<size_t>(stream)) = row.Int8();
           });
  return start;
}

}  // namespace audienced
