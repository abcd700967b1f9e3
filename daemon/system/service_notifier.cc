#include "daemon/system/service_notifier.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdlib>

namespace audienced {

ServiceNotifier ServiceNotifier::FromEnvironment() {
  const char* socket = std::getenv("NOTIFY_SOCKET");
  ServiceNotifier notifier(socket == nullptr ? "" : socket);
  unsetenv("NOTIFY_SOCKET");
  return notifier;
}

void ServiceNotifier::Ready() const { Send("READY=1"); }

void ServiceNotifier::Reloading() const { Send("RELOADING=1"); }

void ServiceNotifier::Stopping() const { Send("STOPPING=1"); }

void ServiceNotifier::Status(const std::string& line) const {
  // A line break would begin another assignment.
  std::string message = "STATUS=" + line;
  std::replace(message.begin(), message.end(), '\n', ' ');
  Send(message);
}

void ServiceNotifier::Send(const std::string& message) const {
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  if (socket_.empty() || socket_.size() >= sizeof(address.sun_path)) return;
  std::copy(socket_.begin(), socket_.end(), address.sun_path);
  // An abstract name begins with a zero byte, written `@`.
  if (socket_[0] == '@') address.sun_path[0] = '\0';
  const socklen_t size = offsetof(sockaddr_un, sun_path) + socket_.size();
  const int descriptor = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return;
  sendto(descriptor, message.data(), message.size(), MSG_NOSIGNAL,
         reinterpret_cast<const sockaddr*>(&address), size);
  close(descriptor);
}

}  // namespace audienced
