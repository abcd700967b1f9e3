#include "daemon/http/http_server.h"

#include <httplib.h>
#include <sys/socket.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "daemon/metrics/metric_registry.h"

namespace audienced {
namespace {

using httplib::Request;
using httplib::Response;
using HandlerResponse = httplib::Server::HandlerResponse;

constexpr char kPlainText[] = "text/plain; charset=utf-8";

// Probes and scrapes come one at a time; a few more who never end what they ask
// keep none of them waiting.
constexpr int kThreadCount = 16;

// While it waits for a request on an open connection the library looks every
// 10 ms. So a connection waits for one request only, and not for long.
constexpr time_t kRequestWaitSeconds = 1;
constexpr time_t kReadTimeoutSeconds = 2;
constexpr time_t kWriteTimeoutSeconds = 5;

// The library's default lets a second daemon take the same port silently.
void SetSocketOptions(int socket) {
  const int on = 1;
  setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
}

// Answers every other method itself, so that the library reads no body: its
// limit looks at the compressed size only.
HandlerResponse RefuseOtherMethods(const Request& request, Response& response) {
  if (request.method == "GET" || request.method == "HEAD") {
    return HandlerResponse::Unhandled;
  }
  response.status = 405;
  response.set_header("Allow", "GET, HEAD");
  response.set_content("only GET and HEAD are served here\n", kPlainText);
  return HandlerResponse::Handled;
}

HandlerResponse NameTheRoutes(const Request&, Response& response) {
  if (response.status == 404) {
    response.set_content("served are /livez, /healthz, /readyz and /metrics\n",
                         kPlainText);
  }
  return HandlerResponse::Handled;
}

}  // namespace

absl::StatusOr<std::unique_ptr<HttpServer>> HttpServer::Start(Options options) {
  if (!options.listen.IsLoopback()) {
    return absl::InvalidArgumentError(absl::StrCat(
        "HTTP address '", ListenAddressText(options.listen),
        "' is open to other machines; without authentication it must be a "
        "loopback address such as 127.0.0.1"));
  }
  std::unique_ptr<HttpServer> server(new HttpServer(std::move(options)));
  const absl::Status status = server->Listen();
  if (!status.ok()) return status;
  return server;
}

HttpServer::HttpServer(Options options)
    : options_(std::move(options)),
      server_(std::make_unique<httplib::Server>()) {
  server_->new_task_queue = [] {
    return new httplib::ThreadPool(kThreadCount);
  };
  server_->set_socket_options(SetSocketOptions);
  server_->set_keep_alive_max_count(1);
  server_->set_keep_alive_timeout(kRequestWaitSeconds);
  server_->set_read_timeout(kReadTimeoutSeconds);
  server_->set_write_timeout(kWriteTimeoutSeconds);
  server_->set_payload_max_length(0);
  server_->set_default_headers(
      {{"Cache-Control", "no-store"}, {"X-Content-Type-Options", "nosniff"}});
  AddRoutes();
}

HttpServer::~HttpServer() { Stop(); }

void HttpServer::AddRoutes() {
  server_->set_pre_routing_handler(RefuseOtherMethods);
  server_->set_error_handler(
      httplib::Server::HandlerWithResponse(NameTheRoutes));
  for (const char* path : {"/livez", "/healthz"}) {
    server_->Get(path, [](const Request&, Response& response) {
      response.set_content("ok\n", kPlainText);
    });
  }
  server_->Get("/readyz", [this](const Request& request, Response& response) {
    const Readiness readiness = options_.readiness();
    response.status = IsReady(readiness) ? 200 : 503;
    response.set_content(ReadinessText(readiness, request.has_param("verbose")),
                         kPlainText);
  });
  server_->Get("/metrics", [this](const Request&, Response& response) {
    response.set_content(options_.metrics(), MetricRegistry::kContentType);
  });
}

absl::Status HttpServer::Listen() {
  const ListenAddress& listen = options_.listen;
  errno = 0;
  if (listen.port == 0) {
    port_ = server_->bind_to_any_port(listen.host);
  } else {
    port_ = server_->bind_to_port(listen.host, listen.port) ? listen.port : -1;
  }
  if (port_ < 0) {
    return absl::UnavailableError(absl::StrCat("cannot listen for HTTP on ",
                                               ListenAddressText(listen), ": ",
                                               std::strerror(errno)));
  }
  acceptor_ = std::thread([this] {
    server_->listen_after_bind();
    ended_ = true;
  });
  // The library loses a stop() that comes before it runs.
  while (!server_->is_running() && !ended_) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return absl::OkStatus();
}

void HttpServer::Stop() {
  if (!acceptor_.joinable()) return;
  server_->stop();
  acceptor_.join();
}

}  // namespace audienced
