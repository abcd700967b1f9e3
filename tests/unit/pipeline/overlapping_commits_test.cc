// A commit that takes events in while the one before is still being written.

#include <gtest/gtest.h>

#include <random>

#include "absl/strings/str_cat.h"
#include "tests/unit/pipeline/person_scene.h"

namespace audienced {
namespace {

using Sent = PersonScene::Sent;
using Landing = PersonScene::Landing;

std::string TextOf(const std::vector<EventOutcome>& outcomes) {
  std::string text;
  for (const EventOutcome& outcome : outcomes) {
    absl::StrAppend(&text, static_cast<int>(outcome.kind), " ", outcome.reason,
                    outcome.late ? " late" : "", " ", outcome.dropped.size(),
                    ", ");
  }
  return text;
}

std::string TextOf(const CommitBatch& rows) {
  const auto number = [](ProfileId id) { return static_cast<int64_t>(id); };
  const auto micros = [](absl::Time time) { return ToInstant(time).micros; };
  std::string text =
      absl::StrCat(rows.commit_number, " at ", micros(rows.commit_time));
  for (const ProfileRecord& each : rows.profiles) {
    absl::StrAppend(&text, ", new ", number(each.id), " ", each.key, " ",
                    each.first_event_at ? micros(*each.first_event_at) : 0);
  }
  for (const FirstEventRecord& each : rows.first_events) {
    absl::StrAppend(&text, ", first ", number(each.profile), " ",
                    micros(each.first_event_at));
  }
  for (const IdentifierRecord& each : rows.identifiers) {
    absl::StrAppend(&text, ", ", each.identifier.value, " is ",
                    number(each.profile));
  }
  for (const EventRecord& each : rows.events) {
    absl::StrAppend(&text, ", event ", each.event.event_id, " of ",
                    number(each.profile), " ", micros(each.event.received_at));
  }
  for (const ChangeRecord& each : rows.changes) {
    absl::StrAppend(&text, ", change ", number(each.profile), " ",
                    std::string(Name(each.change.kind)), " ",
                    std::string(Name(each.change.cause)), " ", each.stream, " ",
                    each.sequence, " ", each.episode, " ", each.context);
  }
  return text;
}

Sent RandomEvent(std::mt19937& random, int64_t second) {
  const auto one_of = [&](const std::vector<std::string>& values) {
    return values[random() % values.size()];
  };
  Sent sent;
  sent.identifiers.push_back(Device(one_of({"a", "b", "c", "d", "e", "f"})));
  if (random() % 3 == 0) {
    sent.identifiers.push_back({"email", one_of({"x", "y", "z"})});
  }
  if (random() % 4 == 0) {
    sent.identifiers.push_back({"user_id", one_of({"u", "v"})});
  }
  sent.name = one_of({"view_item", "add_to_cart", "add_to_cart", "purchase"});
  if (random() % 3 == 0) sent.event_id = one_of({"1", "2", "3", "4", "5"});
  sent.occurred = second - static_cast<int64_t>(random() % 4) * 50;
  if (random() % 3 == 0) sent.consents = {{"email", random() % 4 != 0}};
  return sent;
}

TEST(OverlappingCommitsTest, GiveWhatCommitsOneByOneGive) {
  for (uint32_t seed = 1; seed <= 300; ++seed) {
    std::mt19937 random(seed);
    PersonScene plain(Landing::kAtOnce);
    PersonScene overlapping(Landing::kBehindTheNext);
    int64_t second = 1'000;
    for (int step = 0; step < 25; ++step) {
      second += static_cast<int64_t>(random() % 100);
      std::vector<Sent> events;
      for (size_t count = 1 + random() % 4; count > 0; --count) {
        events.push_back(RandomEvent(random, second));
      }
      plain.At(second);
      overlapping.At(second);
      ASSERT_EQ(TextOf(overlapping.Send(events)), TextOf(plain.Send(events)))
          << "seed " << seed << ", step " << step;
      ASSERT_EQ(TextOf(overlapping.rows()), TextOf(plain.rows()))
          << "seed " << seed << ", step " << step;
    }
  }
}

// The commit takes others in: whom it could not read is not ready.
TEST(OverlappingCommitsTest, AHistoryThatCouldNotBeReadIsReadAgain) {
  PersonScene scene;
  const Sent event = {{Device("a")}};
  scene.Send(std::vector<Sent>{event});
  scene.LetGo();
  scene.Begin();
  scene.SetReadable(false);
  EXPECT_TRUE(absl::IsUnavailable(scene.Prepare(ProfileId{1})));
  scene.SetReadable(true);
  scene.Take({event});
  scene.End();
  EXPECT_EQ(scene.Find(1)->history->size(), 2u);
}

TEST(OverlappingCommitsTest, TimeGoesOnUntilSomebodyHasLeft) {
  const Sent consents = {
      {Device("a")}, "add_to_cart", "", -1, {{"email", true}}};
  const Sent of_another = {{Device("b")}};
  const Sent of_both = {{Device("a"), {"user_id", "u"}}};
  PersonScene scene;
  scene.Send(std::vector<Sent>{consents});
  scene.Send(std::vector<Sent>{{{{"user_id", "u"}}}});
  scene.Begin();
  scene.At(1'010);
  scene.Take({of_another});
  scene.At(1'020);
  scene.Take({of_both});
  scene.At(1'030);
  scene.Take({of_another});
  scene.End();
  EXPECT_EQ(scene.published(), "1 left merge, 2 entered merge");
  for (const ChangeRecord& change : scene.rows().changes) {
    EXPECT_EQ(change.commit_time, scene.rows().commit_time);
  }
  const std::vector<EventRecord>& events = scene.rows().events;
  EXPECT_LT(events[0].event.received_at, events[1].event.received_at);
  EXPECT_EQ(events[1].event.received_at, events[2].event.received_at);
}

}  // namespace
}  // namespace audienced
