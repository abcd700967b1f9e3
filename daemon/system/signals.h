#ifndef AUDIENCED_DAEMON_SYSTEM_SIGNALS_H_
#define AUDIENCED_DAEMON_SYSTEM_SIGNALS_H_

#include <functional>
#include <thread>

#include "daemon/system/waker.h"

namespace audienced {

// Receives the signals of the process on a thread of its own, where any code
// may run (a signal handler may do next to nothing). Waiting costs nothing.
//
// The object must be made before any other thread, and live until the end:
// threads inherit which signals they leave alone. A child process inherits it
// too; what needs these signals there must unblock them.
class Signals {
 public:
  // Called one at a time on the thread of this object.
  struct Handlers {
    // The first SIGTERM or SIGINT: finish what has begun and end.
    std::function<void()> stop;
    // Each further one: end at once.
    std::function<void()> abandon;
    // SIGHUP.
    std::function<void()> reload;
  };

  // From here on SIGTERM, SIGINT and SIGHUP wait for Start(). SIGPIPE is
  // ignored: a peer that went away is an error of the call that wrote to it.
  Signals();
  // Ends the thread; a handler that runs is waited for. The signals stay
  // blocked.
  ~Signals();

  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  // Delivers signals from now on, those that came since construction first.
  // To be called once. No empty functions.
  void Start(Handlers handlers);

 private:
  void Receive(const Handlers& handlers);

  int signals_;   // a signalfd
  Waker ending_;  // from the destructor on
  std::thread receiver_;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_SYSTEM_SIGNALS_H_
