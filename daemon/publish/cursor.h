#ifndef AUDIENCED_DAEMON_PUBLISH_CURSOR_H_
#define AUDIENCED_DAEMON_PUBLISH_CURSOR_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "daemon/store/held_records.h"
#include "daemon/store/records.h"

namespace audienced {

// Where a consumer stands in the change log.
struct Cursor {
  StreamPositions positions{};  // the last change that was handled, by stream
  // The filter that the cursor was given for: audience names, sorted; empty:
  // all audiences.
  std::vector<std::string> audiences;
};

// Where a consumer stands in a list of members.
struct ListPosition {
  std::string audience;
  StreamPositions heads{};          // the state that is listed
  std::optional<absl::Time> as_of;  // else a past instant, evaluated anew
  // The instant through which that state is evaluated.
  absl::Time evaluated_through = absl::InfinitePast();
  ProfileId after{};  // the last profile that was given
};

// Where a reader of all that is held of a person stands.
struct HeldPagePosition {
  ProfileId profile{};  // of whom
  // Whether it is of an export; else of the events of a profile.
  bool is_export = false;
  HeldPosition position;
};

// Turns positions into opaque texts and back. A text is URL-safe, bound to one
// database and authenticated (HMAC-SHA256), so that a consumer can neither read
// nor make one. It grants nothing by itself. Thread-safe.
class CursorCoder {
 public:
  // `key`: the secret of the database.
  CursorCoder(std::string database_id, std::string key);

  std::string Encode(const Cursor& cursor) const;
  std::string Encode(const ListPosition& position) const;
  std::string Encode(const HeldPagePosition& position) const;

  // kInvalidArgument with reason INVALID_CURSOR (not made by us) or
  // CURSOR_FOREIGN (made for another database).
  absl::StatusOr<Cursor> DecodeCursor(std::string_view text) const;
  absl::StatusOr<ListPosition> DecodeListPosition(std::string_view text) const;
  absl::StatusOr<HeldPagePosition> DecodeHeldPagePosition(
      std::string_view text) const;

 private:
  std::string Seal(std::string body) const;
  absl::StatusOr<std::string> Open(std::string_view text, char kind) const;

  const std::string database_id_;
  const std::string key_;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_PUBLISH_CURSOR_H_
