// How long texts take that are made for each member or change: cursors, normal
// forms of identifiers, their hashes, the digest and the key of an event.

#include <benchmark/benchmark.h>

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "daemon/destination/normal_form/email.h"
#include "daemon/destination/normal_form/phone.h"
#include "daemon/digest/digest.h"
#include "daemon/publish/cursor.h"
#include "daemon/store/tables/event_key.h"
#include "rules/engine/project/projection.h"

namespace audienced {
namespace {

constexpr char kEventId[] = "019fc1d0-1f30-7cc1-9758-35de1c9756ce";

CursorCoder MakeCoder() {
  return CursorCoder("7f9c24e8-3b12-4ef1-9c2a-1d0b6a5f8e77",
                     std::string(32, 'k'),
                     {{"0b5e3c1a-9d4f-4a6b-8c7d-2e1f0a9b8c7d", 0}});
}

Cursor MakeCursor() {
  Cursor cursor;
  for (size_t i = 0; i < cursor.positions.size(); ++i) {
    cursor.positions[i] = static_cast<int64_t>(1000 * i + 17);
  }
  cursor.audiences = {"cart-abandoners", "viewed-not-carted"};
  cursor.commit_number = 123'456;
  return cursor;
}

void EncodeCursor(benchmark::State& state) {
  const CursorCoder coder = MakeCoder();
  const Cursor cursor = MakeCursor();
  for (auto _ : state) benchmark::DoNotOptimize(coder.Encode(cursor));
}
BENCHMARK(EncodeCursor);

void DecodeCursor(benchmark::State& state) {
  const CursorCoder coder = MakeCoder();
  const std::string text = coder.Encode(MakeCursor());
  for (auto _ : state) {
    const absl::StatusOr<Cursor> cursor = coder.DecodeCursor(text);
    if (!cursor.ok() || cursor->commit_number != 123'456) {
      state.SkipWithError("the cursor reads back as another one");
      return;
    }
  }
}
BENCHMARK(DecodeCursor);

// As Google matches them; a new one each time.
void HashEmail(benchmark::State& state) {
  int64_t number = 0;
  for (auto _ : state) {
    const NormalForm form =
        GoogleEmail(absl::StrCat(" Ann.Example", ++number, "@Gmail.com "));
    benchmark::DoNotOptimize(Sha256Hex(form.text));
  }
}
BENCHMARK(HashEmail);

void HashPhone(benchmark::State& state) {
  int64_t number = 0;
  for (auto _ : state) {
    const NormalForm form =
        PhoneWithPlus(absl::StrCat("020 7946 ", 1000 + ++number % 9000), "GB");
    benchmark::DoNotOptimize(Sha256Hex(form.text));
  }
}
BENCHMARK(HashPhone);

void DigestEvent(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(EventDigest("shop", kEventId));
}
BENCHMARK(DigestEvent);

void MakeEventKey(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(EventKey("shop", kEventId));
}
BENCHMARK(MakeEventKey);

}  // namespace
}  // namespace audienced

BENCHMARK_MAIN();
