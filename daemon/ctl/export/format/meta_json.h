#ifndef AUDIENCED_DAEMON_CTL_EXPORT_FORMAT_META_JSON_H_
#define AUDIENCED_DAEMON_CTL_EXPORT_FORMAT_META_JSON_H_

#include <string>
#include <string_view>

#include "daemon/ctl/export/format/format.h"

namespace audienced {

// `meta-json`: each file is the `payload` of a POST, or a DELETE, of
// `/AUDIENCE_ID/users`. Marketing API, "Custom Audience Users". A member with
// several addresses, phone numbers or devices has several rows.
class MetaJson final : public Format {
 public:
  explicit MetaJson(const FormatOptions& options) { (void)options; }

  std::string_view name() const override { return "meta-json"; }
  std::string_view extension() const override { return "json"; }
  Destination destination() const override { return Destination::kMeta; }
  FileLimits limits() const override { return {10'000, 0}; }
  bool is_by_identifier() const override { return true; }

  std::string Begin(FileAction action) const override;
  FormatRecord Record(FileAction action,
                      const v1::Member& member) const override;
  std::string_view Separator() const override { return ",\n"; }
  std::string End(FileAction action) const override;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_CTL_EXPORT_FORMAT_META_JSON_H_
