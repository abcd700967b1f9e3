#include "daemon/store/tables/record_reader.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "daemon/store/postgres/row_reader.h"
#include "daemon/store/tables/columns.h"

namespace audienced {
namespace {

// So many events are handed on together.
constexpr size_t kEventsAtOnce = 64;

constexpr char kRuleVersionColumns[] =
    "version, fingerprint, applied_at, source, author, note";

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
         "erased_at, exits_kept_until, exits_through FROM audienced.profile";
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
  if (!row.TakeNull()) profile.exits_through = row.Int8();
  return profile;
}

std::string SelectEvents() {
  return absl::StrCat("SELECT ", kEventColumns, " FROM audienced.event");
}

}  // namespace

std::string NumberList(const std::vector<ProfileId>& profiles) {
  return absl::StrJoin(profiles, ", ",
                       [](std::string* text, ProfileId profile) {
                         absl::StrAppend(text, static_cast<int64_t>(profile));
                       });
}

StoredEvent TakeEvent(Row& row) {
  StoredEvent event;
  event.profile = ProfileId{row.Int8()};
  event.occurred_at = row.Timestamp();
  event.received_at = row.Timestamp();
  event.origin = row.TextView();
  event.event_id = row.TextView();
  if (!row.TakeNull()) event.session = row.TextView();
  const std::string_view from_name = row.rest();
  row.TextView();  // name
  row.Jsonb();     // properties
  row.Jsonb();     // items
  event.has_statements = !row.IsNull();
  row.Jsonb();  // traits
  event.has_statements |= !row.IsNull();
  row.Jsonb();  // consents
  event.says = from_name.substr(0, from_name.size() - row.rest().size());
  return event;
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

void ReadEventsIn(DatabaseConnection& connection, PageRange range,
                  ProfileId after, ProfileId through,
                  const std::vector<ProfileId>& others,
                  absl::FunctionRef<void(StoredEvents)> each) {
  const std::vector<std::string> conditions =
      OfProfiles(after, through, others);
  if (conditions.empty()) return;
  std::string query =
      absl::StrCat(SelectEvents(), " WHERE ctid >= '(", range.begin, ",0)' ");
  if (range.end != PageRange::kNoEnd) {
    absl::StrAppend(&query, "AND ctid < '(", range.end, ",0)' ");
  }
  absl::StrAppend(&query, "AND (", absl::StrJoin(conditions, " OR "), ")");
  std::vector<StoredEvent> events;
  ReadRows(
      connection, query, kEventsAtOnce,
      [&](Row& row) { events.push_back(TakeEvent(row)); },
      [&] {
        each(events);
        events.clear();
      });
}

EventsSize SizeOfEvents(DatabaseConnection& connection) {
  const pqxx::result sizes = connection.Query(
      "SELECT coalesce(sum(pg_relation_size(inhrelid)), 0), "
      "coalesce(max(pg_relation_size(inhrelid)), 0) / "
      "current_setting('block_size')::bigint FROM pg_inherits "
      "WHERE inhparent = 'audienced.event'::regclass");
  return {sizes[0][0].as<int64_t>(), sizes[0][1].as<int64_t>()};
}

std::vector<EventRecord> ReadEventsAt(DatabaseConnection& connection,
                                      const std::vector<ProfileId>& profiles,
                                      absl::Time time) {
  std::vector<EventRecord> events;
  ReadRows(connection,
           absl::StrCat(SelectEvents(), " WHERE profile_id IN (",
                        NumberList(profiles),
                        ") AND occurred_at = ", SqlTimestamp(time)),
           [&](Row& row) { events.push_back(ToEvent(row)); });
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
    ReadRows(
        connection,
        absl::StrCat("SELECT profile_id, occurred_at, origin, "
                     "event_id, name, value FROM audienced.trait AS r WHERE ",
                     of_some, which),
        [&](Row& row) {
          EventRecord& remnant = remnants.emplace_back(ToRemnant(row));
          remnant.event.origin = row.Text();
          remnant.event.event_id = row.Text();
          const std::string name = row.Text();
          remnant.event.traits.Set(name, ToValue(row.Jsonb()));
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

}  // namespace audienced
