#include "daemon/publish/cursor.h"

#include <gtest/gtest.h>

#include "daemon/ingest/error_reason.h"

namespace audienced {
namespace {

constexpr char kDatabase[] = "6f9619ff-8b86-d011-b42d-00cf4fc964ff";
constexpr char kOther[] = "7f9619ff-8b86-d011-b42d-00cf4fc964ff";

const std::vector<DaemonStart> kStarts = {{"first", 0}, {"second", 100}};

CursorCoder Coder() {
  return CursorCoder(kDatabase, std::string(32, 'k'), kStarts);
}

Cursor Sample() {
  Cursor cursor;
  cursor.positions[0] = 1;
  cursor.positions[63] = int64_t{1} << 60;
  cursor.audiences = {"cart-abandoners", "ebook-leads"};
  return cursor;
}

TEST(CursorTest, ReadsBackWhatItGave) {
  const absl::StatusOr<Cursor> read =
      Coder().DecodeCursor(Coder().Encode(Sample()));
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->positions, Sample().positions);
  EXPECT_EQ(read->audiences, Sample().audiences);
}

TEST(CursorTest, ListPositionsReadBackToo) {
  ListPosition position;
  position.audience = "ebook-leads";
  position.heads[7] = 99;
  position.as_of = absl::FromUnixMicros(-5);
  position.evaluated_through = absl::FromUnixMicros(1'772'000'000'000'001);
  position.after = static_cast<ProfileId>(123456789);
  position.destination = 3;
  const absl::StatusOr<ListPosition> read =
      Coder().DecodeListPosition(Coder().Encode(position));
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->audience, position.audience);
  EXPECT_EQ(read->heads, position.heads);
  EXPECT_EQ(read->as_of, position.as_of);
  EXPECT_EQ(read->evaluated_through, position.evaluated_through);
  EXPECT_EQ(read->after, position.after);
  EXPECT_EQ(read->destination, position.destination);
}

TEST(CursorTest, EveryChangedCharacterIsNoticed) {
  const std::string text = Coder().Encode(Sample());
  for (size_t i = 0; i < text.size(); ++i) {
    std::string changed = text;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    const absl::StatusOr<Cursor> read = Coder().DecodeCursor(changed);
    EXPECT_EQ(read.status().code(), absl::StatusCode::kInvalidArgument)
        << "at " << i;
  }
}

TEST(CursorTest, ACursorOfAnotherDatabaseSaysSo) {
  const CursorCoder other(kOther, std::string(32, 'x'), kStarts);
  const absl::StatusOr<Cursor> read =
      other.DecodeCursor(Coder().Encode(Sample()));
  EXPECT_EQ(ReasonOf(read.status()), v1::ERROR_REASON_CURSOR_FOREIGN);
}

// What was given before a backup was made is good after it was restored; what
// was given later is not, by whichever start.
TEST(CursorTest, WhatWasGivenInALostFutureIsAhead) {
  const auto reason_of = [](int64_t commit_number,
                            std::vector<DaemonStart> given_in,
                            std::vector<DaemonStart> read_in) {
    const std::string key(32, 'k');
    Cursor cursor = Sample();
    cursor.commit_number = commit_number;
    const std::string text =
        CursorCoder(kDatabase, key, std::move(given_in)).Encode(cursor);
    return ReasonOf(CursorCoder(kDatabase, key, std::move(read_in))
                        .DecodeCursor(text)
                        .status());
  };
  const std::vector<DaemonStart> first = {{"first", 0}};
  const std::vector<DaemonStart> lost = {{"first", 0}, {"lost", 150}};
  // A restart, nothing restored.
  EXPECT_EQ(reason_of(100, first, kStarts), v1::ERROR_REASON_UNSPECIFIED);
  // The backup was made at commit 100.
  EXPECT_EQ(reason_of(101, first, kStarts), v1::ERROR_REASON_CURSOR_AHEAD);
  EXPECT_EQ(reason_of(150, lost, kStarts), v1::ERROR_REASON_CURSOR_AHEAD);
}

TEST(CursorTest, APageTokenIsNoCursor) {
  ListPosition position;
  const absl::StatusOr<Cursor> read =
      Coder().DecodeCursor(Coder().Encode(position));
  EXPECT_EQ(ReasonOf(read.status()), v1::ERROR_REASON_INVALID_CURSOR);
}

TEST(CursorTest, GarbageIsRefused) {
  for (const std::string& text :
       {std::string(), std::string("x"), std::string("not base64!"),
        std::string(200'000, 'A')}) {
    EXPECT_FALSE(Coder().DecodeCursor(text).ok());
  }
}

}  // namespace
}  // namespace audienced
