#include "rules/engine/share_out.h"

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

namespace audienced {

int MachineThreads() {
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
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
  std::vector<std::thread> others;
  for (int thread = 1; thread < threads; ++thread) {
    others.emplace_back(run, thread);
  }
  run(0);
  for (std::thread& other : others) other.join();
}

}  // namespace audienced
