#include "rules/engine/share_out.h"

#include <algorithm>
#include <atomic>
#include <system_error>
#include <thread>
#include <vector>

namespace audienced {

int MachineThreads() {
  // Asking the system reads a file, and commits ask.
  static const int threads =
      std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  return threads;
}

void ShareOut(size_t count, int threads,
              absl::FunctionRef<void(int, size_t, size_t)> work,
              size_t portion) {
  std::atomic<size_t> next = 0;
  const auto run = [&](int thread) {
    for (size_t begin = next.fetch_add(portion); begin < count;
         begin = next.fetch_add(portion)) {
      work(thread, begin, std::min(begin + portion, count));
    }
  };
  std::vector<std::jthread> others;  // joined at the end
  for (int thread = 1; thread < threads; ++thread) {
    try {
      others.emplace_back(run, thread);
    } catch (const std::system_error&) {
      break;  // there may be no more; those that are there do its share
    }
  }
  run(0);
}

}  // namespace audienced
