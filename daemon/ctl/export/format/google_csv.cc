#include "daemon/ctl/export/format/google_csv.h"

#include <algorithm>
#include <vector>

#include "daemon/ctl/export/format/csv_row.h"
#include "daemon/ctl/export/format/member_identifiers.h"

namespace audienced {

std::string GoogleCsv::Begin(FileAction) const {
  return "Email,Phone,First Name,Last Name,Country,Zip\n";
}

FormatRecord GoogleCsv::Record(FileAction, const v1::Member& member) const {
  const std::vector<std::string> emails = ValuesOf(member, "email_sha256");
  const std::vector<std::string> phones = ValuesOf(member, "phone_sha256");
  const std::string first_name = FirstValueOf(member, "first_name_sha256");
  FormatRecord record;
  const size_t count = std::max(
      {emails.size(), phones.size(), size_t{first_name.empty() ? 0U : 1U}});
  for (size_t row = 0; row < count; ++row) {
    // The address as a whole, or none of it.
    const bool with_address = row == 0 && !first_name.empty();
    record.text +=
        CsvRow({ValueAt(emails, row), ValueAt(phones, row),
                with_address ? first_name : "",
                with_address ? FirstValueOf(member, "last_name_sha256") : "",
                with_address ? FirstValueOf(member, "country") : "",
                with_address ? FirstValueOf(member, "postal_code") : ""});
    record.text += '\n';
    ++record.rows;
  }
  if (record.rows == 0) return FormatRecord::Skipped(kNoIdentifier);
  return record;
}

std::string GoogleCsv::End(FileAction) const { return ""; }

}  // namespace audienced
