#include "daemon/store/tables/membership_reader.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "daemon/store/postgres/row_reader.h"
#include "daemon/store/tables/columns.h"
#include "daemon/store/tables/record_reader.h"

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

std::vector<Identifier> ToIdentifiers(std::string_view json) {
  std::vector<Identifier> identifiers;
  for (const Properties& object : ToObjects(json)) {
    identifiers.push_back({TextOf(object, "kind"), TextOf(object, "value")});
  }
  return identifiers;
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

std::string ArrayText(const StreamPositions& positions) {
  return absl::StrCat("'{", absl::StrJoin(positions, ","), "}'::bigint[]");
}

}  // namespace

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
