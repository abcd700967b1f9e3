#ifndef AUDIENCED_DAEMON_CTL_EXPORT_FORMAT_GOOGLE_CSV_H_
#define AUDIENCED_DAEMON_CTL_EXPORT_FORMAT_GOOGLE_CSV_H_

#include <string>
#include <string_view>

#include "daemon/ctl/export/format/format.h"

namespace audienced {

// `google-customer-match-csv`: the file that Google Ads takes by hand. Google
// Ads Help, "About the customer matching process" and "Format your customer
// data file". A member with several addresses or phone numbers has several
// rows.
class GoogleCsv final : public Format {
 public:
  explicit GoogleCsv(const FormatOptions& options) { (void)options; }

  std::string_view name() const override { return "google-customer-match-csv"; }
  std::string_view extension() const override { return "csv"; }
  Destination destination() const override { return Destination::kGoogle; }
  FileLimits limits() const override { return {0, int64_t{5} << 30}; }
  bool is_by_identifier() const override { return true; }

  std::string Begin(FileAction action) const override;
  FormatRecord Record(FileAction action,
                      const v1::Member& member) const override;
  std::string_view Separator() const override { return ""; }
  std::string End(FileAction action) const override;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_CTL_EXPORT_FORMAT_GOOGLE_CSV_H_
