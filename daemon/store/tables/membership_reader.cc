#include "daemon/store/tables/membership_reader.h"

#include <algorithm>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "daemon/store/postgres/row_reader.h"
#include "daemon/store/tables/columns.h"
#include "daemon/store/tables/record_reader.h"

namespace audienced {
namespace {

constexpr char kStayColumns[] =
    "profile_id, audience, entered_sequence, stream, left_sequence, episode, "
    "match_from, match_until, matched_at, entered_at, effective_at, "
    "announced_flip, context, existing, rule_version, changed_at, "
    "continues";

constexpr char kChangeColumns[] =
    "stream, sequence, commit_number, profile_id, audience, kind, cause, "
    "effective_at, commit_time, episode, existing, rule_version, context, "
    "expires_at, identifiers, continues, previous_identifiers, consents";

std::vector<Identifier> ToIdentifiers(std::string_view json) {
  std::vector<Identifier> identifiers;
  for (const Properties& object : ToObjects(json)) {
    identifiers.push_back({TextOf(object, "kind"), TextOf(object, "value")});
  }
  return identifiers;
}

std::vector<ConsentStanding> ToConsents(std::string_view json) {
  std::vector<ConsentStanding> consents;
  for (const Properties& object : ToObjects(json)) {
    ConsentStanding& consent = consents.emplace_back();
    consent.purpose = TextOf(object, "purpose");
    const Value* granted = object.Find("granted");
    consent.granted = granted != nullptr && granted->boolean() != nullptr &&
                      *granted->boolean();
    absl::Time told_at;
    if (absl::ParseTime(absl::RFC3339_full, TextOf(object, "told_at"), &told_at,
                        nullptr)) {
      consent.told_at = ToInstant(told_at);
    }
  }
  return consents;
}

std::vector<ContinuedEpisode> ToContinued(std::string_view json) {
  std::vector<ContinuedEpisode> episodes;
  for (const Properties& object : ToObjects(json)) {
    int64_t profile = 0;
    int64_t episode = 0;
    if (absl::SimpleAtoi(TextOf(object, "profile"), &profile) &&
        absl::SimpleAtoi(TextOf(object, "episode"), &episode)) {
      episodes.push_back({ProfileId{profile}, episode});
    }
  }
  return episodes;
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
  stay.continues = ToContinued(row.Json());
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
  change.continues = ToContinued(row.Json());
  change.previous_identifiers = ToIdentifiers(row.Json());
  change.consents = ToConsents(row.Json());
  return change;
}

std::string ArraySql(const StreamPositions& positions) {
  return absl::StrCat("'", ArrayText(positions), "'::bigint[]");
}

// Of stays: those of `audience` that were members as of `heads`, and `further`
// holds of them; by profile number.
std::string MembersSql(DatabaseConnection& connection,
                       const std::string& audience,
                       const StreamPositions& heads,
                       const std::string& further) {
  const std::string head = absl::StrCat("(", ArraySql(heads), ")[stream + 1]");
  return absl::StrCat("SELECT ", kStayColumns,
                      " FROM audienced.membership WHERE audience = '",
                      connection.esc(audience), "' AND ", further,
                      " AND entered_sequence <= ", head,
                      " AND (left_sequence IS NULL OR left_sequence > ", head,
                      ") ORDER BY profile_id");
}

}  // namespace

std::vector<StayRecord> ReadLatestStays(DatabaseConnection& connection,
                                        ProfileId after, ProfileId through) {
  std::vector<StayRecord> stays;
  // In the order of the primary key read backwards.
  ReadRows(
      connection,
      absl::StrCat("SELECT DISTINCT ON (profile_id, audience) ", kStayColumns,
                   " FROM audienced.membership WHERE profile_id > ",
                   static_cast<int64_t>(after),
                   " AND profile_id <= ", static_cast<int64_t>(through),
                   " ORDER BY profile_id DESC, audience DESC, "
                   "entered_sequence DESC"),
      [&](Row& row) { stays.push_back(ToStay(row)); });
  return stays;
}

std::vector<StayRecord> ReadMembers(DatabaseConnection& connection,
                                    const std::string& audience,
                                    const StreamPositions& heads,
                                    ProfileId after, int limit) {
  std::vector<StayRecord> stays;
  ReadRows(connection,
           absl::StrCat(MembersSql(connection, audience, heads,
                                   absl::StrCat("profile_id > ",
                                                static_cast<int64_t>(after))),
                        " LIMIT ", limit),
           [&](Row& row) { stays.push_back(ToStay(row)); });
  return stays;
}

std::vector<StayRecord> ReadMembersAmong(
    DatabaseConnection& connection, const std::string& audience,
    const StreamPositions& heads, const std::vector<ProfileId>& profiles) {
  std::vector<StayRecord> stays;
  ReadRows(
      connection,
      MembersSql(connection, audience, heads,
                 absl::StrCat("profile_id IN (", NumberList(profiles), ")")),
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
                        ArraySql(after), ", ", ArraySql(through),
                        ") WITH ORDINALITY AS p (after, through, number) "
                        "WHERE after < through) AS wanted "
                        "CROSS JOIN LATERAL (SELECT * FROM audienced.change "
                        "WHERE stream = of_stream AND sequence > after "
                        "AND sequence <= through ORDER BY sequence LIMIT ",
                        share, ") AS next ORDER BY stream, sequence"),
           [&](Row& row) { changes.push_back(ToChange(row)); });
  return changes;
}

