#ifndef AUDIENCED_DAEMON_SYSTEM_SERVICE_NOTIFIER_H_
#define AUDIENCED_DAEMON_SYSTEM_SERVICE_NOTIFIER_H_

#include <string>

namespace audienced {

// Tells the service manager (systemd, `Type=notify`) how the daemon is doing:
// one datagram a message to the socket that it named. Without a service manager
// every call does nothing. Thread-safe; failures are ignored, since there is
// no one else to tell.
class ServiceNotifier {
 public:
  // `socket` is a path, or `@` and an abstract name; empty: no service manager.
  explicit ServiceNotifier(std::string socket) : socket_(std::move(socket)) {}

  // Takes the socket from NOTIFY_SOCKET and removes the variable: PostgreSQL
  // knows the protocol too and, as our child, must not speak for us. To be
  // called before there are other threads.
  static ServiceNotifier FromEnvironment();

  // Serving: starting, or a reload, is done.
  void Ready() const;
  // Reading the rules again. Ready() follows, also when that failed.
  void Reloading() const;
  void Stopping() const;
  // One line for `systemctl status`.
  void Status(const std::string& line) const;

 private:
  void Send(const std::string& message) const;

  std::string socket_;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_SYSTEM_SERVICE_NOTIFIER_H_
