#ifndef AUDIENCED_DAEMON_CTL_EXPORT_FORMAT_KLAVIYO_JSON_H_
#define AUDIENCED_DAEMON_CTL_EXPORT_FORMAT_KLAVIYO_JSON_H_

#include <string>
#include <string_view>

#include "daemon/ctl/export/format/format.h"

namespace audienced {

// `klaviyo-json`: each file is the body of a POST of
// `/api/profile-bulk-import-jobs`. Klaviyo, "Bulk Import Profiles". Membership
// is a property of the profile, `audienced_cart_abandoners`, true or false,
// beside which the context stands: Klaviyo takes nobody off a list by an
// address. Who is added is added to the list of FormatOptions::list_id as well.
class KlaviyoJson final : public Format {
 public:
  explicit KlaviyoJson(const FormatOptions& options) : options_(options) {}

  std::string_view name() const override { return "klaviyo-json"; }
  std::string_view extension() const override { return "json"; }
  Destination destination() const override { return Destination::kRaw; }
  FileLimits limits() const override { return {10'000, 5'000'000}; }
  bool is_by_identifier() const override { return true; }

  std::string Begin(FileAction action) const override;
  FormatRecord Record(FileAction action,
                      const v1::Member& member) const override;
  std::string_view Separator() const override { return ",\n"; }
  std::string End(FileAction action) const override;

 private:
  const FormatOptions options_;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_CTL_EXPORT_FORMAT_KLAVIYO_JSON_H_
