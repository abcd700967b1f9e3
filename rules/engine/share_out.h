#ifndef AUDIENCED_RULES_ENGINE_SHARE_OUT_H_
#define AUDIENCED_RULES_ENGINE_SHARE_OUT_H_

#include <cstddef>

#include "absl/functional/function_ref.h"

namespace audienced {

// As many threads as run at once on this machine; at least 1.
int MachineThreads();

// For work that is small and much.
inline constexpr size_t kShareOutPortion = 1024;

// Calls `work` on all of [0, count) in portions, on `threads` threads numbered
// from 0, of which the caller's is one; returns when all is done. Portions
// begin at multiples of `portion`, and those of a thread rise.
void ShareOut(
    size_t count, int threads,
    absl::FunctionRef<void(int thread, size_t begin, size_t end)> work,
    size_t portion = kShareOutPortion);

}  // namespace audienced

#endif  // AUDIENCED_RULES_ENGINE_SHARE_OUT_H_
