#include "daemon/ctl/export/format/meta_json.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "daemon/ctl/export/format/member_identifiers.h"
#include "daemon/ctl/text/message_json.h"

namespace audienced {
namespace {

using Json = nlohmann::ordered_json;

// A column of the schema and the kind of identifier that stands there.
struct MetaColumn {
  const char* key;
  const char* kind;
  // Says who it is; the others only narrow it down.
  bool identifies = false;
};

constexpr std::array<MetaColumn, 14> kColumns = {
    {{"EMAIL", "email_sha256", true},
     {"PHONE", "phone_sha256", true},
     {"MADID", "advertising_id", true},
     {"EXTERN_ID", "external_id", true},
     {"FN", "first_name_sha256"},
     {"LN", "last_name_sha256"},
     {"GEN", "gender_sha256"},
     {"DOBY", "birth_year_sha256"},
     {"DOBM", "birth_month_sha256"},
     {"DOBD", "birth_day_sha256"},
     {"CT", "city_sha256"},
     {"ST", "state_sha256"},
     {"ZIP", "postal_code_sha256"},
     {"COUNTRY", "country_sha256"}}};

}  // namespace

std::string MetaJson::Begin(FileAction) const {
  Json schema = Json::array();
  for (const MetaColumn& column : kColumns) schema.push_back(column.key);
  return absl::StrCat("{\"schema\": ", JsonText(schema), ",\n\"data\": [\n");
}

FormatRecord MetaJson::Record(FileAction, const v1::Member& member) const {
  std::vector<std::vector<std::string>> values;
  size_t count = 0;
  for (const MetaColumn& column : kColumns) {
    values.push_back(ValuesOf(member, column.kind));
    if (column.identifies) count = std::max(count, values.back().size());
  }
  if (count == 0) return FormatRecord::Skipped(kNoIdentifier);
  FormatRecord record;
  for (size_t row = 0; row < count; ++row) {
    Json cells = Json::array();
    for (size_t i = 0; i < kColumns.size(); ++i) {
      cells.push_back(
          ValueAt(values[i], kColumns[i].identifies ? row : size_t{0}));
    }
    if (row > 0) record.text += Separator();
    record.text += JsonText(cells);
    ++record.rows;
  }
  return record;
}

std::string MetaJson::End(FileAction) const { return "\n]}\n"; }

}  // namespace audienced
