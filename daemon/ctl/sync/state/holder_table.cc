#include "daemon/ctl/sync/state/holder_table.h"

#include <set>
#include <string_view>
#include <utility>

#include "daemon/ctl/export/written_identifiers.h"

namespace audienced {
namespace {

constexpr char kCreateHolders[] = R"(
  CREATE TABLE IF NOT EXISTS holders (
    kind BLOB NOT NULL,
    value BLOB NOT NULL,
    profile BLOB NOT NULL,
    PRIMARY KEY (kind, value, profile)
  ) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS holders_by_profile ON holders (profile);
)";

using IdentifierSet = std::set<std::pair<std::string, std::string>>;

IdentifierSet SetOf(const IdentifierList& identifiers) {
  IdentifierSet set;
  for (const v1::Identifier& one : identifiers) {
    if (TellsApart(one.kind())) set.insert({one.kind(), one.value()});
  }
  return set;
}

v1::Identifier Identifier(const std::string& kind, const std::string& value) {
  v1::Identifier identifier;
  identifier.set_kind(kind);
  identifier.set_value(value);
  return identifier;
}

}  // namespace

absl::Status HolderTable::Create() {
  return database_.RunScript(kCreateHolders);
}

absl::StatusOr<HolderTable::Difference> HolderTable::Replace(
    const std::string& profile, const IdentifierList& identifiers) {
  const absl::StatusOr<IdentifierList> before = HeldBy(profile);
  if (!before.ok()) return before.status();
  const IdentifierSet held = SetOf(*before);
  const IdentifierSet wanted = SetOf(identifiers);
  Difference difference;
  for (const auto& [kind, value] : wanted) {
    if (held.count({kind, value}) > 0) continue;
    const v1::Identifier identifier = Identifier(kind, value);
    const absl::StatusOr<bool> is_held = IsHeld(identifier);
    if (!is_held.ok()) return is_held.status();
    if (!*is_held) *difference.added.Add() = identifier;
    const auto inserted = database_.Run(
        "INSERT INTO holders (kind, value, profile) VALUES (?, ?, ?)",
        {kind, value, profile});
    if (!inserted.ok()) return inserted.status();
  }
  for (const auto& [kind, value] : held) {
    if (wanted.count({kind, value}) > 0) continue;
    const auto deleted = database_.Run(
        "DELETE FROM holders WHERE kind = ? AND value = ? AND profile = ?",
        {kind, value, profile});
    if (!deleted.ok()) return deleted.status();
    const v1::Identifier identifier = Identifier(kind, value);
    const absl::StatusOr<bool> is_held = IsHeld(identifier);
    if (!is_held.ok()) return is_held.status();
    if (!*is_held) *difference.removed.Add() = identifier;
  }
  return difference;
}

absl::StatusOr<IdentifierList> HolderTable::HeldBy(const std::string& profile) {
  const auto rows = database_.Run(
      "SELECT kind, value FROM holders WHERE profile = ?", {profile});
  if (!rows.ok()) return rows.status();
  IdentifierList identifiers;
  for (const SqlRow& row : *rows) {
    *identifiers.Add() = Identifier(BytesOf(row[0]), BytesOf(row[1]));
  }
  return identifiers;
}

absl::StatusOr<bool> HolderTable::IsHeld(const v1::Identifier& identifier) {
  const auto rows = database_.Run(
      "SELECT 1 FROM holders WHERE kind = ? AND value = ? LIMIT 1",
      {identifier.kind(), identifier.value()});
  if (!rows.ok()) return rows.status();
  return !rows->empty();
}

}  // namespace audienced
