#include "daemon/publish/cursor.h"

#include <openssl/crypto.h>

#include <algorithm>
#include <utility>

#include "absl/strings/escaping.h"
#include "daemon/digest/digest.h"
#include "daemon/ingest/error_reason.h"
#include "rules/history/instant.h"

namespace audienced {
namespace {

constexpr char kCursorKind = 'c';
constexpr char kListKind = 'l';
constexpr char kHeldKind = 'h';
constexpr size_t kMacBytes = 16;
// Longer texts are none of ours.
constexpr size_t kTextLimitBytes = 64 * 1024;

void PutNumber(std::string& out, uint64_t value) {
  for (; value >= 0x80; value >>= 7) {
    out.push_back(static_cast<char>(value | 0x80));
  }
  out.push_back(static_cast<char>(value));
}

void PutText(std::string& out, std::string_view text) {
  PutNumber(out, text.size());
  out.append(text);
}

void PutPositions(std::string& out, const StreamPositions& positions) {
  for (const int64_t position : positions) {
    PutNumber(out, static_cast<uint64_t>(position));
  }
}

// Takes apart what the functions above put together. After a text that is too
// short everything reads as zero and ok() is false.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  bool ok() const { return ok_; }
  bool at_end() const { return ok_ && text_.empty(); }
  std::string_view rest() const { return text_; }

