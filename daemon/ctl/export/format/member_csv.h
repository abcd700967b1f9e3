#ifndef AUDIENCED_DAEMON_CTL_EXPORT_FORMAT_MEMBER_CSV_H_
#define AUDIENCED_DAEMON_CTL_EXPORT_FORMAT_MEMBER_CSV_H_

#include <string>
#include <string_view>

#include "daemon/ctl/export/format/format.h"

namespace audienced {

// `csv`: one row a member, for tables and scripts. The last two columns are
// JSON: all identifiers, and the context.
class MemberCsv final : public Format {
 public:
  explicit MemberCsv(const FormatOptions& options)
      : destination_(options.destination) {}

  std::string_view name() const override { return "csv"; }
  std::string_view extension() const override { return "csv"; }
  Destination destination() const override { return destination_; }
  FileLimits limits() const override { return {0, int64_t{5} << 30}; }
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

#endif  // AUDIENCED_DAEMON_CTL_EXPORT_FORMAT_MEMBER_CSV_H_
