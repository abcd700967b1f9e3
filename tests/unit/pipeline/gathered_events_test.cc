// Events gathered of many profiles make the histories that events of each one
// alone make.

#include "rules/engine/project/gathered_events.h"

#include <gtest/gtest.h>

#include <optional>
#include <random>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "daemon/pipeline/received_events.h"
#include "tests/unit/loading.h"

namespace audienced {
namespace {

constexpr uint32_t kProfiles = 6;

bool IsMerged(uint32_t profile) { return profile % 2 == 0; }

std::string TextOf(const Projection& projection, const History& history) {
  const size_t session = projection.rulebook().program().session_column;
  std::string text;
  for (size_t i = 0; i < history.size(); ++i) {
    absl::StrAppend(&text, history.time(i).micros, ":", history.digest(i), ":",
                    history.class_id(i), ":",
                    std::string(projection.Text(history.cell(i, session))),
                    " ");
    for (size_t item = history.item_begin(i); item < history.item_end(i);
         ++item) {
      absl::StrAppend(&text, history.item_cell(item, 0), ",");
    }
  }
  for (const TraitChange& trait : history.traits()) {
    absl::StrAppend(&text, trait.time.micros, trait.name, *trait.value.text());
  }
  for (const ConsentChange& consent : history.consents()) {
    absl::StrAppend(&text, consent.time.micros, consent.granted ? "y" : "n");
  }
  return text;
}

class EventSource {
 public:
  explicit EventSource(uint32_t seed) : random_(seed) {}

  size_t Below(size_t end) { return random_() % end; }

  // One that is not merged has no event twice.
  Event Next(bool is_merged) {
    Event event;
    event.occurred_at = absl::FromUnixSeconds(1'000 + Below(5));
    event.received_at = absl::FromUnixMicros(Below(1'000'000'000));
    event.origin = "test";
    event.name = Below(9) == 0   ? ""
                 : Below(2) == 0 ? "purchase"
                                 : "add_to_cart";
    event.event_id =
        absl::StrCat("an id that is long enough ",
                     is_merged && !event.name.empty() ? Below(30) : ++last_id_);
    if (Below(2) == 0) {
      Properties item;
      item.Set("item_id", Value(absl::StrCat("sku-", Below(5))));
      event.items.push_back(std::move(item));
    }
    if (Below(2) == 0) {
      event.properties.Set("session_id", Value(absl::StrCat(Below(3))));
    }
    if (event.name.empty() || Below(4) == 0) {
      event.traits.Set("plan", Value(absl::StrCat("plan ", Below(100))));
      event.consents = {{"email", Below(2) == 0}};
    }
    return event;
  }

 private:
  std::mt19937 random_;
  size_t last_id_ = 1'000;
};

// Each event that says nothing of its profile comes as one whose meaning is
// known.
void Gather(const Event& event, uint32_t profile, Projection& projection,
            GatheredEvents::Part& part) {
  ProjectedEvent projected = projection.Project(event);
  const Instant received_at = ToInstant(event.received_at);
  if (event.name.empty()) {
    part.AddRemnant(profile, std::move(projected));
  } else if (event.traits.empty()) {
    std::optional<Cell> cell;
    if (event.properties.Find("session_id") != nullptr) {
      const size_t session = projection.rulebook().program().session_column;
      cell = std::exchange(projected.cells[session], kAbsent);
    }
    part.Add(profile, {projected.time, received_at, projected.digest,
                       projected.event_id, part.Put(projected), cell});
  } else {
    part.Add(profile, std::move(projected), received_at);
  }
}

TEST(GatheredEventsTest, MakeTheHistoriesThatEachAloneMakes) {
  Loaded loaded = Load(ShopWith("  a: { who: { did: purchased } }"));
  ASSERT_TRUE(loaded.diagnostics.all().empty()) << loaded.text();
  Projection projection(CompiledRulebook::Compile(std::move(loaded.rulebook)));
  for (uint32_t seed = 1; seed <= 100; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    EventSource source(seed);
    std::vector<GatheredEvents::Part> parts;
    for (int i = 0; i < 2; ++i) parts.emplace_back(projection);
    std::vector<ReceivedEvents> alone(kProfiles);
    for (size_t count = source.Below(200); count > 0; --count) {
      const auto profile = static_cast<uint32_t>(source.Below(kProfiles - 1));
      const Event event = source.Next(IsMerged(profile));
      Gather(event, profile, projection, parts[source.Below(2)]);
      alone[profile].Add(event, projection);
    }
    const GatheredEvents gathered(std::move(parts), kProfiles);
    GatheredEvents::Maker maker(gathered);
    for (uint32_t profile = 0; profile < kProfiles; ++profile) {
      EXPECT_EQ(TextOf(projection,
                       maker.HistoryOf(
                           profile, IsMerged(profile)
                                        ? GatheredEvents::Copies::kFirstReceived
                                        : GatheredEvents::Copies::kNone)),
                TextOf(projection, alone[profile].TakeHistory(
                                       projection, IsMerged(profile))));
    }
  }
}

}  // namespace
}  // namespace audienced
