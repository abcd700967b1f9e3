#include "tests/end_to_end/daemon_process.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

#include "audienced/v1/audience_service.grpc.pb.h"
#include "tests/unit/read_whole.h"

namespace audienced {
namespace {

// Whether something listens on the port.
bool Accepts(int port) {
  const int connection = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<uint16_t>(port));
  const bool accepts =
      connect(connection, reinterpret_cast<sockaddr*>(&address),
              sizeof(address)) == 0;
  close(connection);
  return accepts;
}

}  // namespace

int FreePort() {
  const int listener = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof(address));
  socklen_t size = sizeof(address);
  getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size);
  close(listener);
  return ntohs(address.sin_port);
}

TestFolder::TestFolder() {
  std::string pattern =
      (std::filesystem::temp_directory_path() / "audienced-test-XXXXXX")
          .string();
  path_ = mkdtemp(pattern.data());
  chmod(path_.c_str(), 0711);
}

TestFolder::~TestFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

DaemonProcess::DaemonProcess(std::string data_folder,
                             std::vector<std::string> environment,
                             std::string rule_folder)
    : data_folder_(std::move(data_folder)),
      environment_(std::move(environment)),
      rule_folder_(std::move(rule_folder)),
      port_(FreePort()) {}

DaemonProcess::~DaemonProcess() {
  if (pid_ > 0) Stop();
}

bool DaemonProcess::Start() {
  Launch();
  return AwaitServing();
}

void DaemonProcess::Launch() {
  const std::string address = this->address();
  log_start_ = Log().size();
  pid_ = fork();
  if (pid_ == 0) {
    const int log = open((data_folder_ + ".log").c_str(),
                         O_WRONLY | O_CREAT | O_APPEND, 0644);
    dup2(log, STDOUT_FILENO);
    dup2(log, STDERR_FILENO);
    for (const std::string& pair : environment_) {
      putenv(const_cast<char*>(pair.c_str()));
    }
    std::vector<const char*> arguments = {
        "audienced",          "--data",        data_folder_.c_str(), "--rules",
        rule_folder_.c_str(), "--http-listen", "127.0.0.1:0",        "--listen",
        address.c_str()};
    for (const std::string& more : more_addresses_) {
      arguments.insert(arguments.end(), {"--listen", more.c_str()});
    }
    arguments.push_back(nullptr);
    execv(AUDIENCED_BINARY, const_cast<char* const*>(arguments.data()));
    _exit(127);
  }
}

bool DaemonProcess::AwaitServing() {
  // A channel whose first try is too early waits for seconds before the next.
  for (int attempt = 0; attempt < 6000 && !Accepts(port_); ++attempt) {
    if (HasEnded()) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  grpc::ChannelArguments arguments;
  // Its connection ends once, when the daemon has loaded.
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 20);
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 20);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 200);
  channel_ = grpc::CreateCustomChannel(
      address(), grpc::InsecureChannelCredentials(), arguments);
  const auto stub = v1::AudienceService::NewStub(channel_);
  for (int attempt = 0; attempt < 6000; ++attempt) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() +
                         std::chrono::seconds(2));
    v1::ListAudiencesResponse response;
    const grpc::Status status = stub->ListAudiences(&context, {}, &response);
    // It may want to know who asks.
    if (status.ok() ||
        status.error_code() == grpc::StatusCode::UNAUTHENTICATED) {
      return true;
    }
    if (HasEnded()) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

bool DaemonProcess::HasEnded() {
  int status = 0;
  if (waitpid(pid_, &status, WNOHANG) != pid_) return false;
  pid_ = -1;
  return true;
}

void DaemonProcess::Kill() {
  Signal(SIGKILL);
  Wait();
}

int DaemonProcess::Stop() {
  Signal(SIGTERM);
  return Wait();
}

// Where it does not run, -1 would be everybody.
void DaemonProcess::Signal(int signal) const {
  if (pid_ > 0) kill(pid_, signal);
}

void DaemonProcess::LimitOpenFiles(int limit) const {
  const rlimit limits = {static_cast<rlim_t>(limit),
                         static_cast<rlim_t>(limit)};
  prlimit(pid_, RLIMIT_NOFILE, &limits, nullptr);
}

bool DaemonProcess::Holds(int signal) const {
  std::ifstream status("/proc/" + std::to_string(pid_) + "/status");
  for (std::string line; std::getline(status, line);) {
    if (!line.starts_with("SigBlk:")) continue;
    const uint64_t blocked = std::stoull(line.substr(7), nullptr, 16);
    return (blocked >> (signal - 1) & 1) != 0;
  }
  return false;
}

int DaemonProcess::Wait() {
  if (pid_ <= 0) return -1;
  int status = 0;
  waitpid(pid_, &status, 0);
  pid_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int DaemonProcess::http_port() const {
  const std::string begin = R"("serving health and metrics","port":)";
  for (int attempt = 0; attempt < 3000; ++attempt) {
    const std::string log = Log().substr(log_start_);
    const size_t place = log.find(begin);
    if (place != std::string::npos && log.find('\n', place) < log.size()) {
      return std::atoi(log.c_str() + place + begin.size());
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return -1;
}

std::string DaemonProcess::Log() const {
  return ReadWhole(data_folder_ + ".log");
}

}  // namespace audienced
