#ifndef AUDIENCED_DAEMON_INGEST_EVENT_MAPPING_H_
#define AUDIENCED_DAEMON_INGEST_EVENT_MAPPING_H_

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "rules/source/diagnostic.h"
#include "rules/source/source_file.h"

namespace audienced {

// How times stand in a file: as RFC 3339 timestamps, or as whole numbers since
// 1970-01-01T00:00:00Z.
enum class TimeForm { kRfc3339, kSeconds, kMilliseconds, kMicroseconds };

// What a field of a file is for.
enum class FieldRole {
  kIdentifier,  // `name` is the kind: profile, user_id, ...
  kEventName,
  kOccurredAt,
  kReceivedAt,
  kEventId,
  kItems,  // JSON only, as the next four
  kTraits,
  kConsents,
  kIdentifiers,  // an object: kind -> value
  kMergeInto,    // of rule tests; no file may have it
  kProperty,
};

struct Field {
  FieldRole role = FieldRole::kProperty;
  std::string name;  // the language's name for it
};

// Adapts a foreign file to the names of this program. The empty mapping is for
// files that use them already.
//
//   columns: { profile: user_id, occurred_at: ts_ms, item_category: category }
//   time_unit: ms
//   items_separator: "|"
//   events: { view: view_item, cart: add_to_cart }
//   ignore: [row]
struct EventMapping {
  // The language's name -> the file's. A field of the file that is named here
  // has no other meaning.
  std::vector<std::pair<std::string, std::string>> columns;
  // Fields of the file that are passed over.
  std::vector<std::string> ignored;
  TimeForm time_form = TimeForm::kRfc3339;
  // Between the items of one cell; empty: a cell is one item's.
  std::string items_separator;
  // The file's name of an event -> the language's. Others stay as they are.
  absl::flat_hash_map<std::string, std::string> events;
};

// Reads a mapping file. To be used only where `diagnostics` gets no errors.
EventMapping ParseEventMapping(const SourceFile& file,
                               Diagnostics& diagnostics);

// What the field `column` of a file is for; nothing where it is passed over.
// kInvalidArgument where it means what the mapping takes from another field.
absl::StatusOr<std::vector<Field>> FieldsOf(const EventMapping& mapping,
                                            const std::string& column);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_INGEST_EVENT_MAPPING_H_
