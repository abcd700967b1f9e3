#include "daemon/store/postgres/session_watch.h"

#include <fcntl.h>
#include <libpq-fe.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

#include "daemon/logging/log.h"

namespace audienced {

SessionWatch::SessionWatch() : thread_([this] { Run(); }) {}

SessionWatch::~SessionWatch() {
  {
    const absl::MutexLock lock(&mutex_);
    is_ending_ = true;
  }
  news_.Wake();
  thread_.join();
  Forget();
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
  news_.Wake();
  if (socket >= 0) close(socket);
}

void SessionWatch::OnLost(std::function<void()> listener) {
  const absl::MutexLock lock(&mutex_);
  listener_ = std::move(listener);
  if (is_lost_ && listener_) listener_();
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
        {{news_.descriptor(), POLLIN, 0}, {socket, POLLRDHUP, 0}}};
    if (poll(sources.data(), sources.size(), /*timeout=*/-1) < 0) continue;
    if (sources[0].revents != 0) {
      news_.Clear();
      continue;
    }
    const absl::MutexLock lock(&mutex_);
    if (turn != turn_) continue;
    is_lost_ = true;
    if (listener_) listener_();
  }
}

}  // namespace audienced
