// What callers see while the daemon comes up and goes down.

#include <arpa/inet.h>
#include <grpcpp/generic/generic_stub.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/end_to_end/client.h"
#include "tests/end_to_end/daemon_process.h"
#include "tests/end_to_end/operator.h"

namespace audienced {
namespace {

// A call of grpc.health.v1.Health.Watch for the whole server.
class HealthWatch {
 public:
  explicit HealthWatch(const DaemonProcess& daemon)
      : stub_(grpc::CreateChannel(daemon.address(),
                                  grpc::InsecureChannelCredentials())) {
    call_ =
        stub_.PrepareCall(&context_, "/grpc.health.v1.Health/Watch", &queue_);
    call_->StartCall(nullptr);
    Next();
    call_->WriteLast(grpc::ByteBuffer(nullptr, 0), {}, nullptr);
    Next();
  }
  ~HealthWatch() {
    context_.TryCancel();
    queue_.Shutdown();
  }

  // What it says next; empty where it has ended. 1: serving, 2: not.
  std::string Read() {
    grpc::ByteBuffer bytes;
    call_->Read(&bytes, nullptr);
    if (!Next()) return "";
    grpc::Slice slice;
    return bytes.DumpToSingleSlice(&slice).ok() && slice.size() == 2
               ? std::to_string(slice.begin()[1])
               : "no health";
  }

 private:
  bool Next() {
    void* tag = nullptr;
    bool ok = false;
    const auto end = std::chrono::system_clock::now() + std::chrono::minutes(1);
    return queue_.AsyncNext(&tag, &ok, end) ==
               grpc::CompletionQueue::GOT_EVENT &&
           ok;
  }

  grpc::GenericStub stub_;
  grpc::ClientContext context_;
  grpc::CompletionQueue queue_;
  std::unique_ptr<grpc::GenericClientAsyncReaderWriter> call_;
};

// A connection that says nothing.
int ConnectTo(const std::string& address) {
  sockaddr_in place = {};
  place.sin_family = AF_INET;
  place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  place.sin_port = htons(std::stoi(address.substr(address.find(':') + 1)));
  const int connection = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  EXPECT_EQ(0, connect(connection, reinterpret_cast<const sockaddr*>(&place),
                       sizeof(place)));
  return connection;
}

class StartAndStopTest : public testing::Test {
 protected:
  StartAndStopTest() : daemon_(folder_.path() + "/data") {}

  grpc::Status ListAudiences() {
    const auto stub = v1::AudienceService::NewStub(grpc::CreateChannel(
        daemon_.address(), grpc::InsecureChannelCredentials()));
    grpc::ClientContext context;
    v1::ListAudiencesResponse response;
    return stub->ListAudiences(&context, {}, &response);
  }

