#include "daemon/ctl/export/format/format.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "daemon/ctl/export/format/google_csv.h"
#include "daemon/ctl/export/format/google_json.h"
#include "daemon/ctl/export/format/klaviyo_json.h"
#include "daemon/ctl/export/format/member_csv.h"
#include "daemon/ctl/export/format/member_ndjson.h"
#include "daemon/ctl/export/format/meta_json.h"

namespace audienced {
namespace {

using Maker = std::unique_ptr<Format> (*)(const FormatOptions&);

template <typename Kind>
std::unique_ptr<Format> Make(const FormatOptions& options) {
  return std::make_unique<Kind>(options);
}

constexpr std::pair<const char*, Maker> kFormats[] = {
    {"google-customer-match-csv", Make<GoogleCsv>},
    {"google-data-manager-json", Make<GoogleJson>},
    {"meta-json", Make<MetaJson>},
    {"klaviyo-json", Make<KlaviyoJson>},
    {"csv", Make<MemberCsv>},
    {"ndjson", Make<MemberNdjson>}};

}  // namespace

std::string_view Name(FileAction action) {
  return action == FileAction::kAdd ? "add" : "remove";
}

absl::StatusOr<std::unique_ptr<Format>> MakeFormat(
    std::string_view name, const FormatOptions& options) {
  for (const auto& [known, make] : kFormats) {
    if (name == known) return make(options);
  }
  return absl::InvalidArgumentError(
      absl::StrCat("found the format '", std::string(name), "'; wanted is ",
                   absl::StrJoin(FormatNames(), ", ")));
}

const std::vector<std::string>& FormatNames() {
  static const std::vector<std::string>& names = *[] {
    auto* made = new std::vector<std::string>;
    for (const auto& [name, make] : kFormats) made->push_back(name);
    return made;
  }();
  return names;
}

}  // namespace audienced
