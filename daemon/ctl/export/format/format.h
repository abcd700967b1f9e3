#ifndef AUDIENCED_DAEMON_CTL_EXPORT_FORMAT_FORMAT_H_
#define AUDIENCED_DAEMON_CTL_EXPORT_FORMAT_FORMAT_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "audienced/v1/audience.pb.h"
#include "daemon/destination/destination.h"

namespace audienced {

// What a receiver is to do with the members of a file.
enum class FileAction : uint8_t { kAdd, kRemove };

// `add`, `remove`.
std::string_view Name(FileAction action);

// How much a receiver takes in one file or request.
struct FileLimits {
  int64_t rows = 0;   // 0: no bound
  int64_t bytes = 0;  // 0: no bound
};

// What is made of one member.
struct FormatRecord {
  std::string text;  // without what stands between two records
  int64_t rows = 0;  // counted against FileLimits::rows
  // Why nothing is written of the member: `no_identifier`. Empty: it is.
  std::string skipped;

  static FormatRecord Skipped(std::string why) {
    return {"", 0, std::move(why)};
  }
};

// Members as one receiver takes them. A file is Begin(), the records with
// Separator() between them, and End(): so a writer can cut a stream of members
// into files of any size. Knows neither files nor calls. Immutable,
// thread-safe.
//
// Members have their identifiers in the form of destination(): who asks the
// daemon for them names it.
class Format {
 public:
  virtual ~Format() = default;

  // As the command line names it: `meta-json`.
  virtual std::string_view name() const = 0;
  // Behind the dot of a file's name: `json`.
  virtual std::string_view extension() const = 0;
  virtual Destination destination() const = 0;
  virtual FileLimits limits() const = 0;
  // Whether the receiver knows people by identifiers alone. Equal identifiers
  // of two members are then one to it and are written once. Else it knows them
  // by Member.profile.
  virtual bool is_by_identifier() const = 0;

  virtual std::string Begin(FileAction action) const = 0;
  // Of a member to remove only `profile` and `identifiers` need to be there.
  virtual FormatRecord Record(FileAction action,
                              const v1::Member& member) const = 0;
  virtual std::string_view Separator() const = 0;
  virtual std::string End(FileAction action) const = 0;
};

// What is said in a file beside members, where its format has a place for it.
struct FormatOptions {
  // The audience that is exported.
  std::string audience;
  // google-data-manager-json: the Google Ads customer, and the user list.
  // klaviyo-json: `list_id` is the list to add to. Empty: a placeholder stands
  // there, or nothing.
  std::string account;
  std::string list_id;
  // google-data-manager-json: says that Google's Customer Match terms are
  // accepted.
  bool terms_accepted = false;
  // csv, ndjson: as whom the identifiers are told.
  Destination destination = Destination::kRaw;
};

// By name. INVALID_ARGUMENT names the formats that there are.
absl::StatusOr<std::unique_ptr<Format>> MakeFormat(
    std::string_view name, const FormatOptions& options);

// All of them, in the order of the help text.
const std::vector<std::string>& FormatNames();

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_CTL_EXPORT_FORMAT_FORMAT_H_
