#include "daemon/store/postgres/running_statements.h"

#include <libpq-fe.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <thread>
#include <utility>

namespace audienced {

// Stays good whatever becomes of the connection: the request to cancel is a
// copy of what is needed, and the socket is held by a number of its own.
class RunningStatements::Grip {
 public:
  explicit Grip(const DatabaseConnection& connection)
      : cancel_(PQgetCancel(connection.handle())),
        socket_(dup(PQsocket(connection.handle()))) {}
  ~Grip() {
    PQfreeCancel(cancel_);
    if (socket_ >= 0) close(socket_);
  }

  Grip(const Grip&) = delete;
  Grip& operator=(const Grip&) = delete;

  // Waits for the server, however long that takes.
  void Cancel() const {
    std::array<char, 256> ignored{};
    if (cancel_ == nullptr) return;
    PQcancel(cancel_, ignored.data(), static_cast<int>(ignored.size()));
  }

  // Whoever waits for an answer is told that there is none.
  void Cut() const {
    if (socket_ >= 0) shutdown(socket_, SHUT_RDWR);
  }

 private:
  PGcancel* const cancel_;
  const int socket_;
};

RunningStatements::Run::Run(RunningStatements& all,
                            DatabaseConnection& connection)
    : all_(all), connection_(connection) {
  if (connection_.handle() == nullptr) return;  // lost: nothing can run
  auto grip = std::make_shared<Grip>(connection_);
  absl::MutexLock lock(&all_.mutex_);
  all_.running_[&connection_] = std::move(grip);
}

RunningStatements::Run::~Run() {
  absl::MutexLock lock(&all_.mutex_);
  all_.running_.erase(&connection_);
}

void RunningStatements::End(absl::Duration patience) {
  decltype(running_) found;
  {
    absl::MutexLock lock(&mutex_);
    found = running_;
  }
  for (const auto& [connection, grip] : found) {
    // On a thread of its own: a server that hangs may not answer this either.
    std::thread([grip = grip] { grip->Cancel(); }).detach();
  }
  const auto is_over = [&]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) {
    for (const auto& [connection, grip] : found) {
      const auto running = running_.find(connection);
      if (running != running_.end() && running->second == grip) return false;
    }
    return true;
  };
  absl::MutexLock lock(&mutex_);
  if (mutex_.AwaitWithTimeout(absl::Condition(&is_over), patience)) return;
  for (const auto& [connection, grip] : found) {
    const auto running = running_.find(connection);
    if (running == running_.end() || running->second != grip) continue;
    grip->Cut();
  }
  mutex_.Await(absl::Condition(&is_over));
}

}  // namespace audienced
