// Backups with the tools of PostgreSQL, and what consumers are told after a
// restore.

#include <gtest/gtest.h>
#include <unistd.h>

#include <set>

#include "tests/end_to_end/client.h"
#include "tests/end_to_end/daemon_process.h"
#include "tests/end_to_end/operator.h"

namespace audienced {
namespace {

v1::Event Download(const std::string& id, const std::string& user) {
  v1::Event event = MakeEvent(id, "file_download", user, absl::Now());
  for (const auto& [name, value] :
       {std::pair("file_extension", "pdf"), std::pair("file_name", "ebook")}) {
    v1::Property& property = *event.add_properties();
    property.set_name(name);
    property.set_text(value);
  }
  return event;
}

// A consumer of ebook-leads: a list, then its changes.
struct Consumer {
  std::string cursor;
  std::string page_token;
  std::set<std::string> keys;  // idempotency keys that it acted on
};

class BackupTest : public testing::Test {
 protected:
  BackupTest() : daemon_(folder_.path() + "/data") {}

  // Two are in when the backup is made.
  void SetUp() override {
    ASSERT_TRUE(daemon_.Start()) << daemon_.Log();
    Send(daemon_, {Download("1", "ann"), Download("2", "bob")});
  }

  static void Send(const DaemonProcess& daemon,
                   const std::vector<v1::Event>& events) {
    v1::IngestEventsResponse response;
    ASSERT_TRUE(Client(daemon.channel()).Ingest(events, response).ok());
    EXPECT_EQ(response.accepted_count(), static_cast<int>(events.size()));
  }

  // What a consumer holds who lists now. Asks for pages of one.
  static Consumer List(const DaemonProcess& daemon) {
    Consumer consumer;
    v1::ListMembersRequest request;
    request.set_audience("ebook-leads");
    request.set_page_size(1);
    v1::ListMembersResponse page;
    do {
      page.Clear();
      grpc::ClientContext context;
      const grpc::Status status = Client(daemon.channel())
                                      .audiences()
                                      .ListMembers(&context, request, &page);
      EXPECT_TRUE(status.ok()) << status.error_message();
      if (!status.ok()) return consumer;
      for (const v1::Member& member : page.members()) {
        consumer.keys.insert(member.idempotency_key());
      }
      if (!page.next_page_token().empty()) {
        consumer.page_token = page.next_page_token();
      }
      request.set_page_token(page.next_page_token());
    } while (!page.next_page_token().empty());
    consumer.cursor = page.cursor();
    return consumer;
  }

  // Why the daemon does not go on from what it or another one gave: the reason
  // of ListChanges and that of ListMembers.
  static std::string RefusalOf(const DaemonProcess& daemon,
                               const Consumer& consumer) {
    Client client(daemon.channel());
    v1::ListChangesRequest changes;
    changes.add_audiences("ebook-leads");
    changes.set_cursor(consumer.cursor);
    v1::ListChangesResponse changed;
    grpc::ClientContext first;
    const grpc::Status watched =
        client.audiences().ListChanges(&first, changes, &changed);
    v1::ListMembersRequest members;
    members.set_audience("ebook-leads");
    members.set_page_size(1);
    members.set_page_token(consumer.page_token);
    v1::ListMembersResponse page;
    grpc::ClientContext second;
    const grpc::Status listed =
        client.audiences().ListMembers(&second, members, &page);
    return (watched.ok() ? "taken" : ReasonOf(watched)) + " " +
           (listed.ok() ? "taken" : ReasonOf(listed));
  }

