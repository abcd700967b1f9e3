// Tells ThreadSanitizer what gRPC's callbacks follow. What starts an operation
// comes before what is called at its end, on whatever thread; a system library
// of gRPC hands it over by atomics that the sanitizer does not see.

#include <dlfcn.h>
#include <grpc/grpc.h>
#include <grpcpp/support/callback_common.h>
#include <sanitizer/tsan_interface.h>

namespace {

using Tag = grpc::internal::CallbackWithSuccessTag;
using Run = void (*)(grpc_completion_queue_functor*, int);

// What such a tag calls: a private function, which only an explicit
// instantiation may name.
Run RunOfTag();
template <Run run>
struct Named {
  friend Run RunOfTag() { return run; }
};
template struct Named<&Tag::StaticRun>;

void RunBehindItsStart(grpc_completion_queue_functor* tag, int ok) {
  __tsan_acquire(tag);
  RunOfTag()(tag, ok);
}

}  // namespace

extern "C" __attribute__((visibility("default"))) grpc_call_error
grpc_call_start_batch(grpc_call* call, const grpc_op* ops, size_t count,
                      void* tag, void* reserved) {
  static auto* const real = reinterpret_cast<decltype(&grpc_call_start_batch)>(
      dlsym(RTLD_NEXT, "grpc_call_start_batch"));
  // Tags of other kinds have something else there.
  auto* const functor = static_cast<grpc_completion_queue_functor*>(tag);
  if (tag != nullptr && (functor->functor_run == RunOfTag() ||
                         functor->functor_run == &RunBehindItsStart)) {
    functor->functor_run = &RunBehindItsStart;
    __tsan_release(tag);
  }
  return real(call, ops, count, tag, reserved);
}
