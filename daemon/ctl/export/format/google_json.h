#ifndef AUDIENCED_DAEMON_CTL_EXPORT_FORMAT_GOOGLE_JSON_H_
#define AUDIENCED_DAEMON_CTL_EXPORT_FORMAT_GOOGLE_JSON_H_

#include <string>
#include <string_view>

#include "daemon/ctl/export/format/format.h"

namespace audienced {

// `google-data-manager-json`: each file is the body of a call of
// `audienceMembers:ingest`, or `:remove`. Data Manager API, "Send audience
// members" and "Limits and quotas".
class GoogleJson final : public Format {
 public:
  explicit GoogleJson(const FormatOptions& options) : options_(options) {}

  std::string_view name() const override { return "google-data-manager-json"; }
  std::string_view extension() const override { return "json"; }
  Destination destination() const override { return Destination::kGoogle; }
  FileLimits limits() const override { return {10'000, 0}; }
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

#endif  // AUDIENCED_DAEMON_CTL_EXPORT_FORMAT_GOOGLE_JSON_H_
