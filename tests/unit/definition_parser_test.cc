#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/unit/loading.h"
#include "tests/unit/utc.h"

namespace audienced {
namespace {

TEST(ReadConversion, TakesAllFields) {
  const Loaded loaded = Load(R"yaml(
version: 1
timezone: Europe/Madrid
conversions:
  lead: { kind: micro, role: secondary, event: [b, a], worth: 5.00 }
  visit: { kind: micro, event: "*", worth: learned, once_per: session }
  daily: { kind: micro, event: open, once_per: day }
  order: { kind: macro, event: purchase, once_per: transaction_id }
)yaml");
  ASSERT_FALSE(loaded.diagnostics.has_errors()) << loaded.text();
  const auto& all = loaded.rulebook.conversions;
  EXPECT_EQ(all[0].role, ConversionRole::kSecondary);
  EXPECT_EQ(all[0].selector.event_names, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(all[0].worth->amount, Decimal::FromInteger(5));
  EXPECT_EQ(all[0].time_zone, "Europe/Madrid");
  EXPECT_TRUE(all[1].selector.any_event);
  EXPECT_TRUE(all[1].worth->learned);
  EXPECT_EQ(all[1].once_per->kind, OncePer::Kind::kSession);
  EXPECT_EQ(all[1].role, ConversionRole::kNone);
  EXPECT_EQ(all[2].once_per->kind, OncePer::Kind::kDay);
  EXPECT_EQ(all[3].once_per->property, "transaction_id");
  EXPECT_EQ(all[3].kind, ConversionKind::kMacro);
}

TEST(ReadAudience, TakesAllFields) {
  const Loaded loaded = Load(ShopWith(R"yaml(  tested:
    title: Tested
    description: All fields
    owner: crm
    tags: [a, b]
    status: draft
    who: { did: carted }
    stay: 1d
    except: { did: purchased }
    consent: [email]
    active: { from: 2026-07-01, until: 2026-08-01 }
    rejoin_after: 2d
    group: cart
    priority: 3
    holdout: { percent: 10, group: spring }
    context: [items, cart, value, last_event, heat, { score: heat }, plan]
  other: { who: { did: viewed }, holdout: 12.5% }
)yaml"));
  ASSERT_EQ(loaded.text(), "");
  const Audience& tested = loaded.rulebook.audiences[0];
  EXPECT_EQ(tested.title, "Tested");
  EXPECT_EQ(tested.description, "All fields");
  EXPECT_EQ(tested.owner, "crm");
  EXPECT_EQ(tested.tags, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(tested.status, AudienceStatus::kDraft);
  EXPECT_EQ(tested.stay, absl::Hours(24));
  ASSERT_TRUE(tested.except.has_value());
  EXPECT_EQ(tested.except->path, "except");
  EXPECT_EQ(tested.consent.size(), 1u);
  EXPECT_EQ(tested.active->from, Utc("2026-06-30T23:00:00Z"));
  EXPECT_EQ(tested.active->until, Utc("2026-07-31T23:00:00Z"));
  EXPECT_EQ(tested.rejoin_after, absl::Hours(48));
  EXPECT_EQ(tested.group, "cart");
  EXPECT_EQ(tested.priority, 3);
  EXPECT_EQ(tested.holdout->percent, Decimal::FromInteger(10));
  EXPECT_EQ(tested.holdout->group, "spring");
  EXPECT_EQ(loaded.rulebook.audiences[1].holdout->percent,
            (Decimal{12'500'000}));
  std::vector<ContextPart> parts;
  for (const ContextName& name : tested.context) parts.push_back(name.part);
  using Part = ContextPart;
  EXPECT_EQ(parts, (std::vector<Part>{Part::kItems, Part::kCart, Part::kValue,
                                      Part::kLastEvent, Part::kScore,
                                      Part::kScore, Part::kTrait}));
  EXPECT_EQ(tested.context[6].name, "plan");
}

TEST(ReadLadderAndScore, TakeAllFields) {
  const Loaded loaded = Load(ShopWithWho("{ did: carted }"));
  const Ladder& ladder = loaded.rulebook.ladders[0];
  EXPECT_EQ(ladder.rungs.size(), 3u);
  EXPECT_EQ(ladder.all_within, absl::Hours(7 * 24));
  const Score& score = loaded.rulebook.scores[0];
  EXPECT_EQ(score.points[1].points, Decimal::FromInteger(5));
  EXPECT_EQ(score.half_life, absl::Hours(14 * 24));
  EXPECT_FALSE(score.by_quantity);
  EXPECT_FALSE(loaded.rulebook.consents[0].granted_by_default);
}

}  // namespace
}  // namespace audienced
