// Tells ThreadSanitizer of Abseil's locks. Those of a system library are not
// built with it: what they order (all of ours, and all of gRPC's) it takes for
// races. Linked into a program, these functions stand before Abseil's own, for
// the program and its libraries alike, say what happens, and call them.

#include <dlfcn.h>
#include <sanitizer/tsan_interface.h>

#include <atomic>
#include <cstdint>
#include <type_traits>

#include "absl/base/call_once.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

namespace {

using absl::Condition;
using absl::CondVar;
using absl::Mutex;

template <typename Function>
Function* Real(const char* symbol) {
  return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, symbol));
}

// Abseil calls its own functions too: only the outermost call is told.
thread_local int depth = 0;

class Told {
 public:
  Told(const void* mutex, unsigned flags)
      : mutex_(const_cast<void*>(mutex)),
        flags_(flags | __tsan_mutex_linker_init) {
    ++depth;
  }
  ~Told() { --depth; }

  // `call`, which takes the lock; of a try, if it returns true.
  template <typename Call>
  auto Lock(Call call) {
    if (depth > 1) return call();
    __tsan_mutex_pre_lock(mutex_, flags_);
    if constexpr (std::is_void_v<decltype(call())>) {
      call();
      __tsan_mutex_post_lock(mutex_, flags_, 0);
    } else {
      const bool is_locked = call();
      const bool is_try = (flags_ & __tsan_mutex_try_lock) != 0;
      __tsan_mutex_post_lock(
          mutex_,
          flags_ | (is_try && !is_locked ? __tsan_mutex_try_lock_failed : 0),
          0);
      return is_locked;
    }
  }

  template <typename Call>
  void Unlock(Call call) {
    if (depth > 1) return call();
    __tsan_mutex_pre_unlock(mutex_, flags_);
    call();
    __tsan_mutex_post_unlock(mutex_, flags_);
  }

  // `call`, which gives the lock back and takes it again.
  template <typename Call>
  auto Wait(Call call) {
    if (depth > 1) return call();
    Unlock([] {});
    return LockAnyway(call);
  }

  // `call`, which takes the lock whatever it returns.
  template <typename Call>
  auto LockAnyway(Call call) {
    if constexpr (std::is_void_v<decltype(call())>) {
      Lock(call);
    } else {
      bool result = false;
      Lock([&]() -> void { result = call(); });
      return result;
    }
  }

 private:
  void* const mutex_;
  const unsigned flags_;
};

}  // namespace

// NAME of the function here, its SYMBOL in Abseil, what it returns and takes
// (the object first), and what is told of the call `real(ARGUMENTS)`.
#define TOLD(NAME, SYMBOL, RETURN, PARAMETERS, ARGUMENTS, MUTEX, FLAGS, TELL) \
  extern "C" __attribute__((visibility("default")))                           \
  RETURN NAME PARAMETERS asm(SYMBOL);                                         \
  RETURN NAME PARAMETERS {                                                    \
    static auto* const real = Real<RETURN PARAMETERS>(SYMBOL);                \
    return Told(MUTEX, FLAGS).TELL([&] { return real ARGUMENTS; });           \
  }

#define READ __tsan_mutex_read_lock
#define TRY __tsan_mutex_try_lock

TOLD(TsanLock, "_ZN4absl7debian35Mutex4LockEv", void, (Mutex * mutex), (mutex),
     mutex, 0, Lock)
TOLD(TsanUnlock, "_ZN4absl7debian35Mutex6UnlockEv", void, (Mutex * mutex),
     (mutex), mutex, 0, Unlock)
TOLD(TsanTryLock, "_ZN4absl7debian35Mutex7TryLockEv", bool, (Mutex * mutex),
     (mutex), mutex, TRY, Lock)
TOLD(TsanReaderLock, "_ZN4absl7debian35Mutex10ReaderLockEv", void,
     (Mutex * mutex), (mutex), mutex, READ, Lock)
TOLD(TsanReaderUnlock, "_ZN4absl7debian35Mutex12ReaderUnlockEv", void,
     (Mutex * mutex), (mutex), mutex, READ, Unlock)
