// Everybody's history in memory, evaluated as by `audiencectl evaluate`, and
// the same question asked again and again.
//
// usage: benchmark_resident RULES EVENTS.bin
//
// Says that it is ready, then answers each line of its standard input with one
// line of JSON:
//
//   evaluate THREADS    all audiences at 2026-10-30T00:00:00Z; the milliseconds
//   members FOLDER      who they are: a file an audience, one person a line

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <numeric>
#include <optional>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "daemon/ctl/offline/offline_profiles.h"
#include "tests/benchmark/resident/inputs.h"
#include "tests/benchmark/shop/event_forms.h"

namespace audienced::benchmark_shop {
namespace {

using SteadyTime = std::chrono::steady_clock::time_point;
using MemberLists = std::vector<std::vector<OfflineMember>>;

double SecondsSince(SteadyTime start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start)
      .count();
}

MemberLists Evaluate(const OfflineProfiles& profiles, size_t audience_count,
                     int threads) {
  std::vector<size_t> audiences(audience_count);
  std::iota(audiences.begin(), audiences.end(), size_t{0});
  return profiles.MembersAt(audiences,
                            ToInstant(absl::FromUnixSeconds(kEndSecond)),
                            /*with_stays=*/false, threads, [](int64_t) {});
}

void WriteMembers(const CompiledRulebook& rulebook, MemberLists lists,
                  const std::string& folder) {
  for (size_t a = 0; a < lists.size(); ++a) {
    std::sort(lists[a].begin(), lists[a].end(),
              [](const OfflineMember& left, const OfflineMember& right) {
                return left.profile < right.profile;
              });
    std::ofstream file(folder + "/" + rulebook.audience(a).name);
    for (const OfflineMember& member : lists[a]) file << member.profile << "\n";
  }
}

void Answer(const std::string& line, const CompiledRulebook& rulebook,
            const OfflineProfiles& profiles) {
  std::istringstream words(line);
  std::string verb, argument;
  words >> verb >> argument;
  const SteadyTime start = std::chrono::steady_clock::now();
  int threads = 2;
  if (verb == "evaluate" && !absl::SimpleAtoi(argument, &threads)) threads = 1;
  const MemberLists lists =
      Evaluate(profiles, rulebook.audience_count(), threads);
  const double seconds = SecondsSince(start);
  if (verb == "members") WriteMembers(rulebook, lists, argument);
  size_t count = 0;
  for (const auto& list : lists) count += list.size();
  std::printf("{\"milliseconds\": %.3f, \"members\": %zu}\n", seconds * 1e3,
              count);
  std::fflush(stdout);
}

int Main(Inputs inputs) {
  const SteadyTime start = std::chrono::steady_clock::now();
  OfflineProfiles profiles(inputs.rulebook);
  std::vector<LineProjector> projectors;
  projectors.emplace_back(profiles.projection());
  ProjectedLines lines;
  for (size_t i = 0; i < inputs.events.size(); ++i) {
    EventLine line;
    line.number = static_cast<int64_t>(i);
    line.incoming = ToIncoming(inputs.events[i], i, IdKind::kOrdered);
    projectors.front().Add(std::move(line), lines);
  }
  inputs.events = {};
  profiles.Add(std::move(lines));
  profiles.Finish(projectors, 2);
  std::printf("{\"profiles\": %zu, \"events\": %lld, \"load_seconds\": %.3f}\n",
              profiles.profile_count(),
              static_cast<long long>(profiles.event_count()),
              SecondsSince(start));
  std::fflush(stdout);
  for (std::string line; std::getline(std::cin, line);) {
    Answer(line, *inputs.rulebook, profiles);
  }
  return 0;
}

}  // namespace
}  // namespace audienced::benchmark_shop

int main(int count, char** words) {
  if (count != 3) {
    std::cerr << "usage: benchmark_resident RULES EVENTS.bin\n";
    return 2;
  }
  std::optional<audienced::benchmark_shop::Inputs> inputs =
      audienced::benchmark_shop::ReadInputs(words[1], words[2]);
  return inputs ? audienced::benchmark_shop::Main(*std::move(inputs)) : 1;
}
