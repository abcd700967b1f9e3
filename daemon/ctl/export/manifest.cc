#include "daemon/ctl/export/manifest.h"

#include <nlohmann/json.hpp>

#include "daemon/ctl/text/printable.h"

namespace audienced {

int64_t Manifest::MembersOf(FileAction action) const {
  int64_t members = 0;
  for (const ExportedFile& file : files) {
    if (file.action == action) members += file.members;
  }
  return members;
}

std::string Manifest::Json() const {
  nlohmann::ordered_json listed = nlohmann::ordered_json::array();
  for (const ExportedFile& file : files) {
    listed.push_back({{"name", file.name},
                      {"action", Name(file.action)},
                      {"members", file.members},
                      {"rows", file.rows},
                      {"bytes", file.bytes},
                      {"sha256", file.sha256}});
  }
  nlohmann::ordered_json json = {
      {"audience", audience},
      {"format", format},
      {"destination", destination},
      {"content", is_snapshot ? "snapshot" : "changes"},
      {"rule_version", rule_version},
      {"evaluated_through_time", evaluated_through.seconds() > 0
                                     ? ExactTime(evaluated_through)
                                     : std::string()},
      {"cursor", cursor},
      {"withheld", withheld},
      {"added_members", MembersOf(FileAction::kAdd)},
      {"removed_members", MembersOf(FileAction::kRemove)},
      {"files", listed},
      {"skipped_members", skipped},
      {"omitted_identifiers", omitted_identifiers}};
  return json.dump(2, ' ', false,
                   nlohmann::ordered_json::error_handler_t::replace) +
         "\n";
}

}  // namespace audienced