RemovableChanges ReadRemovableChanges(DatabaseConnection& connection,
                                      const StreamPositions& start,
                                      const StreamPositions& held,
                                      absl::Time kept_from,
                                      absl::Time held_from, int limit) {
  RemovableChanges removable;
  removable.through = start;
  // Within a stream later sequences have later times, so what may go is how a
  // stream begins.
  ReadRows(
      connection,
      absl::StrCat(
          "SELECT number - 1, (SELECT max(sequence) FROM (SELECT sequence, "
          "commit_time FROM audienced.change WHERE stream = number - 1 AND "
          "sequence > start ORDER BY sequence LIMIT ",
          std::max(1, limit / kStreamCount), ") AS next WHERE commit_time < ",
          SqlTimestamp(held_from), " OR (commit_time < ",
          SqlTimestamp(kept_from), " AND sequence <= held)) FROM unnest(",
          ArraySql(start), ", ", ArraySql(held),
          ") WITH ORDINALITY AS p (start, held, number)"),
      [&](Row& row) {
        const auto stream = static_cast<size_t>(row.Int8());
        if (!row.TakeNull()) removable.through.at(stream) = row.Int8();
      });
  ReadRows(
      connection,
      absl::StrCat("SELECT commit_time, sequence > held FROM unnest(",
                   ArraySql(removable.through), ", ", ArraySql(held),
                   ") WITH ORDINALITY AS p (start, held, number) "
                   "CROSS JOIN LATERAL (SELECT sequence, commit_time "
                   "FROM audienced.change WHERE stream = number - 1 AND "
                   "sequence > start ORDER BY sequence LIMIT 1) AS next"),
      [&](Row& row) {
        const absl::Time time = ToTime(row.Timestamp());
        const bool is_held = row.Bool();
        removable.oldest_left_at = std::min(removable.oldest_left_at, time);
        if (is_held) return;
        removable.oldest_unheld_at = std::min(removable.oldest_unheld_at, time);
      });
  return removable;
}

std::optional<absl::Time> ReadFirstChangeAfter(
    DatabaseConnection& connection, const StreamPositions& positions) {
  std::optional<absl::Time> first;
  ReadRows(connection,
           absl::StrCat("SELECT commit_time FROM unnest(", ArraySql(positions),
                        ") WITH ORDINALITY AS p (after, number) "
                        "CROSS JOIN LATERAL (SELECT commit_time "
                        "FROM audienced.change WHERE stream = number - 1 AND "
                        "sequence > after ORDER BY sequence LIMIT 1) AS next"),
           [&](Row& row) {
             const absl::Time time = ToTime(row.Timestamp());
             first = std::min(first.value_or(absl::InfiniteFuture()), time);
           });
  return first;
}

}  // namespace audienced
