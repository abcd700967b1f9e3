#include "tests/end_to_end/operator.h"

#include <arpa/inet.h>
#include <grpcpp/generic/generic_stub.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <thread>
#include <vector>

#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

namespace audienced {
namespace {

// How to call a program of PostgreSQL on the daemon's private one.
std::string Psql(const DaemonProcess& daemon) {
  return "psql -X -q -A -t -d \"" + PrivateDatabase(daemon) + "\"";
}

}  // namespace

std::string HttpGet(const DaemonProcess& daemon, const std::string& path) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<uint16_t>(daemon.http_port()));
  const int connection = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  std::string answer;
  if (connect(connection, reinterpret_cast<sockaddr*>(&address),
              sizeof(address)) == 0) {
    const std::string request =
        "GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    if (write(connection, request.data(), request.size()) > 0) {
      char buffer[4096];
      for (ssize_t size; (size = read(connection, buffer, sizeof(buffer))) > 0;)
        answer.append(buffer, static_cast<size_t>(size));
    }
  }
  close(connection);
  return answer;
}

std::string HealthOf(const DaemonProcess& daemon) {
  const auto channel =
      grpc::CreateChannel(daemon.address(), grpc::InsecureChannelCredentials());
  grpc::GenericStub stub(channel);
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() +
                       std::chrono::seconds(5));
  grpc::CompletionQueue queue;
  const grpc::ByteBuffer request(nullptr, 0);
  grpc::ByteBuffer response;
  grpc::Status status;
  const auto call = stub.PrepareUnaryCall(
      &context, "/grpc.health.v1.Health/Check", request, &queue);
  call->StartCall();
  call->Finish(&response, &status, nullptr);
  void* tag = nullptr;
  bool ok = false;
  queue.Next(&tag, &ok);
  if (!status.ok()) return status.error_message();
  std::vector<grpc::Slice> slices;
  response.Dump(&slices);
  std::string bytes;
  for (const grpc::Slice& slice : slices) {
    bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  // One field, `status`, an enum.
  if (bytes == std::string("\x08\x01")) return "SERVING";
  if (bytes == std::string("\x08\x02")) return "NOT_SERVING";
  return "unknown";
}

CommandOutput Shell(const std::string& command) {
  CommandOutput output;
  std::FILE* pipe = popen((command + " 2>&1").c_str(), "re");
  char buffer[4096];
  for (size_t size; (size = fread(buffer, 1, sizeof(buffer), pipe)) > 0;) {
    output.text.append(buffer, size);
  }
  const int status = pclose(pipe);
  output.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return output;
}

CommandOutput Audiencectl(const DaemonProcess& daemon,
                          const std::string& arguments) {
  return Shell(std::string(AUDIENCED_AUDIENCECTL) + " " + arguments +
               " --server " + daemon.address());
}

std::string PrivateDatabase(const DaemonProcess& daemon,
                            const std::string& database) {
  return "host=" + daemon.data_folder() +
         "/postgres user=audienced dbname=" + database;
}

std::string Ask(const DaemonProcess& daemon, const std::string& sql) {
  std::string text = Shell(Psql(daemon) + " -c \"" + sql + "\"").text;
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

TableLock::TableLock(const DaemonProcess& daemon, const std::string& table)
    : session_(popen((Psql(daemon) + " >/dev/null").c_str(), "we")) {
  std::fprintf(session_,
               "BEGIN; LOCK TABLE audienced.%s IN ACCESS EXCLUSIVE MODE;\n",
               table.c_str());
  std::fflush(session_);
  Eventually([&] {
    return Ask(daemon,
               "SELECT count(*) FROM pg_locks WHERE granted AND mode = "
               "'AccessExclusiveLock' AND relation = 'audienced." +
                   table + "'::regclass") == "1";
  });
}

TableLock::~TableLock() { pclose(session_); }

bool Eventually(const std::function<bool()>& condition) {
  for (int attempt = 0; attempt < 3000; ++attempt) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return false;
}

std::string ReasonOf(const grpc::Status& status) {
  google::rpc::Status details;
  if (!details.ParseFromString(status.error_details())) return "no details";
  for (const google::protobuf::Any& any : details.details()) {
    google::rpc::ErrorInfo info;
    if (any.UnpackTo(&info)) return info.reason();
  }
  return "no reason";
}

}  // namespace audienced
