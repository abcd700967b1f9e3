// audienced-shop: writes what happened in a sample shop, one event a line, for
// `audiencectl import`. The same seed and the same end give the same bytes.

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "examples/shop/catalogue.h"
#include "examples/shop/journal.h"
#include "examples/shop/person.h"
#include "examples/shop/random.h"
#include "examples/shop/visit.h"

namespace audienced::shop {
namespace {

constexpr int64_t kHourMs = 3'600'000;
constexpr int64_t kDayMs = 24 * kHourMs;

struct Settings {
  uint64_t seed = 1;
  int64_t profiles = 10'000;
  int64_t days = 30;
  std::string until;
  std::string output;
};

// How busy the hours of a day are, of 10, in UTC.
constexpr int kBusy[24] = {1, 1, 1, 1, 1, 2, 3, 4,  5,  6, 6, 6,
                           7, 6, 5, 5, 6, 7, 8, 10, 10, 9, 6, 3};

std::vector<int64_t> VisitStarts(int64_t end_ms, int64_t days, Random& random) {
  // Of 10 people four come once, and one comes five to nine times.
  constexpr int64_t kVisits[10] = {1, 1, 1, 1, 2, 2, 2, 3, 4, 0};
  int64_t visits = kVisits[random.Below(10)];
  if (visits == 0) visits = random.Between(5, 9);
  std::vector<int64_t> starts;
  while (static_cast<int64_t>(starts.size()) < visits) {
    const int64_t start = end_ms - 1 - random.Between(0, days * kDayMs - 1);
    const int64_t hour = start / kHourMs % 24;
    if (random.Below(10) < static_cast<uint64_t>(kBusy[hour])) {
      starts.push_back(start);
    }
  }
  std::sort(starts.begin(), starts.end());
  return starts;
}

void LiveThrough(const Settings& settings, int64_t end_ms, Journal& journal) {
  const Catalogue catalogue(settings.seed);
  for (int64_t number = 0; number < settings.profiles; ++number) {
    Random random(settings.seed, static_cast<uint64_t>(number) + 1);
    Person person = MakePerson(static_cast<size_t>(number),
                               catalogue.categories().size(), random);
    int64_t free_from_ms = 0;
    bool first = true;
    for (const int64_t start : VisitStarts(end_ms, settings.days, random)) {
      if (start < free_from_ms) continue;
      Visit visit(catalogue, person, journal, random, start);
      visit.Run(first);
      first = false;
      free_from_ms = visit.end_ms() + kHourMs;
    }
  }
}

int Run(const Settings& settings) {
  absl::Time until = absl::FromUnixSeconds(absl::ToUnixSeconds(absl::Now()));
  std::string reason;
  if (!settings.until.empty() &&
      !absl::ParseTime(absl::RFC3339_full, settings.until, &until, &reason)) {
    std::cerr << "error: --until '" << settings.until
              << "' is not a time such as 2026-03-01T00:00:00Z: " << reason
              << '\n';
    return 2;
  }
  const int64_t end_ms = absl::ToUnixMillis(until);
  Journal journal(end_ms);
  LiveThrough(settings, end_ms, journal);
  std::ofstream file;
  if (!settings.output.empty()) file.open(settings.output, std::ios::binary);
  std::ostream& out = settings.output.empty() ? std::cout : file;
  journal.Write(out);
  out.flush();
  if (!out) {
    std::cerr << "error: cannot write "
              << (settings.output.empty() ? "to stdout" : settings.output)
              << '\n';
    return 1;
  }
  std::cerr << journal.size() << " events of " << settings.profiles
            << " profiles, " << settings.days << " days until "
            << absl::FormatTime(absl::RFC3339_sec, until, absl::UTCTimeZone())
            << '\n';
  return 0;
}

}  // namespace
}  // namespace audienced::shop

int main(int argc, char** argv) {
  audienced::shop::Settings settings;
  CLI::App app("Writes the events of a sample shop as JSON Lines");
  app.add_option("--seed", settings.seed, "another seed is another shop")
      ->capture_default_str();
  app.add_option("--profiles", settings.profiles, "how many people come")
      ->check(CLI::Range(int64_t{1}, int64_t{99'999}))
      ->capture_default_str();
  app.add_option("--days", settings.days, "how long the shop has been open")
      ->check(CLI::Range(int64_t{1}, int64_t{3650}))
      ->capture_default_str();
  app.add_option(
      "--until", settings.until,
      "where it ends, not included: an RFC 3339 time; now if absent");
  app.add_option("--output", settings.output, "a file; stdout if absent");
  CLI11_PARSE(app, argc, argv);
  return audienced::shop::Run(settings);
}
