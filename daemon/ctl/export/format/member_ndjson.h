#ifndef AUDIENCED_DAEMON_CTL_EXPORT_FORMAT_MEMBER_NDJSON_H_
#define AUDIENCED_DAEMON_CTL_EXPORT_FORMAT_MEMBER_NDJSON_H_

#include <string>
#include <string_view>

#include "daemon/ctl/export/format/format.h"

namespace audienced {

// `ndjson`: one member a line, as `audiencectl members --output json` shows it.
class MemberNdjson final : public Format {
 public:
  explicit MemberNdjson(const FormatOptions& options)
      : destination_(options.destination) {}

  std::string_view name() const override { return "ndjson"; }
  std::string_view extension() const override { return "ndjson"; }
  Destination destination() const override { return destination_; }
  FileLimits limits() const override { return {0, 0}; }
  bool is_by_identifier() const override { return false; }

  std::string Begin(FileAction action) const override;
  FormatRecord Record(FileAction action,
                      const v1::Member& member) const override;
  std::string_view Separator() const override { return ""; }
  std::string End(FileAction action) const override;

 private:
  const Destination destination_;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_CTL_EXPORT_FORMAT_MEMBER_NDJSON_H_
