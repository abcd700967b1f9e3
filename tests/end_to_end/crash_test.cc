#include <gtest/gtest.h>

#include <atomic>
#include <random>
#include <thread>

#include "tests/end_to_end/client.h"
#include "tests/end_to_end/daemon_process.h"

namespace audienced {
namespace {

// Random steps of a few shoppers, from four days ago to now, so that windows
// open and close while they come in.
class RandomShop {
 public:
  explicit RandomShop(uint32_t seed) : random_(seed), now_(absl::Now()) {}

  std::vector<v1::Event> Batch(int size) {
    static constexpr const char* kNames[] = {
        "view_item",        "view_item", "add_to_cart", "add_to_cart",
        "remove_from_cart", "purchase",  "sign_up",     "file_download"};
    std::vector<v1::Event> events;
    for (int i = 0; i < size; ++i) {
      const std::string id = "e" + std::to_string(next_id_++);
      const std::string user = "u" + std::to_string(random_() % 150);
      const absl::Time at = now_ - absl::Seconds(random_() % (4 * 86400));
      if (random_() % 10 == 0) {
        events.push_back(MakeConsent(id, user, at));
        continue;
      }
      events.push_back(MakeEvent(id, kNames[random_() % 8], user, at,
                                 "sku" + std::to_string(random_() % 20)));
    }
    return events;
  }

 private:
  std::mt19937 random_;
  const absl::Time now_;
  int next_id_ = 0;
};

// Sends batches until the daemon is gone; keeps those that were acknowledged.
void SendUntilGone(std::shared_ptr<grpc::Channel> channel, RandomShop& shop,
                   std::vector<std::vector<v1::Event>>& acknowledged,
                   std::atomic<int>& batches) {
  Client client(channel);
  while (true) {
    const std::vector<v1::Event> events = shop.Batch(40);
    v1::IngestEventsResponse response;
    if (!client.Ingest(events, response).ok()) return;
    acknowledged.push_back(events);
    ++batches;
  }
}

// After `kill -9` at an arbitrary moment of ingest: what was acknowledged is
// there, memberships are what the rules say, and the change log leads to them.
TEST(CrashTest, NothingAcknowledgedIsLostAndTheLogLeadsToTheMembers) {
  const uint32_t seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  RandomShop shop(seed);
  const TestFolder folder;
  DaemonProcess daemon(folder.path() + "/data");
  ASSERT_TRUE(daemon.Start()) << daemon.Log();
  Client::Members followed;
  std::string cursor = Client(daemon.channel()).Follow("", followed);

  std::vector<std::vector<v1::Event>> acknowledged;
  std::mt19937 random(seed);
  for (int round = 0; round < 3; ++round) {
    std::atomic<int> batches = 0;
    std::thread sender(SendUntilGone, daemon.channel(), std::ref(shop),
                       std::ref(acknowledged), std::ref(batches));
    while (batches < 5) std::this_thread::yield();
    std::this_thread::sleep_for(std::chrono::milliseconds(random() % 300));
    daemon.Kill();
    sender.join();
    ASSERT_TRUE(daemon.Start()) << daemon.Log();

    Client client(daemon.channel());
    for (const std::vector<v1::Event>& events : acknowledged) {
      v1::IngestEventsResponse response;
      ASSERT_TRUE(client.Ingest(events, response).ok());
      ASSERT_EQ(response.duplicate_count(), static_cast<int>(events.size()))
          << "an acknowledged event was lost in round " << round;
    }
    Client::List published = client.ListAll();
    Client::Members evaluated = client.ListAll(absl::Now()).members;
    if (published.members != evaluated) {
      // A window may have ended between the two; hardly twice in a row.
      published = client.ListAll();
      evaluated = client.ListAll(absl::Now()).members;
    }
    EXPECT_EQ(published.members, evaluated)
        << "published and evaluated memberships differ in round " << round;
    cursor = client.Follow(cursor, followed);
    EXPECT_EQ(followed, published.members)
        << "the change log does not lead to the members in round " << round;
  }
  EXPECT_FALSE(followed.empty()) << "nobody ever entered: the test is blind";
}

}  // namespace
}  // namespace audienced