  uint64_t Number() {
    uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      if (text_.empty()) break;
      const auto byte = static_cast<unsigned char>(text_.front());
      text_.remove_prefix(1);
      value |= static_cast<uint64_t>(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    ok_ = false;
    return 0;
  }

  std::string Text() {
    const uint64_t size = Number();
    if (!ok_ || size > text_.size()) {
      ok_ = false;
      return "";
    }
    std::string text(text_.substr(0, size));
    text_.remove_prefix(size);
    return text;
  }

  StreamPositions Positions() {
    StreamPositions positions{};
    for (int64_t& position : positions) {
      position = static_cast<int64_t>(Number());
    }
    return positions;
  }

 private:
  std::string_view text_;
  bool ok_ = true;
};

std::string Mac(const std::string& key, std::string_view body) {
  return std::string(BytesOf(KeyedDigest(key, body)).substr(0, kMacBytes));
}

absl::Status Malformed() {
  return WithReason(
      absl::InvalidArgumentError(
          "this is not a cursor that the server has given; pass one on "
          "unchanged, or none"),
      v1::ERROR_REASON_INVALID_CURSOR);
}

absl::Status Lost() {
  return WithReason(
      absl::OutOfRangeError("the cursor was given after the backup was made "
                            "that the database was restored from; list the "
                            "members again"),
      v1::ERROR_REASON_CURSOR_AHEAD);
}

}  // namespace

absl::Status CursorExpired() {
  return WithReason(
      absl::OutOfRangeError("the cursor is older than the change log; list the "
                            "members again and go on from there"),
      v1::ERROR_REASON_CURSOR_EXPIRED);
}

absl::Status CursorAhead() {
  return WithReason(
      absl::OutOfRangeError(
          "the cursor is ahead of the change log, as after a restored backup; "
          "list the members again and go on from there"),
      v1::ERROR_REASON_CURSOR_AHEAD);
}

absl::Status CursorForeign() {
  return WithReason(
      absl::InvalidArgumentError("the cursor belongs to another database; "
                                 "list the members again"),
      v1::ERROR_REASON_CURSOR_FOREIGN);
}

absl::Status CursorFilterMismatch() {
  return WithReason(
      absl::InvalidArgumentError("the cursor was given for another set of "
                                 "audiences; use it with that set"),
      v1::ERROR_REASON_CURSOR_FILTER_MISMATCH);
}

CursorCoder::CursorCoder(std::string database_id, std::string key,
                         std::vector<DaemonStart> starts)
    : database_id_(std::move(database_id)),
      key_(std::move(key)),
      starts_(std::move(starts)) {}

std::string CursorCoder::Encode(const Cursor& cursor) const {
  std::string body(1, kCursorKind);
  PutOrigin(body, cursor.commit_number);
  PutPositions(body, cursor.positions);
  PutNumber(body, cursor.audiences.size());
  for (const std::string& audience : cursor.audiences) PutText(body, audience);
  return Seal(std::move(body));
}

std::string CursorCoder::Encode(const ListPosition& position) const {
  std::string body(1, kListKind);
  PutOrigin(body, position.commit_number);
  PutText(body, position.audience);
  PutPositions(body, position.heads);
  PutNumber(body, position.as_of ? 1 : 0);
  PutNumber(body, position.as_of ? static_cast<uint64_t>(
                                       absl::ToUnixMicros(*position.as_of))
                                 : 0);
  PutNumber(body, static_cast<uint64_t>(
                      ToInstant(position.evaluated_through).micros));
  PutNumber(body, static_cast<uint64_t>(position.after));
  PutNumber(body, static_cast<uint64_t>(position.destination));
  return Seal(std::move(body));
}

std::string CursorCoder::Encode(const HeldPagePosition& position) const {
  std::string body(1, kHeldKind);
  // Names rows, not a state: good whichever commit it was given by.
  PutOrigin(body, /*commit_number=*/0);
  PutNumber(body, static_cast<uint64_t>(position.profile));
  PutNumber(body, position.is_export ? 1 : 0);
  PutNumber(body, static_cast<uint64_t>(position.position.part));
  PutNumber(body, position.position.key.size());
  for (const std::string& text : position.position.key) PutText(body, text);
  return Seal(std::move(body));
}

absl::StatusOr<Cursor> CursorCoder::DecodeCursor(std::string_view text) const {
  absl::StatusOr<std::string> body = Open(text, kCursorKind);
  if (!body.ok()) return body.status();
  Reader reader(*body);
  Cursor cursor;
  cursor.positions = reader.Positions();
  for (uint64_t left = reader.Number(); left > 0 && reader.ok(); --left) {
    cursor.audiences.push_back(reader.Text());
  }
  if (!reader.at_end()) return Malformed();
  return cursor;
}

absl::StatusOr<ListPosition> CursorCoder::DecodeListPosition(
    std::string_view text) const {
  absl::StatusOr<std::string> body = Open(text, kListKind);
  if (!body.ok()) return body.status();
  Reader reader(*body);
  ListPosition position;
  position.audience = reader.Text();
  position.heads = reader.Positions();
  const bool has_as_of = reader.Number() == 1;
  const auto as_of = static_cast<int64_t>(reader.Number());
  if (has_as_of) position.as_of = absl::FromUnixMicros(as_of);
  position.evaluated_through =
      ToTime(Instant{static_cast<int64_t>(reader.Number())});
  position.after = static_cast<ProfileId>(reader.Number());
  position.destination = static_cast<int64_t>(reader.Number());
  if (!reader.at_end()) return Malformed();
  return position;
}

absl::StatusOr<HeldPagePosition> CursorCoder::DecodeHeldPagePosition(
    std::string_view text) const {
  absl::StatusOr<std::string> body = Open(text, kHeldKind);
  if (!body.ok()) return body.status();
  Reader reader(*body);
  HeldPagePosition position;
  position.profile = static_cast<ProfileId>(reader.Number());
  position.is_export = reader.Number() == 1;
  position.position.part = static_cast<int>(reader.Number());
  for (uint64_t left = reader.Number(); left > 0 && reader.ok(); --left) {
    position.position.key.push_back(reader.Text());
  }
  if (!reader.at_end()) return Malformed();
  return position;
}

// What every text begins with, behind its kind; Open() takes it off.
void CursorCoder::PutOrigin(std::string& body, int64_t commit_number) const {
  PutText(body, database_id_);
  PutText(body, starts_.back().id);
  PutNumber(body, static_cast<uint64_t>(commit_number));
}

bool CursorCoder::IsKnown(const std::string& start,
                          int64_t commit_number) const {
  for (size_t i = 0; i < starts_.size(); ++i) {
    if (starts_[i].id != start) continue;
    return i + 1 == starts_.size() ||
           commit_number <= starts_[i + 1].commit_number;
  }
  return false;
}

std::string CursorCoder::Seal(std::string body) const {
  body.append(Mac(key_, body));
  std::string text;
  absl::WebSafeBase64Escape(body, &text);
  return text;
}

// The body of `text` behind its kind and its database. A key belongs to one
// database, so a cursor of another one fails by its signature; the name inside
// only tells the two faults apart, and is trusted for nothing else.
absl::StatusOr<std::string> CursorCoder::Open(std::string_view text,
                                              char kind) const {
  std::string bytes;
  if (text.size() > kTextLimitBytes ||
      !absl::WebSafeBase64Unescape(absl::string_view(text.data(), text.size()),
                                   &bytes) ||
      bytes.size() <= kMacBytes) {
    return Malformed();
  }
  const std::string mac = bytes.substr(bytes.size() - kMacBytes);
  bytes.resize(bytes.size() - kMacBytes);
  Reader reader(std::string_view(bytes).substr(1));
  const std::string database = reader.Text();
  if (reader.ok() && bytes.front() == kind && database != database_id_ &&
      database.size() == database_id_.size()) {
    return CursorForeign();
  }
  const std::string wanted = Mac(key_, bytes);
  if (bytes.front() != kind || !reader.ok() ||
      CRYPTO_memcmp(mac.data(), wanted.data(), kMacBytes) != 0) {
    return Malformed();
  }
  const std::string start = reader.Text();
  const auto commit_number = static_cast<int64_t>(reader.Number());
  if (!reader.ok()) return Malformed();
  if (!IsKnown(start, commit_number)) return Lost();
  return std::string(reader.rest());
}

}  // namespace audienced
