#ifndef AUDIENCED_TESTS_END_TO_END_OPERATOR_H_
#define AUDIENCED_TESTS_END_TO_END_OPERATOR_H_

#include <grpcpp/grpcpp.h>

#include <cstdio>
#include <functional>
#include <memory>
#include <string>

#include "tests/end_to_end/daemon_process.h"

namespace audienced {

// What those who run a daemon do to it and ask of it.

// The whole answer of the daemon's HTTP side to GET `path`; waits until it
// listens.
std::string HttpGet(const DaemonProcess& daemon, const std::string& path);

// What the standard gRPC health check answers: `SERVING`, `NOT_SERVING`, or
// the error.
std::string HealthOf(const DaemonProcess& daemon);

// What a command of the shell printed, errors too, and its exit code.
struct CommandOutput {
  std::string text;
  int exit_code = 0;
};
CommandOutput Shell(const std::string& command);

// `audiencectl` with `arguments`, asking `daemon`.
CommandOutput Audiencectl(const DaemonProcess& daemon,
                          const std::string& arguments);

// A keyword string for libpq that leads into the daemon's private PostgreSQL.
std::string PrivateDatabase(const DaemonProcess& daemon,
                            const std::string& database = "audienced");

// What `sql` answers there, without titles.
std::string Ask(const DaemonProcess& daemon, const std::string& sql);

// A session of someone else there that keeps `table` for itself.
class TableLock {
 public:
  TableLock(const DaemonProcess& daemon, const std::string& table);
  ~TableLock();

 private:
  std::FILE* session_;
};

// Waits until `condition` holds, as long as a test may take; whether it does.
bool Eventually(const std::function<bool()>& condition);

// The reason in the ErrorInfo of an error: `STARTING`.
std::string ReasonOf(const grpc::Status& status);

}  // namespace audienced

#endif  // AUDIENCED_TESTS_END_TO_END_OPERATOR_H_
