// Bytes that are no calls: the daemon drops them and lives on.

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <random>
#include <string>
#include <vector>

#include "tests/end_to_end/client.h"
#include "tests/end_to_end/operator.h"
#include "tests/security/secured_daemon.h"

namespace audienced {
namespace {

const std::string kPreface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

// A frame of HTTP/2.
std::string Frame(int type, int flags, uint32_t stream,
                  const std::string& payload, int claimed_size = -1) {
  const size_t size =
      claimed_size < 0 ? payload.size() : static_cast<size_t>(claimed_size);
  std::string frame;
  for (const size_t shift : {16U, 8U, 0U}) {
    frame.push_back(static_cast<char>(size >> shift));
  }
  frame.push_back(static_cast<char>(type));
  frame.push_back(static_cast<char>(flags));
  for (const size_t shift : {24U, 16U, 8U, 0U}) {
    frame.push_back(static_cast<char>(stream >> shift));
  }
  return frame + payload;
}

// Sends `bytes` to the port, and takes what comes until the other side closes
// or is silent.
void Send(int port, const std::string& bytes) {
  const int connection = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<uint16_t>(port));
  ASSERT_EQ(connect(connection, reinterpret_cast<sockaddr*>(&address),
                    sizeof(address)),
            0);
  timeval patience{0, 50'000};
  setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
  send(connection, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  char answer[4096];
  while (recv(connection, answer, sizeof(answer), 0) > 0) {
  }
  close(connection);
}

std::vector<std::string> BadFrames() {
  const std::string settings = Frame(4, 0, 0, "");
  std::vector<std::string> all = {
      "",
      "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
      std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11),
      kPreface,
      kPreface + settings + Frame(1, 4, 1, std::string(200, '\xff')),
      kPreface + settings + Frame(1, 4, 1, "\x82", 16'000'000),
      kPreface + settings + Frame(0, 0, 1, "data of no stream"),
      kPreface + settings + Frame(0, 0, 0, "data of stream 0"),
      kPreface + settings + Frame(1, 4, 2, "\x82"),
      kPreface + settings + Frame(3, 0, 1, "xy"),
      kPreface + settings + Frame(6, 0, 0, "short"),
      kPreface + settings + Frame(8, 0, 0, std::string(4, '\0')),
      kPreface + settings + Frame(9, 4, 1, "continues nothing"),
      kPreface + settings + Frame(200, 255, 0x7fffffff, "no such frame"),
      kPreface + Frame(4, 0, 0, "not six"),
      kPreface + Frame(4, 1, 0, "an acknowledgement with a body"),
  };
  std::string resets = kPreface + settings;
  for (uint32_t stream = 1; stream < 2000; stream += 2) {
    resets += Frame(1, 4, stream, "\x82\x86\x84") +
              Frame(3, 0, stream, std::string("\0\0\0\x08", 4));
  }
  all.push_back(resets);
  std::mt19937 random(20'260'301);
  for (int i = 0; i < 20; ++i) {
    std::string noise = i % 2 == 0 ? kPreface : "";
    for (int n = 0; n < 500; ++n) noise.push_back(static_cast<char>(random()));
    all.push_back(noise);
  }
  return all;
}

class FramesTest : public testing::Test {
 protected:
  SecuredDaemon* const daemon_ = &SharedDaemon();
};

TEST_F(FramesTest, MalformedOnesHarmNobody) {
  const std::string address = daemon_->process().address();
  const int plain_port = std::stoi(address.substr(address.find(':') + 1));
  for (const std::string& bytes : BadFrames()) {
    Send(plain_port, bytes);
    Send(daemon_->tls_port(), bytes);
  }
  EXPECT_EQ(Ask(daemon_->channel(), daemon_->admin()), "OK");
  EXPECT_EQ(Ask(daemon_->TlsChannel("authority", ""), daemon_->admin()), "OK");
  EXPECT_EQ(HealthOf(daemon_->process()), "SERVING");
}

TEST_F(FramesTest, AMessageThatIsTooLargeIsRefused) {
  v1::IngestEventsRequest request;
  v1::Event event = MakeEvent("large", "view_item", "dora", absl::Now());
  event.set_event(std::string(1 << 20, 'x'));
  for (int i = 0; i < 6; ++i) *request.add_events() = event;
  v1::IngestEventsResponse response;
  const auto context = CallWith(daemon_->admin());
  const grpc::Status status =
      v1::EventService::NewStub(daemon_->channel())
          ->IngestEvents(context.get(), request, &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(Ask(daemon_->channel(), daemon_->admin()), "OK");
}

TEST_F(FramesTest, MetadataThatIsTooLargeIsRefused) {
  const auto context = CallWith(daemon_->admin());
  context->AddMetadata("x-large", std::string(1 << 20, 'x'));
  v1::ListAudiencesResponse response;
  // A connection of its own, which it may take with it.
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  const auto channel =
      grpc::CreateCustomChannel(daemon_->process().address(),
                                grpc::InsecureChannelCredentials(), arguments);
  EXPECT_FALSE(v1::AudienceService::NewStub(channel)
                   ->ListAudiences(context.get(), {}, &response)
                   .ok());
  EXPECT_EQ(Ask(daemon_->channel(), daemon_->admin()), "OK");
}

}  // namespace
}  // namespace audienced
