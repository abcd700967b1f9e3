// `benchmark_bare copy`: rows of events by COPY in binary form, in the form in
// which a shop keeps them (texts, jsonb) or in a compact one of numbers alone.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "tests/benchmark/bare/commands.h"
#include "tests/benchmark/bare/postgres.h"
#include "tests/benchmark/shop/event_forms.h"

namespace audienced::benchmark_shop {
namespace {

struct CopyOptions {
  std::string events;
  std::string table;
  uint64_t first = 0;
  uint64_t count = 0;  // 0: all behind the first
  uint64_t per_commit = 500;
  bool compact = false;
  bool random_ids = false;
};

// event_id uuid, user_id text, name text, occurred_at timestamptz, properties
// jsonb, items jsonb.
void AppendShopRow(const ShopEvent& event, uint64_t number, IdKind ids,
                   std::string& rows) {
  unsigned char id[16];
  EventIdBytes(event, number, ids, id);
  CopyRow row(rows, 6);
  row.Bytes({reinterpret_cast<const char*>(id), sizeof(id)});
  row.Bytes(UserId(event.person));
  row.Bytes(NameOf(event.kind));
  row.Int8(ServerMicros(event.second));
  // The first byte is the version of jsonb.
  row.Bytes(absl::StrCat(
      "\1{\"source\":\"", SourceName(event.source), "\",\"country\":\"",
      CountryName(event.country), "\"",
      event.value != 0 ? absl::StrCat(",\"value\":", event.value) : "", "}"));
  if (event.item == 0) {
    row.Null();
  } else {
    row.Bytes(absl::StrCat("\1[{\"item_id\":\"", event.item,
                           "\",\"item_category\":\"", ItemCategory(event.item),
                           "\"}]"));
  }
}

// event_id bigint, user_id bigint, occurred_at timestamptz, item int, value
// real, type smallint.
void AppendCompactRow(const ShopEvent& event, uint64_t number,
                      std::string& rows) {
  CopyRow row(rows, 6);
  row.Int8(static_cast<int64_t>(number));
  row.Int8(event.person);
  row.Int8(ServerMicros(event.second));
  row.Int4(static_cast<int32_t>(event.item));
  row.Float4(event.value);
  row.Int2(static_cast<int16_t>(event.kind));
}

// The rows of one commit each.
std::vector<std::string> MakeRows(const CopyOptions& options,
                                  uint64_t& row_count) {
  const absl::StatusOr<std::vector<ShopEvent>> events =
      ReadShopEvents(options.events);
  if (!events.ok()) {
    std::cerr << events.status().message() << "\n";
    std::exit(1);
  }
  const IdKind ids = options.random_ids ? IdKind::kRandom : IdKind::kOrdered;
  uint64_t end = events->size();
  if (options.count > 0) end = std::min(end, options.first + options.count);
  std::vector<std::string> commits;
  for (uint64_t i = options.first; i < end; ++i) {
    if ((i - options.first) % options.per_commit == 0) commits.emplace_back();
    if (options.compact) {
      AppendCompactRow((*events)[i], i, commits.back());
    } else {
      AppendShopRow((*events)[i], i, ids, commits.back());
    }
  }
  row_count = end - std::min(end, options.first);
  return commits;
}

void Copy(const std::string& url, const CopyOptions& options) {
  uint64_t row_count = 0;
  const std::vector<std::string> commits = MakeRows(options, row_count);
  Postgres postgres(url);
  const std::string copy =
      absl::StrCat("COPY ", options.table, " FROM STDIN (FORMAT binary)");
  const auto start = std::chrono::steady_clock::now();
  for (const std::string& rows : commits) postgres.CopyIn(copy, rows);
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start)
          .count();
  std::printf("{\"rows\": %llu, \"seconds\": %.4f, \"per_second\": %.0f}\n",
              static_cast<unsigned long long>(row_count), seconds,
              static_cast<double>(row_count) / seconds);
}

}  // namespace

void AddCopyCommand(CLI::App& app, const std::string& url) {
  auto options = std::make_shared<CopyOptions>();
  CLI::App* command = app.add_subcommand("copy", "Copies events into a table.");
  command->add_option("--events", options->events, "The file of events.")
      ->required();
  command->add_option("--table", options->table, "Into which table.")
      ->required();
  command->add_option("--first", options->first, "The first event.");
  command->add_option("--count", options->count, "How many; default: all.");
  command->add_option("--per-commit", options->per_commit, "Rows in a commit.");
  command->add_flag("--compact", options->compact, "Numbers alone.");
  command->add_flag("--random-ids", options->random_ids,
                    "Ids that do not grow with time.");
  command->callback([&url, options] { Copy(url, *options); });
}

}  // namespace audienced::benchmark_shop
