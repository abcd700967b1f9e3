#include "daemon/system/waker.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cassert>
#include <cstdint>

namespace audienced {

Waker::Waker() : descriptor_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  assert(descriptor_ >= 0);
}

Waker::~Waker() { close(descriptor_); }

void Waker::Wake() {
  const uint64_t one = 1;
  // It fails only where so many wait to be read that it can be read anyway.
  [[maybe_unused]] const ssize_t written =
      write(descriptor_, &one, sizeof(one));
}

void Waker::Clear() {
  uint64_t ignored = 0;
  [[maybe_unused]] const ssize_t taken =
      read(descriptor_, &ignored, sizeof(ignored));
}

}  // namespace audienced
