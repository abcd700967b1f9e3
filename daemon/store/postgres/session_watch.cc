#include "daemon/store/postgres/session_watch.h"

#include <fcntl.h>
#include <libpq-fe.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <string>
#include <utility>

#include "daemon/logging/log.h"

namespace audienced {

SessionWatch::SessionWatch()
    : waker_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      thread_([this] { Run(); }) {}

SessionWatch::~SessionWatch() {
  {
    const absl::MutexLock lock(&mutex_);
    is_ending_ = true;
  }
  Wake();
  thread_.join();
  Forget();
  close(waker_);
}

void SessionWatch::Watch(const DatabaseConnection& connection) {
  const int copy = fcntl(PQsocket(connection.handle()), F_DUPFD_CLOEXEC, 0);
  if (copy < 0) {
    LogWarning("store",
               "the session of the database is not watched; that it has ended "
               "is noticed with the next commit",
               {{"error", std::string(std::strerror(errno))}});
  }
  WatchSocket(copy);
}

void SessionWatch::Forget() { WatchSocket(-1); }

void SessionWatch::WatchSocket(int socket) {
  {
    const absl::MutexLock lock(&mutex_);
    is_lost_ = false;
    ++turn_;
    std::swap(socket_, socket);
  }
  Wake();
  if (socket >= 0) close(socket);
}

void SessionWatch::OnLost(std::function<void()> listener) {
  const absl::MutexLock lock(&mutex_);
  listener_ = std::move(listener);
  if (is_lost_ && listener_) listener_();
}

void SessionWatch::Wake() {
  const uint64_t one = 1;
  // It fails only where so many wait to be read that the thread wakes anyway.
  [[maybe_unused]] const ssize_t written = write(waker_, &one, sizeof(one));
}

void SessionWatch::Run() {
  while (true) {
    int socket = -1;
    int64_t turn = 0;
    {
      const absl::MutexLock lock(&mutex_);
      if (is_ending_) return;
      if (!is_lost_) socket = socket_;
      turn = turn_;
    }
    // Asks for no data, which is for whoever uses the connection.
    std::array<pollfd, 2> sources = {
        {{waker_, POLLIN, 0}, {socket, POLLRDHUP, 0}}};
    if (poll(sources.data(), sources.size(), /*timeout=*/-1) < 0) continue;
    if (sources[0].revents != 0) {
      uint64_t ignored = 0;
      [[maybe_unused]] const ssize_t taken =
          read(waker_, &ignored, sizeof(ignored));
      continue;
    }
    const absl::MutexLock lock(&mutex_);
    if (turn != turn_) continue;
    is_lost_ = true;
    if (listener_) listener_();
  }
}

}  // namespace audienced