  const TestFolder folder_;
  DaemonProcess daemon_;
};

TEST_F(BackupTest, ADumpBecomesAnotherDatabaseThatKnowsNoOldCursor) {
  const Consumer before = List(daemon_);
  ASSERT_EQ(before.keys.size(), 2u);
  ASSERT_EQ(RefusalOf(daemon_, before), "taken taken");
  const std::string dump = folder_.path() + "/dump";
  CommandOutput run = Shell("pg_dump -Fc -f " + dump + " -d \"" +
                            PrivateDatabase(daemon_) + "\"");
  ASSERT_EQ(run.exit_code, 0) << run.text;
  // What comes after the dump is lost with the first database.
  Send(daemon_, {Download("3", "cid")});
  const Consumer late = List(daemon_);
  ASSERT_EQ(late.keys.size(), 3u);

  Ask(daemon_, "CREATE DATABASE restored");
  const std::string restored = PrivateDatabase(daemon_, "restored");
  run = Shell("pg_restore --exit-on-error -d \"" + restored + "\" " + dump);
  ASSERT_EQ(run.exit_code, 0) << run.text;
  DaemonProcess other(folder_.path() + "/other",
                      {"AUDIENCED_DATABASE=" + restored});
  ASSERT_TRUE(other.Start()) << other.Log();
  EXPECT_EQ(RefusalOf(other, before), "CURSOR_FOREIGN INVALID_PAGE_TOKEN");
  EXPECT_EQ(RefusalOf(other, late), "CURSOR_FOREIGN INVALID_PAGE_TOKEN");

  // Who lists again knows whom it has acted on, and by the same key whom it is
  // told of once more when the lost event is sent again.
  EXPECT_EQ(List(other).keys, before.keys);
  Send(other, {Download("3", "cid")});
  EXPECT_EQ(List(other).keys, late.keys);
  EXPECT_EQ(other.Stop(), 0) << other.Log();
}

TEST_F(BackupTest, ABaseBackupOfThePrivateClusterStartsAsAnotherDatabase) {
  const Consumer before = List(daemon_);
  const std::string copy = folder_.path() + "/copy";
  const std::string user = geteuid() == 0 ? "runuser -u postgres -- " : "";
  const CommandOutput run =
      Shell("install -d -m 711 " + copy + " && install -d -m 700 " +
            (geteuid() == 0 ? "-o postgres -g postgres " : "") + copy +
            "/postgres && " + user + "pg_basebackup -c fast -D " + copy +
            "/postgres -d \"" + PrivateDatabase(daemon_) + "\"");
  ASSERT_EQ(run.exit_code, 0) << run.text;
  Send(daemon_, {Download("3", "cid")});
  const Consumer late = List(daemon_);

  DaemonProcess other(copy);
  ASSERT_TRUE(other.Start()) << other.Log();
  EXPECT_EQ(List(other).keys, before.keys);
  EXPECT_EQ(RefusalOf(other, before), "CURSOR_FOREIGN INVALID_PAGE_TOKEN");
  EXPECT_EQ(RefusalOf(other, late), "CURSOR_FOREIGN INVALID_PAGE_TOKEN");
}

// A copy of the files, put back: PostgreSQL cannot tell, nor can a comparison
// of heads once as many changes were made anew.
TEST_F(BackupTest, FilesPutBackInPlaceAreNoticedByWhatWasGivenSince) {
  const Consumer before = List(daemon_);
  ASSERT_EQ(daemon_.Stop(), 0) << daemon_.Log();
  const std::string files = daemon_.data_folder();
  ASSERT_EQ(Shell("cp -a " + files + " " + files + ".copy").exit_code, 0);
  ASSERT_TRUE(daemon_.Start()) << daemon_.Log();
  const Consumer same = List(daemon_);
  Send(daemon_, {Download("3", "cid")});
  const Consumer late = List(daemon_);
  ASSERT_EQ(daemon_.Stop(), 0) << daemon_.Log();

  ASSERT_EQ(
      Shell("rm -r " + files + " && mv " + files + ".copy " + files).exit_code,
      0);
  ASSERT_TRUE(daemon_.Start()) << daemon_.Log();
  EXPECT_EQ(RefusalOf(daemon_, before), "taken taken");
  EXPECT_EQ(RefusalOf(daemon_, same), "CURSOR_AHEAD PAGE_TOKEN_EXPIRED");
  EXPECT_EQ(RefusalOf(daemon_, late), "CURSOR_AHEAD PAGE_TOKEN_EXPIRED");
  // Now no position is ahead any more, and what follows is not what was lost.
  Send(daemon_, {Download("3", "cid"), Download("4", "dan")});
  EXPECT_EQ(RefusalOf(daemon_, late), "CURSOR_AHEAD PAGE_TOKEN_EXPIRED");
  const std::set<std::string> keys = List(daemon_).keys;
  EXPECT_EQ(keys.size(), 4u);
  for (const std::string& key : late.keys) {
    EXPECT_TRUE(keys.contains(key)) << key << " is not told again";
  }
}

}  // namespace
}  // namespace audienced
