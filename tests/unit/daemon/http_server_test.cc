// The HTTP side door, over real sockets.

#include "daemon/http/http_server.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <string>
#include <thread>

#include "absl/strings/match.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace audienced {
namespace {

// A connection to a port of this machine; -1 where there is none.
int Connect(int port) {
  const int connection = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(connection, reinterpret_cast<sockaddr*>(&address),
              sizeof(address)) == 0) {
    return connection;
  }
  close(connection);
  return -1;
}

// Everything that the server answers to `request` until it closes.
std::string Exchange(int port, const std::string& request) {
  const int connection = Connect(port);
  if (connection < 0) return "no connection";
  EXPECT_EQ(send(connection, request.data(), request.size(), MSG_NOSIGNAL),
            static_cast<ssize_t>(request.size()));
  std::string answer;
  char buffer[4096];
  ssize_t size = 0;
  while ((size = read(connection, buffer, sizeof(buffer))) > 0) {
    answer.append(buffer, size);
  }
  close(connection);
  return answer;
}

std::string Get(int port, const std::string& path) {
  return Exchange(port, "GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n");
}

class HttpServerTest : public testing::Test {
 protected:
  HttpServerTest() {
    HttpServer::Options options;
    options.listen = {"127.0.0.1", 0};
    options.readiness = [this] {
      return Readiness{{"database", database_ready_, "connection refused"},
                       {"rules", true, ""}};
    };
    options.metrics = [] { return "a_total 1\n"; };
    server_ = *HttpServer::Start(std::move(options));
  }

  int port() const { return server_->port(); }

  std::atomic<bool> database_ready_{true};
  std::unique_ptr<HttpServer> server_;
};

TEST_F(HttpServerTest, HealthAsksNothing) {
  database_ready_ = false;
  EXPECT_EQ(Get(port(), "/livez"), Get(port(), "/healthz"));
  const std::string answer = Get(port(), "/healthz");
  EXPECT_EQ(answer.rfind("HTTP/1.1 200 OK\r\n", 0), 0u) << answer;
  EXPECT_TRUE(absl::StrContains(answer, "\r\n\r\nok\n")) << answer;
  EXPECT_TRUE(absl::StrContains(answer, "\r\nConnection: close\r\n")) << answer;
}

TEST_F(HttpServerTest, ReadinessSaysWhyNot) {
  std::string answer = Get(port(), "/readyz");
  EXPECT_EQ(answer.rfind("HTTP/1.1 200 OK\r\n", 0), 0u) << answer;
  EXPECT_TRUE(absl::StrContains(answer, "\r\n\r\nready\n"));
  EXPECT_FALSE(absl::StrContains(answer, "rules"));

  database_ready_ = false;
  answer = Get(port(), "/readyz");
  EXPECT_EQ(answer.rfind("HTTP/1.1 503 Service Unavailable\r\n", 0), 0u);
  EXPECT_TRUE(
      answer.ends_with("\r\nnot ready\n- database: connection refused\n"))
      << answer;
  EXPECT_TRUE(Get(port(), "/readyz?verbose").ends_with("refused\n+ rules\n"));
}

TEST_F(HttpServerTest, MetricsHaveTheTypeThatPrometheusWants) {
  const std::string answer = Get(port(), "/metrics");
  EXPECT_TRUE(absl::StrContains(
      answer, "Content-Type: text/plain; version=0.0.4; charset=utf-8\r\n"))
      << answer;
  EXPECT_TRUE(answer.ends_with("\r\n\r\na_total 1\n")) << answer;
}

TEST_F(HttpServerTest, OtherPathsAndMethodsAreRefused) {
  const std::string unknown = Get(port(), "/etc/passwd");
  EXPECT_EQ(unknown.rfind("HTTP/1.1 404 Not Found\r\n", 0), 0u) << unknown;
  EXPECT_TRUE(
      absl::StrContains(unknown, "/livez, /healthz, /readyz and /metrics"));
  const std::string head =
      Exchange(port(), "HEAD /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_TRUE(head.ends_with("\r\n\r\n")) << head;
  // No body is waited for: neither of the announced ones comes.
  for (const std::string length :
       {"Content-Length: 1000000", "Transfer-Encoding: chunked"}) {
    const std::string posted = Exchange(
        port(), "POST /metrics HTTP/1.1\r\nHost: x\r\n" + length + "\r\n\r\n");
    EXPECT_EQ(posted.rfind("HTTP/1.1 405 ", 0), 0u) << posted;
    EXPECT_TRUE(absl::StrContains(posted, "Allow: GET, HEAD\r\n"));
  }
  EXPECT_TRUE(absl::StrContains(Get(port(), "/healthz"), "ok\n"))
      << "still serving";
}

TEST_F(HttpServerTest, RubbishIsSurvived) {
  Exchange(port(), "\x16\x03\x01 no HTTP\r\n\r\n");
  Exchange(port(), "GET /" + std::string(20000, 'a') + " HTTP/1.1\r\n\r\n");
  EXPECT_TRUE(absl::StrContains(Get(port(), "/healthz"), "ok\n"));
}

TEST_F(HttpServerTest, StopsWhileAConnectionIsOpen) {
  const int connection = Connect(port());
  ASSERT_GE(connection, 0);
  const int port_before = port();
  const absl::Time begin = absl::Now();
  server_->Stop();
  EXPECT_LT(absl::Now() - begin, absl::Seconds(30));
  server_->Stop();
  close(connection);
  EXPECT_LT(Connect(port_before), 0);
}

TEST_F(HttpServerTest, WaitingCostsNothing) {
  Get(port(), "/metrics");
  // The connection of this request is closed, so that nobody waits for more.
  absl::SleepFor(absl::Milliseconds(100));
  const auto switches = [] {
    rusage usage = {};
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_nvcsw;
  };
  const int64_t before = switches();
  absl::SleepFor(absl::Seconds(1));
  // One of them is this test's own sleep.
  EXPECT_LE(switches() - before, 5);
}

TEST_F(HttpServerTest, APortIsTakenOnce) {
  const auto second =
      HttpServer::Start({{"127.0.0.1", port()}, nullptr, nullptr});
  EXPECT_EQ(second.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_TRUE(absl::StrContains(
      std::string(second.status().message()),
      "127.0.0.1:" + std::to_string(port()) + ": Address already"))
      << second.status();
}

TEST(HttpServerAddressTest, OnlyLoopback) {
  for (const ListenAddress& address :
       {ListenAddress{"0.0.0.0", 0}, ListenAddress{"::", 0},
        ListenAddress{"192.168.0.1", 0}, ListenAddress{"example.com", 0}}) {
    const auto server = HttpServer::Start({address, nullptr, nullptr});
    EXPECT_EQ(server.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_TRUE(absl::StrContains(std::string(server.status().message()),
                                  "open to other machines"))
        << server.status();
  }
}

}  // namespace
}  // namespace audienced
