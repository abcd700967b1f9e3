#include "daemon/store/tables/held_reader.h"

#include <array>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/substitute.h"
#include "daemon/store/postgres/row_reader.h"
#include "daemon/store/tables/columns.h"
#include "daemon/store/tables/record_reader.h"
#include "rules/engine/project/projection.h"
#include "rules/history/event_order.h"

namespace audienced {
namespace {

// A table, in the order of its key, each row as JSON.
struct Part {
  const char* table;
  // Columns that order the rows of a profile, and their types; null: none.
  std::array<const char*, 3> key;
  std::array<const char*, 3> types;
  // The arguments of json_build_object. An instant is `{column}`.
  const char* json;
  // Where there is no index by profile: what narrows the rows down.
  const char* within = nullptr;
};

constexpr Part kEventPart = {
    "event",
    {"occurred_at", "event_key", "profile_id"},
    {"timestamptz", "uuid", "bigint"},
    "'record', 'event', 'event', name, 'event_id', event_id, 'origin', origin, "
    "'occurred_time', {occurred_at}, 'received_time', {received_at}, "
    "'session_id', session_id, 'properties', properties, 'items', items, "
    "'traits', traits, 'consents', consents"};

constexpr std::array<Part, 6> kParts = {
    Part{"profile",
         {"profile_id", nullptr, nullptr},
         {"bigint", nullptr, nullptr},
         "'record', 'profile', 'key', key"},
    Part{"trait",
         {"name", "occurred_at", "event_key"},
         {"text", "timestamptz", "uuid"},
         "'record', 'trait', 'name', name, 'value', value, 'since_time', "
         "{occurred_at}"},
    Part{"consent",
         {"purpose", "occurred_at", "event_key"},
         {"text", "timestamptz", "uuid"},
         "'record', 'consent', 'purpose', purpose, 'granted', granted, "
         "'since_time', {occurred_at}"},
    Part{"membership",
         {"audience", "entered_sequence", "profile_id"},
         {"text", "bigint", "bigint"},
         "'record', 'membership', 'audience', audience, 'episode', episode, "
         "'entered_time', {entered_at}, 'left_time', CASE WHEN left_sequence "
         "IS NOT NULL THEN {effective_at} END, 'existing', existing, "
         "'rule_version', rule_version, 'context', context"},
    Part{"change",
         {"stream", "sequence", nullptr},
         {"smallint", "bigint", nullptr},
         "'record', 'change', 'kind', kind, 'cause', cause, 'audience', "
         "audience, 'episode', episode, 'effective_time', {effective_at}, "
         "'commit_time', {commit_time}, 'rule_version', rule_version, "
         "'existing', existing, 'identifiers', identifiers, "
         "'previous_identifiers', previous_identifiers, 'context', context, "
         "'consents', consents",
         "stream IN (SELECT stream FROM audienced.profile WHERE profile_id "
         "IN ($0))"},
    kEventPart};

// RFC 3339 in UTC, whatever the session's zone and date style are.
constexpr char kInstant[] =
    "to_char($0 AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')";

std::string WithInstants(std::string_view json) {
  std::string text;
  while (true) {
    const size_t open = json.find('{');
    if (open == std::string_view::npos) break;
    const size_t close = json.find('}', open);
    const std::string column(json.substr(open + 1, close - open - 1));
    absl::StrAppend(&text, std::string(json.substr(0, open)),
                    absl::Substitute(kInstant, column));
    json.remove_prefix(close + 1);
  }
  return absl::StrCat(text, std::string(json));
}

// The columns of the key as texts, under names that are not theirs.
std::string KeyColumns(const Part& part) {
  std::string columns;
  for (const char* column : part.key) {
    absl::StrAppend(&columns, ", ",
                    column == nullptr
                        ? "''"
                        : absl::StrCat(column, "::text AS key_", column));
  }
  return columns;
}

// Which rows, and in which order.
std::string RowsBehind(DatabaseConnection& connection, const Part& part,
                       const std::vector<ProfileId>& profiles,
                       const std::vector<std::string>& after, int limit) {
  std::string columns;
  std::string values;
  for (size_t i = 0; i < part.key.size() && part.key[i] != nullptr; ++i) {
    absl::StrAppend(&columns, i > 0 ? ", " : "", part.key[i]);
    if (i >= after.size()) continue;
    absl::StrAppend(&values, i > 0 ? ", " : "", "'", connection.esc(after[i]),
                    "'::", part.types[i]);
  }
  const std::string numbers = NumberList(profiles);
  const std::string within =
      part.within == nullptr
          ? ""
          : absl::StrCat(" AND ", absl::Substitute(part.within, numbers));
  return absl::StrCat(
      " FROM audienced.", part.table, " WHERE profile_id IN (", numbers, ")",
      within,
      after.empty() ? ""
                    : absl::StrCat(" AND (", columns, ") > (", values, ")"),
      " ORDER BY ", columns, " LIMIT ", limit);
}

std::vector<std::string> TakeKey(Row& row, const Part& part) {
  std::vector<std::string> key;
  for (const char* column : part.key) {
    std::string text = row.Text();
    if (column != nullptr) key.push_back(std::move(text));
  }
  return key;
}

// The rows of one part behind `after`, at most `limit`; the key of the last
// one.
std::vector<std::string> ReadPart(DatabaseConnection& connection,
                                  const Part& part,
                                  const std::vector<ProfileId>& profiles,
                                  const std::vector<std::string>& after,
                                  int limit, std::vector<HeldLine>& lines) {
  std::vector<std::string> last;
  ReadRows(connection,
           absl::StrCat("SELECT profile_id, json_build_object(",
                        WithInstants(part.json), ")::text", KeyColumns(part),
                        RowsBehind(connection, part, profiles, after, limit)),
           [&](Row& row) {
             const ProfileId profile{row.Int8()};
             lines.push_back({profile, row.Text()});
             last = TakeKey(row, part);
           });
  return last;
}

}  // namespace

HeldLines ReadHeldLines(DatabaseConnection& connection,
                        const std::vector<ProfileId>& profiles,
                        const HeldPosition& after, int limit) {
  HeldLines held;
  HeldPosition position = after;
  while (position.part < static_cast<int>(kParts.size())) {
    const int left = limit - static_cast<int>(held.lines.size());
    if (left <= 0) {
      held.next = std::move(position);
      break;
    }
    const size_t before = held.lines.size();
    position.key = ReadPart(connection, kParts[position.part], profiles,
                            position.key, left, held.lines);
    if (static_cast<int>(held.lines.size() - before) < left) {
      position = {position.part + 1, {}};
    }
  }
  return held;
}

HeldEvents ReadHeldEvents(DatabaseConnection& connection,
                          const std::vector<ProfileId>& profiles,
                          const HeldPosition& after, int limit) {
  HeldEvents held;
  std::vector<std::string> last;
  ReadRows(connection,
           absl::StrCat(
               "SELECT ", kEventColumns, KeyColumns(kEventPart),
               RowsBehind(connection, kEventPart, profiles, after.key, limit)),
           [&](Row& row) {
             held.events.push_back(ToEvent(row));
             last = TakeKey(row, kEventPart);
           });
  if (static_cast<int>(held.events.size()) == limit) {
    held.next = HeldPosition{after.part, std::move(last)};
  }
  return held;
}

HeldState ReadHeldState(DatabaseConnection& connection,
                        const std::vector<ProfileId>& profiles, absl::Time at) {
  HeldState state;
  const std::string of_profiles = absl::StrCat(
      " WHERE said.profile_id IN (", NumberList(profiles),
      ") AND said.occurred_at <= '",
      absl::FormatTime("%E4Y-%m-%d %H:%M:%E6S+00", at, absl::UTCTimeZone()),
      "'");
  // Several where events of one instant said so.
  EventName newest;
  ReadRows(connection,
           absl::StrCat("SELECT name, value, occurred_at, origin, event_id "
                        "FROM (SELECT *, rank() OVER (PARTITION BY name "
                        "ORDER BY occurred_at DESC) "
                        "FROM audienced.trait AS said",
                        of_profiles, ") AS t WHERE rank = 1 ORDER BY name"),
           [&](Row& row) {
             HeldTrait trait;
             trait.name = row.Text();
             trait.value = ToValue(row.Jsonb());
             trait.since = ToTime(row.Timestamp());
             const std::string origin = row.Text();
             EventName said_by{row.Text()};
             said_by.digest = EventDigest(origin, said_by.event_id);
             const bool is_same = !state.traits.empty() &&
                                  state.traits.back().name == trait.name;
             if (is_same && said_by < newest) return;
             newest = std::move(said_by);
             if (is_same) state.traits.pop_back();
             state.traits.push_back(std::move(trait));
           });
  std::erase_if(state.traits,
                [](const HeldTrait& trait) { return trait.value.is_null(); });
  // At one instant `denied` is the later.
  ReadRows(
      connection,
      absl::StrCat("SELECT DISTINCT ON (purpose) purpose, granted, "
                   "occurred_at FROM audienced.consent AS said",
                   of_profiles, " ORDER BY purpose, occurred_at DESC, granted"),
      [&](Row& row) {
        HeldConsent consent;
        consent.purpose = row.Text();
        consent.granted = row.Bool();
        consent.since = ToTime(row.Timestamp());
        state.consents.push_back(std::move(consent));
      });
  return state;
}

}  // namespace audienced
