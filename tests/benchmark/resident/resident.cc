// Everybody's history in memory, evaluated as by the daemon, and the same
// question asked again and again.
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
#include "rules/engine/everybody.h"
#include "rules/engine/project/projection.h"
#include "tests/benchmark/resident/inputs.h"
#include "tests/benchmark/shop/event_forms.h"

namespace audienced::benchmark_shop {
namespace {

using SteadyTime = std::chrono::steady_clock::time_point;
using MemberLists = std::vector<std::vector<uint32_t>>;  // by audience

const Instant kEnd = ToInstant(absl::FromUnixSeconds(kEndSecond));

// Histories lie all over the memory; so many profiles before its turn one is
// asked for.
constexpr size_t kAhead = 8;

// The threads take portions in turn, so each of their lists rises.
MemberLists Merged(std::vector<MemberLists> of_threads) {
  MemberLists lists = std::move(of_threads[0]);
  for (size_t thread = 1; thread < of_threads.size(); ++thread) {
    for (size_t a = 0; a < lists.size(); ++a) {
      const auto middle = static_cast<ptrdiff_t>(lists[a].size());
      lists[a].insert(lists[a].end(), of_threads[thread][a].begin(),
                      of_threads[thread][a].end());
      std::inplace_merge(lists[a].begin(), lists[a].begin() + middle,
                         lists[a].end());
    }
  }
  return lists;
}

double SecondsSince(SteadyTime start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start)
      .count();
}

// The histories of all persons, packed and made one after the other, as the
// daemon's are at its start.
class Residents {
 public:
  explicit Residents(const Inputs& inputs) : projection_(inputs.rulebook) {
    const std::vector<ShopEvent>& events = inputs.events;
    std::vector<size_t> order(events.size());
    std::iota(order.begin(), order.end(), size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](size_t one, size_t other) {
      return events[one].person < events[other].person;
    });
    for (auto next = order.begin(); next != order.end();) {
      const uint32_t person = events[*next].person;
      History history = projection_.NewHistory();
      for (; next != order.end() && events[*next].person == person; ++next) {
        history.Insert(projection_.Project(
            ToIncoming(events[*next], *next, IdKind::kOrdered).event));
      }
      history.Pack();
      histories_.push_back(std::move(history));
      names_.push_back(UserId(person));
      keys_.push_back("user_id:" + names_.back());
    }
    for (size_t i = 0; i < histories_.size(); ++i) {
      profiles_.push_back({&histories_[i], keys_[i]});
    }
  }

  // The lists rise.
  MemberLists Evaluate(int threads) const {
    const size_t audience_count = projection_.rulebook().audience_count();
    std::vector<MemberLists> of_threads(threads, MemberLists(audience_count));
    EvaluateEverybody(
        projection_, profiles_.size(),
        [&](int, size_t i) {
          const size_t ahead = i + kAhead;
          if (ahead < profiles_.size()) profiles_[ahead].history->Prefetch();
          return profiles_[i];
        },
        threads,
        [&](int thread, size_t profile, Evaluation& evaluation) {
          evaluation.ForEachThatHolds(kEnd, [&](size_t audience) {
            of_threads[thread][audience].push_back(
                static_cast<uint32_t>(profile));
          });
        },
        [](size_t) {});
    return Merged(std::move(of_threads));
  }

  size_t size() const { return histories_.size(); }
  // Of those that Evaluate() tells.
  const std::string& name(uint32_t person) const { return names_[person]; }

 private:
  Projection projection_;
  std::vector<History> histories_;
  std::vector<std::string> names_;  // one each, and the keys
  std::vector<std::string> keys_;
  std::vector<EvaluatedProfile> profiles_;
};

void WriteMembers(const CompiledRulebook& rulebook, const Residents& residents,
                  const MemberLists& lists, const std::string& folder) {
  for (size_t a = 0; a < lists.size(); ++a) {
    std::ofstream file(folder + "/" + rulebook.audience(a).name);
    for (const uint32_t person : lists[a])
      file << residents.name(person) << "\n";
  }
}

void Answer(const std::string& line, const CompiledRulebook& rulebook,
            const Residents& residents) {
  std::istringstream words(line);
  std::string verb, argument;
  words >> verb >> argument;
  const SteadyTime start = std::chrono::steady_clock::now();
  int threads = 2;
  if (verb == "evaluate" && !absl::SimpleAtoi(argument, &threads)) threads = 1;
  const MemberLists lists = residents.Evaluate(threads);
  const double seconds = SecondsSince(start);
  if (verb == "members") WriteMembers(rulebook, residents, lists, argument);
  size_t count = 0;
  for (const auto& list : lists) count += list.size();
  std::printf("{\"milliseconds\": %.3f, \"members\": %zu}\n", seconds * 1e3,
              count);
  std::fflush(stdout);
}

int Main(Inputs inputs) {
  const SteadyTime start = std::chrono::steady_clock::now();
  const Residents residents(inputs);
  std::printf("{\"profiles\": %zu, \"events\": %zu, \"load_seconds\": %.3f}\n",
              residents.size(), inputs.events.size(), SecondsSince(start));
  std::fflush(stdout);
  inputs.events = {};
  for (std::string line; std::getline(std::cin, line);) {
    Answer(line, *inputs.rulebook, residents);
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
