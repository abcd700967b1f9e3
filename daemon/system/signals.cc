#include "daemon/system/signals.h"

#include <poll.h>
#include <pthread.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <cassert>
#include <csignal>
#include <utility>

namespace audienced {

Signals::Signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGHUP);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  signals_ = signalfd(-1, &set, SFD_CLOEXEC);
  assert(signals_ >= 0);
}

Signals::~Signals() {
  ending_.Wake();
  if (receiver_.joinable()) receiver_.join();
  close(signals_);
}

void Signals::Start(Handlers handlers) {
  assert(!receiver_.joinable());
  receiver_ = std::thread(
      [this, handlers = std::move(handlers)] { Receive(handlers); });
}

void Signals::Receive(const Handlers& handlers) {
  bool stopping = false;
  while (true) {
    pollfd sources[] = {{ending_.descriptor(), POLLIN, 0},
                        {signals_, POLLIN, 0}};
    if (poll(sources, 2, /*timeout=*/-1) < 0) continue;
    if (sources[0].revents != 0) return;
    signalfd_siginfo signal;
    if (read(signals_, &signal, sizeof(signal)) != sizeof(signal)) continue;
    if (signal.ssi_signo == SIGHUP) {
      if (!stopping) handlers.reload();
    } else if (!stopping) {
      stopping = true;
      handlers.stop();
    } else {
      handlers.abandon();
    }
  }
}

}  // namespace audienced