TOLD(TsanReaderTryLock, "_ZN4absl7debian35Mutex13ReaderTryLockEv", bool,
     (Mutex * mutex), (mutex), mutex, READ | TRY, Lock)
TOLD(TsanAwait, "_ZN4absl7debian35Mutex5AwaitERKNS0_9ConditionE", void,
     (Mutex * mutex, const Condition& condition), (mutex, condition), mutex, 0,
     Wait)
TOLD(TsanAwaitWithTimeout,
     "_ZN4absl7debian35Mutex16AwaitWithTimeoutERKNS0_9ConditionENS0_"
     "8DurationE",
     bool, (Mutex * mutex, const Condition& condition, absl::Duration timeout),
     (mutex, condition, timeout), mutex, 0, Wait)
TOLD(TsanAwaitWithDeadline,
     "_ZN4absl7debian35Mutex17AwaitWithDeadlineERKNS0_9ConditionENS0_4TimeE",
     bool, (Mutex * mutex, const Condition& condition, absl::Time deadline),
     (mutex, condition, deadline), mutex, 0, Wait)
TOLD(TsanLockWhen, "_ZN4absl7debian35Mutex8LockWhenERKNS0_9ConditionE", void,
     (Mutex * mutex, const Condition& condition), (mutex, condition), mutex, 0,
     Lock)
TOLD(TsanLockWhenWithTimeout,
     "_ZN4absl7debian35Mutex19LockWhenWithTimeoutERKNS0_9ConditionENS0_"
     "8DurationE",
     bool, (Mutex * mutex, const Condition& condition, absl::Duration timeout),
     (mutex, condition, timeout), mutex, 0, LockAnyway)
TOLD(TsanReaderLockWhen,
     "_ZN4absl7debian35Mutex14ReaderLockWhenERKNS0_9ConditionE", void,
     (Mutex * mutex, const Condition& condition), (mutex, condition), mutex,
     READ, Lock)
TOLD(TsanReaderLockWhenWithTimeout,
     "_ZN4absl7debian35Mutex25ReaderLockWhenWithTimeoutERKNS0_9ConditionENS0_"
     "8DurationE",
     bool, (Mutex * mutex, const Condition& condition, absl::Duration timeout),
     (mutex, condition, timeout), mutex, READ, LockAnyway)
TOLD(TsanWait, "_ZN4absl7debian37CondVar4WaitEPNS0_5MutexE", void,
     (CondVar * variable, Mutex* mutex), (variable, mutex), mutex, 0, Wait)
TOLD(TsanWaitWithTimeout,
     "_ZN4absl7debian37CondVar15WaitWithTimeoutEPNS0_5MutexENS0_8DurationE",
     bool, (CondVar * variable, Mutex* mutex, absl::Duration timeout),
     (variable, mutex, timeout), mutex, 0, Wait)
TOLD(TsanWaitWithDeadline,
     "_ZN4absl7debian37CondVar16WaitWithDeadlineEPNS0_5MutexENS0_4TimeE", bool,
     (CondVar * variable, Mutex* mutex, absl::Time deadline),
     (variable, mutex, deadline), mutex, 0, Wait)

// Where another thread is in absl::call_once() the others wait for it here, and
// come behind what it did.
namespace absl {
ABSL_NAMESPACE_BEGIN
namespace base_internal {
__attribute__((visibility("default"))) uint32_t SpinLockWait(
    std::atomic<uint32_t>* word, int count,
    const SpinLockWaitTransition transitions[], SchedulingMode mode) {
  static auto* const real = Real<decltype(SpinLockWait)>(
      "_ZN4absl7debian313base_internal12SpinLockWaitEPSt6atomicIjEiPKNS1_"
      "22SpinLockWaitTransitionENS1_14SchedulingModeE");
  const uint32_t found = real(word, count, transitions, mode);
  __tsan_acquire(word);
  return found;
}
}  // namespace base_internal
ABSL_NAMESPACE_END
}  // namespace absl
