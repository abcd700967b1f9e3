// What ties the process to the machine: signals, the service manager's socket,
// addresses to listen on.

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <csignal>
#include <cstddef>
#include <cstdlib>
#include <string>
#include <vector>

#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "daemon/system/listen_address.h"
#include "daemon/system/service_notifier.h"
#include "daemon/system/signals.h"

namespace audienced {
namespace {

// --- Signals ----------------------------------------------------------------

// Notes in which order handlers were called.
class HandlerCalls {
 public:
  Signals::Handlers Handlers() {
    return {[this] { Note("stop"); }, [this] { Note("abandon"); },
            [this] { Note("reload"); }};
  }

  // The calls, once there are `count` of them or long enough has passed.
  std::vector<std::string> Await(size_t count) {
    absl::MutexLock lock(&mutex_);
    const auto complete = [&] { return calls_.size() >= count; };
    mutex_.AwaitWithTimeout(absl::Condition(&complete), absl::Seconds(30));
    return calls_;
  }

 private:
  void Note(const std::string& call) {
    absl::MutexLock lock(&mutex_);
    calls_.push_back(call);
  }

  absl::Mutex mutex_;
  std::vector<std::string> calls_;
};

using Calls = std::vector<std::string>;

TEST(SignalsTest, FirstStopsFurtherAbandons) {
  HandlerCalls calls;
  Signals signals;
  signals.Start(calls.Handlers());
  kill(getpid(), SIGHUP);
  EXPECT_EQ(calls.Await(1), Calls({"reload"}));
  kill(getpid(), SIGHUP);
  EXPECT_EQ(calls.Await(2), Calls({"reload", "reload"}));
  kill(getpid(), SIGTERM);
  EXPECT_EQ(calls.Await(3), Calls({"reload", "reload", "stop"}));
  // Who is stopping reads no rules.
  kill(getpid(), SIGHUP);
  kill(getpid(), SIGINT);
  EXPECT_EQ(calls.Await(4), Calls({"reload", "reload", "stop", "abandon"}));
}

TEST(SignalsTest, WhatCameBeforeTheStartIsKept) {
  HandlerCalls calls;
  Signals signals;
  kill(getpid(), SIGINT);
  signals.Start(calls.Handlers());
  EXPECT_EQ(calls.Await(1), Calls({"stop"}));
}

TEST(SignalsTest, EndsWithoutHavingStarted) {
  Signals signals;
  // A peer that went away ends no process.
  raise(SIGPIPE);
}

// --- The service manager ----------------------------------------------------

// The other end: a datagram socket, as systemd has it.
class NotifySocket {
 public:
  // `name` is a path, or `@` and an abstract name.
  explicit NotifySocket(const std::string& name) : name_(name) {
    socket_ = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    name.copy(address.sun_path, sizeof(address.sun_path) - 1);
    if (name[0] == '@') address.sun_path[0] = '\0';
    EXPECT_EQ(bind(socket_, reinterpret_cast<sockaddr*>(&address),
                   offsetof(sockaddr_un, sun_path) + name.size()),
              0);
  }
  ~NotifySocket() {
    close(socket_);
    unlink(name_.c_str());
  }

  // The next message; empty where none is there.
  std::string Receive() {
    char buffer[1024];
    const ssize_t size = recv(socket_, buffer, sizeof(buffer), MSG_DONTWAIT);
    return size > 0 ? std::string(buffer, size) : "";
  }

 private:
  std::string name_;
  int socket_ = -1;
};

TEST(ServiceNotifierTest, SpeaksTheProtocolOverBothKindsOfSocket) {
  const std::string process = std::to_string(getpid());
  for (const std::string& name :
       {testing::TempDir() + "notify_" + process, "@audienced_" + process}) {
    NotifySocket socket(name);
    const ServiceNotifier notifier(name);
    notifier.Ready();
    EXPECT_EQ(socket.Receive(), "READY=1");
    notifier.Reloading();
    EXPECT_EQ(socket.Receive(), "RELOADING=1");
    notifier.Status("10 profiles\nREADY=1");
    EXPECT_EQ(socket.Receive(), "STATUS=10 profiles READY=1");
    notifier.Stopping();
    EXPECT_EQ(socket.Receive(), "STOPPING=1");
    EXPECT_EQ(socket.Receive(), "");
  }
}

TEST(ServiceNotifierTest, TakesTheVariableAway) {
  const std::string name = "@audienced_variable_" + std::to_string(getpid());
  NotifySocket socket(name);
  setenv("NOTIFY_SOCKET", name.c_str(), 1);
  const ServiceNotifier notifier = ServiceNotifier::FromEnvironment();
  EXPECT_EQ(std::getenv("NOTIFY_SOCKET"), nullptr);
  notifier.Ready();
  EXPECT_EQ(socket.Receive(), "READY=1");
}

TEST(ServiceNotifierTest, WithoutAManagerNothingHappens) {
  unsetenv("NOTIFY_SOCKET");
  ServiceNotifier::FromEnvironment().Ready();
  ServiceNotifier("/does/not/exist").Ready();
  ServiceNotifier("/" + std::string(500, 'a')).Ready();
}

// --- Addresses --------------------------------------------------------------

TEST(ListenAddressTest, ReadsBackWhatItWrites) {
  for (const std::string text : {"127.0.0.1:8450", "[::1]:0", "localhost:1",
                                 "0.0.0.0:65535", "[2001:db8::1]:443"}) {
    const auto address = ParseListenAddress(text);
    ASSERT_TRUE(address.ok()) << address.status();
    EXPECT_EQ(ListenAddressText(*address), text);
  }
}

TEST(ListenAddressTest, RefusesOtherForms) {
  for (const std::string text :
       {"", ":", ":80", "80", "localhost", "localhost:", "localhost:x",
        "localhost:-1", "localhost:+1", "localhost: 1", "localhost:65536",
        "localhost:99999999999", "::1:80", "[::1]", "[localhost]:80", "[]:80",
        "unix:/run/x", "http://localhost:80", "local host:80"}) {
    EXPECT_EQ(ParseListenAddress(text).status().code(),
              absl::StatusCode::kInvalidArgument)
        << text;
  }
}

TEST(ListenAddressTest, KnowsLoopback) {
  for (const std::string host :
       {"localhost", "127.0.0.1", "127.1.2.3", "::1"}) {
    EXPECT_TRUE((ListenAddress{host, 1}.IsLoopback())) << host;
  }
  for (const std::string host : {"0.0.0.0", "::", "128.0.0.1", "10.0.0.1",
                                 "example.com", "127.0.0.1.example.com", ""}) {
    EXPECT_FALSE((ListenAddress{host, 1}.IsLoopback())) << host;
  }
}

}  // namespace
}  // namespace audienced
