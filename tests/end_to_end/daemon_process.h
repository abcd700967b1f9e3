#ifndef AUDIENCED_TESTS_END_TO_END_DAEMON_PROCESS_H_
#define AUDIENCED_TESTS_END_TO_END_DAEMON_PROCESS_H_

#include <grpcpp/grpcpp.h>

#include <sys/types.h>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace audienced {

// A folder of a test's own, passable for the private PostgreSQL and removed at
// the end.
class TestFolder {
 public:
  TestFolder();
  ~TestFolder();
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// A port that nobody has at the moment.
int FreePort();

// The real daemon as a process of its own, with its private PostgreSQL in a
// folder. Can be killed and started again on the same folder.
class DaemonProcess {
 public:
  // `environment` holds `NAME=value` pairs that are added.
  explicit DaemonProcess(std::string data_folder,
                         std::vector<std::string> environment = {},
                         std::string rule_folder = AUDIENCED_RULES);
  ~DaemonProcess();

  // Has it serve at this address too, from its next start on.
  void AlsoListenAt(std::string address) {
    more_addresses_.push_back(std::move(address));
  }

  // Starts it and waits until it serves; false when it ended instead. The log
  // goes to `DATA.log`.
  bool Start();
  // Starts it and waits for nothing.
  void Launch();
  // The rest of Start().
  bool AwaitServing();
  // kill -9, and waits for its end. PostgreSQL lives on.
  void Kill();
  // SIGTERM, and waits for its end; the exit code.
  int Stop();
  void Signal(int signal) const;
  // Lets it have so many files and connections open at the most.
  void LimitOpenFiles(int limit) const;
  // Whether it has begun to keep this signal for itself.
  bool Holds(int signal) const;
  // Waits for its end; the exit code, -1 where it does not run.
  int Wait();

  std::shared_ptr<grpc::Channel> channel() const { return channel_; }
  // The text of the log so far.
  std::string Log() const;
  // Where it listens, as `--server` takes it.
  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
  const std::string& data_folder() const { return data_folder_; }
  // Where it answers to HTTP; waits until it does.
  int http_port() const;

 private:
  bool HasEnded();

  const std::string data_folder_;
  const std::vector<std::string> environment_;
  const std::string rule_folder_;
  const int port_;
  std::vector<std::string> more_addresses_;
  pid_t pid_ = -1;
  size_t log_start_ = 0;  // of the run at hand, in the log
  std::shared_ptr<grpc::Channel> channel_;
};

}  // namespace audienced

#endif  // AUDIENCED_TESTS_END_TO_END_DAEMON_PROCESS_H_