  const TestFolder folder_;
  DaemonProcess daemon_;
};

TEST_F(StartAndStopTest, WhileItLoadsItSaysSoAndAnswersNothingElse) {
  ASSERT_TRUE(daemon_.Start()) << daemon_.Log();
  // PostgreSQL lives on, and a session of someone else holds up the loading.
  daemon_.Kill();
  {
    const TableLock lock(daemon_, "profile");
    daemon_.Launch();
    std::string answer;
    EXPECT_TRUE(Eventually([&] {
      answer = HttpGet(daemon_, "/readyz");
      return answer.find("\nnot ready\n- loading") != std::string::npos;
    })) << answer;
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 503")) << answer;
    EXPECT_TRUE(HttpGet(daemon_, "/livez").starts_with("HTTP/1.1 200"));
    EXPECT_EQ(HealthOf(daemon_), "NOT_SERVING");
    const grpc::Status status = ListAudiences();
    EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAVAILABLE);
    EXPECT_EQ(ReasonOf(status), "STARTING") << status.error_message();
    const CommandOutput told = Audiencectl(daemon_, "status");
    EXPECT_EQ(told.exit_code, 5) << told.text;
    EXPECT_NE(told.text.find("the daemon is starting: loading"),
              std::string::npos)
        << told.text;
  }
  ASSERT_TRUE(daemon_.AwaitServing()) << daemon_.Log();
  EXPECT_TRUE(HttpGet(daemon_, "/readyz").starts_with("HTTP/1.1 200"));
  EXPECT_TRUE(Eventually([&] { return HealthOf(daemon_) == "SERVING"; }));
}

TEST_F(StartAndStopTest, WhoConnectsWhileItLoadsStaysConnected) {
  ASSERT_TRUE(daemon_.Start()) << daemon_.Log();
  daemon_.Kill();
  std::unique_ptr<HealthWatch> watch;
  {
    const TableLock lock(daemon_, "profile");
    daemon_.Launch();
    EXPECT_TRUE(Eventually([&] {
      return HttpGet(daemon_, "/readyz").find("- loading") != std::string::npos;
    }));
    watch = std::make_unique<HealthWatch>(daemon_);
    EXPECT_EQ(watch->Read(), "2");
  }
  EXPECT_EQ(watch->Read(), "1");
}

TEST_F(StartAndStopTest, ASignalWhileItLoadsIsNotLost) {
  ASSERT_TRUE(daemon_.Start()) << daemon_.Log();
  daemon_.Kill();
  {
    const TableLock lock(daemon_, "profile");
    daemon_.Launch();
    // As soon as it can be told from a process that knows nothing of it.
    EXPECT_TRUE(Eventually([&] { return daemon_.Holds(SIGHUP); }));
    daemon_.Signal(SIGHUP);
    EXPECT_TRUE(Eventually([&] {
      return HttpGet(daemon_, "/readyz").find("- loading") != std::string::npos;
    }));
    daemon_.Signal(SIGTERM);
  }
  EXPECT_EQ(daemon_.Wait(), 0) << daemon_.Log();
}

TEST_F(StartAndStopTest, StreamsEndBehindWhatTheyWereTold) {
  ASSERT_TRUE(daemon_.Start()) << daemon_.Log();
  Client client(daemon_.channel());
  grpc::ClientContext watch_context;
  auto watch = client.audiences().WatchMemberships(&watch_context, {});
  v1::WatchMembershipsResponse told;
  ASSERT_TRUE(watch->Read(&told));

  grpc::ClientContext stream_context;
  auto stream = client.events().StreamEvents(&stream_context);
  v1::Event download = MakeEvent("1", "file_download", "ann", absl::Now());
  for (const auto& [name, value] :
       {std::pair("file_extension", "pdf"), std::pair("file_name", "ebook")}) {
    v1::Property& property = *download.add_properties();
    property.set_name(name);
    property.set_text(value);
  }
  v1::StreamEventsRequest batch;
  batch.set_batch_number(1);
  *batch.add_events() = download;
  ASSERT_TRUE(stream->Write(batch));
  v1::StreamEventsResponse acknowledged;
  ASSERT_TRUE(stream->Read(&acknowledged));
  EXPECT_EQ(acknowledged.accepted_count(), 1);
  do {
    ASSERT_TRUE(watch->Read(&told));
  } while (told.changes_size() == 0);

  EXPECT_EQ(daemon_.Stop(), 0) << daemon_.Log();
  while (watch->Read(&told)) {
  }
  EXPECT_FALSE(told.cursor().empty());
  EXPECT_EQ(ReasonOf(watch->Finish()), "SHUTTING_DOWN");
  EXPECT_FALSE(stream->Read(&acknowledged));
  EXPECT_EQ(ReasonOf(stream->Finish()), "SHUTTING_DOWN");

  ASSERT_TRUE(daemon_.Start()) << daemon_.Log();
  Client again(daemon_.channel());
  v1::ListChangesRequest request;
  request.set_cursor(told.cursor());
  v1::ListChangesResponse changes;
  grpc::ClientContext context;
  ASSERT_TRUE(again.audiences().ListChanges(&context, request, &changes).ok());
  EXPECT_EQ(changes.changes_size(), 0) << "told twice";
}

TEST_F(StartAndStopTest, CallsAreRefusedWithTheReason) {
  ASSERT_TRUE(daemon_.Start()) << daemon_.Log();
  std::vector<std::string> reasons(8);
  std::vector<std::thread> callers;
  for (std::string& reason : reasons) {
    callers.emplace_back([&] {
      const auto stub = v1::AudienceService::NewStub(daemon_.channel());
      grpc::Status status;
      while (status.ok()) {
        grpc::ClientContext context;
        v1::ListAudiencesResponse response;
        status = stub->ListAudiences(&context, {}, &response);
      }
      reason = absl::StrCat(status.error_code(), " ", ReasonOf(status));
    });
  }
  absl::SleepFor(absl::Milliseconds(200));
  EXPECT_EQ(daemon_.Stop(), 0) << daemon_.Log();
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(reasons, std::vector<std::string>(8, "14 SHUTTING_DOWN"));
}

// The process id of the server process that writes for the daemon.
pid_t WritingBackend(const DaemonProcess& daemon) {
  return std::atoi(Ask(daemon,
                       "SELECT pid FROM pg_locks WHERE locktype = 'advisory' "
                       "AND granted")
                       .c_str());
}

// A commit would wait half a minute for a lock.
TEST_F(StartAndStopTest, AFirstSignalCancelsACommitThatHangs) {
  DaemonProcess daemon(folder_.path() + "/brief",
                       {"AUDIENCED_SHUTDOWN_GRACE=1s"});
  ASSERT_TRUE(daemon.Start()) << daemon.Log();
  grpc::Status status;
  std::thread sender;
  {
    const TableLock lock(daemon, "event");
    sender = std::thread([&] {
      v1::IngestEventsResponse response;
      status = Client(daemon.channel())
                   .Ingest({MakeEvent("1", "view_item", "ann", absl::Now())},
                           response);
    });
    EXPECT_TRUE(Eventually([&] {
      return Ask(daemon,
                 "SELECT count(*) FROM pg_stat_activity WHERE "
                 "wait_event_type = 'Lock' AND query ILIKE '%event%'")
                 .find('0') == std::string::npos;
    })) << "the commit does not hang: the test is blind";
    EXPECT_EQ(daemon.Stop(), 0) << daemon.Log();
  }
  sender.join();
  EXPECT_FALSE(status.ok());
  // It did not end because the lock was waited for long enough.
  EXPECT_NE(daemon.Log().find("what runs there is cancelled"),
            std::string::npos)
      << daemon.Log();
  EXPECT_EQ(daemon.Log().find("lock timeout"), std::string::npos)
      << daemon.Log();

  ASSERT_TRUE(daemon.Start()) << daemon.Log();
  v1::IngestEventsResponse response;
  ASSERT_TRUE(
      Client(daemon.channel())
          .Ingest({MakeEvent("1", "view_item", "ann", absl::Now())}, response)
          .ok());
  EXPECT_EQ(response.accepted_count(), 1);
}

// gRPC does not listen any more where it once cannot take a connection, so a
// daemon that went on would be deaf for ever.
TEST_F(StartAndStopTest, ADaemonThatCanTakeNoConnectionEndsForANewStart) {
  ASSERT_TRUE(daemon_.Start()) << daemon_.Log();
  daemon_.LimitOpenFiles(100);
  std::vector<int> sockets;
  for (int i = 0; i < 120; ++i) sockets.push_back(ConnectTo(daemon_.address()));
  EXPECT_EQ(daemon_.Wait(), 1);
  EXPECT_NE(daemon_.Log().find("no more connections are taken"),
            std::string::npos)
      << daemon_.Log();
  for (const int socket : sockets) close(socket);
  ASSERT_TRUE(daemon_.Start()) << daemon_.Log();
  EXPECT_TRUE(ListAudiences().ok());
}

TEST_F(StartAndStopTest, ASecondSignalEndsItWhateverHangs) {
  ASSERT_TRUE(daemon_.Start()) << daemon_.Log();
  const pid_t backend = WritingBackend(daemon_);
  ASSERT_GT(backend, 1);
  ASSERT_EQ(kill(backend, SIGSTOP), 0);
  Client client(daemon_.channel());
  grpc::Status status;
  std::thread sender([&] {
    v1::IngestEventsResponse response;
    status = client.Ingest({MakeEvent("1", "view_item", "ann", absl::Now())},
                           response);
  });
  EXPECT_TRUE(Eventually([&] {
    return HttpGet(daemon_, "/metrics").find("evaluation_lag_seconds 0\n") ==
           std::string::npos;
  })) << "the commit does not hang: the test is blind";
  daemon_.Signal(SIGTERM);
  EXPECT_TRUE(Eventually(
      [&] { return daemon_.Log().find("\"stopping\"") != std::string::npos; }));
  daemon_.Signal(SIGTERM);
  EXPECT_EQ(daemon_.Wait(), 1);
  sender.join();
  EXPECT_FALSE(status.ok());
  ASSERT_EQ(kill(backend, SIGCONT), 0);

  // What was left in work is in the database or not, and the next start knows.
  ASSERT_TRUE(daemon_.Start()) << daemon_.Log();
  Client again(daemon_.channel());
  v1::IngestEventsResponse response;
  ASSERT_TRUE(
      again.Ingest({MakeEvent("1", "view_item", "ann", absl::Now())}, response)
          .ok());
  EXPECT_EQ(response.refused_count(), 0);
}

}  // namespace
}  // namespace audienced
