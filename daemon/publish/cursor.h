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
  // The last commit that was published when it was given.
  int64_t commit_number = 0;
};

// Where a consumer stands in a list of members.
struct ListPosition {
  std::string audience;
  StreamPositions heads{};          // the state that is listed
  std::optional<absl::Time> as_of;  // else a past instant, evaluated anew
  // The instant through which that state is evaluated.
  absl::Time evaluated_through = absl::InfinitePast();
  ProfileId after{};        // the last profile that was given
  int64_t destination = 0;  // whom the list is for: a number of v1::Destination
  // As Cursor::commit_number.
  int64_t commit_number = 0;
};

// Where a reader of all that is held of a person stands.
struct HeldPagePosition {
  ProfileId profile{};  // of whom
  // Whether it is of an export; else of the events of a profile.
  bool is_export = false;
  HeldPosition position;
};

// Why a cursor is not gone on from: kOutOfRange with CURSOR_EXPIRED (older than
// the log) or CURSOR_AHEAD (of a database that was restored since),
// kInvalidArgument with CURSOR_FOREIGN (of another database) or
// CURSOR_FILTER_MISMATCH (of another set of audiences).
absl::Status CursorExpired();
absl::Status CursorAhead();
absl::Status CursorForeign();
absl::Status CursorFilterMismatch();

// Turns positions into opaque texts and back. A text is URL-safe, bound to one
// database and authenticated (HMAC-SHA256), so that a consumer can neither read
// nor make one. It grants nothing by itself. Thread-safe.
//
// A text names the start of the daemon that gave it and the last commit then:
// where a backup was restored, also one that brought neither another database
// id nor a position that is ahead, it tells that it comes from what was lost.
class CursorCoder {
 public:
  // `key`: the secret of the database. `starts`: of the daemon on it, the last
  // one is the present one; not empty.
  CursorCoder(std::string database_id, std::string key,
              std::vector<DaemonStart> starts);

  const std::string& database_id() const { return database_id_; }

  std::string Encode(const Cursor& cursor) const;
  std::string Encode(const ListPosition& position) const;
  std::string Encode(const HeldPagePosition& position) const;

  // kInvalidArgument with reason INVALID_CURSOR (not made by us) or
  // CURSOR_FOREIGN (made for another database); kOutOfRange with CURSOR_AHEAD
  // (given after the backup was made that the database was restored from).
  absl::StatusOr<Cursor> DecodeCursor(std::string_view text) const;
  absl::StatusOr<ListPosition> DecodeListPosition(std::string_view text) const;
  absl::StatusOr<HeldPagePosition> DecodeHeldPagePosition(
      std::string_view text) const;

 private:
  void PutOrigin(std::string& body, int64_t commit_number) const;
  // Whether what was given in `start` after `commit_number` is in the database.
  bool IsKnown(const std::string& start, int64_t commit_number) const;
  std::string Seal(std::string body) const;
  absl::StatusOr<std::string> Open(std::string_view text, char kind) const;

  const std::string database_id_;
  const std::string key_;
  const std::vector<DaemonStart> starts_;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_PUBLISH_CURSOR_H_
