#include "tests/oracle/generator/random_rulebook.h"

#include "absl/strings/str_cat.h"
#include "rules/language/duration_text.h"
#include "tests/oracle/generator/random_condition.h"

namespace audienced::oracle {
namespace {

const char* RandomZone(Dice& dice) {
  return dice.Word({"UTC", "Europe/London", "Europe/London", "America/New_York",
                    "America/Havana", "America/Santiago", "Asia/Kolkata"});
}

Tree File(Dice& dice) {
  return Tree::Map({{"version", "1"}, {"timezone", RandomZone(dice)}});
}

Tree Conversions(ConditionMaker& maker, Dice& dice) {
  const auto conversion = [&](const char* kind, const char* role,
                              const char* event) {
    Tree made = Tree::Map({{"kind", kind}});
    if (*role != '\0') made.Set("role", role);
    made.Set("event", event);
    const bool once = dice.Chance(16);
    if (dice.Chance(15)) {
      made.Set("where", maker.Where());
    } else if (once && dice.Chance(30)) {
      made.Set("where", "{ item_id: { is_not: x } }");
    }
    if (once) {
      made.Set("once_per", dice.Word({"session", "day", "day", "transaction_id",
                                      "campaign"}));
    }
    return made;
  };
  return Tree::Map({
      {"viewed", conversion("micro", "process", "view_item")},
      {"carted", conversion("micro", "process", "add_to_cart")},
      {"uncarted", conversion("micro", "process", "remove_from_cart")},
      {"bought", conversion("macro", "", "purchase")},
      {"signed_up", conversion("micro", "secondary", "sign_up")},
      {"touched", conversion("micro", "secondary", "[view_item, add_to_cart]")},
      {"anything", conversion("micro", "secondary", "\"*\"")},
  });
}

Tree Scores(const Scale& scale, Dice& dice) {
  const auto score = [&](std::initializer_list<const char*> conversions,
                         bool by_quantity) {
    Tree points = Tree::Map();
    for (const char* conversion : conversions) {
      points.Set(conversion, dice.Word({"1", "2", "3", "5"}));
    }
    Tree made = Tree::Map({{"points", std::move(points)}});
    if (dice.Chance(50)) {
      // Meets no instant of the scale a few halvings later.
      const absl::Duration half_life =
          dice.Pick({1, 2}) * scale.unit + absl::Seconds(13);
      made.Set("half_life", DurationText(half_life));
    }
    if (by_quantity) made.Set("by", "quantity");
    return made;
  };
  return Tree::Map({{"heat", score({"viewed", "carted", "touched"}, false)},
                    {"units", score({"carted", "bought"}, true)}});
}

Tree Audience(const Scale& scale, ConditionMaker& maker, bool grouped,
              int priority, Dice& dice) {
  Tree audience = Tree::Map({{"who", maker.Condition(2)}});
  if (dice.Chance(25)) audience.Set("stay", maker.Span());
  if (dice.Chance(30)) audience.Set("except", maker.Condition(1));
  if (dice.Chance(16)) {
    audience.Set("consent", dice.Word({"[email]", "[ads]", "[ads, email]"}));
  }
  if (dice.Chance(7)) {
    const absl::Time from = scale.start + dice.Below(5) * scale.unit;
    const absl::Time until = from + (1 + dice.Below(6)) * scale.unit;
    Tree active = Tree::Map();
    const int ends = dice.Below(3);
    if (ends != 0) active.Set("from", TimestampText(from));
    if (ends != 1) active.Set("until", TimestampText(until));
    audience.Set("active", std::move(active));
  }
  if (dice.Chance(15)) audience.Set("rejoin_after", maker.Span());
  if (grouped) {
    audience.Set("group", dice.Word({"g", "g", "g", "g", "h"}));
    audience.Set("priority", absl::StrCat(priority));
  }
  if (dice.Chance(40)) {
    audience.Set("context",
                 dice.Word({"[items]", "[items]", "[value]", "[items, value]",
                            "[cart]", "[last_event]", "[cart, value]"}));
  }
  if (dice.Chance(grouped ? 30 : 5)) {
    audience.Set("status", dice.Word({"draft", "draft", "live"}));
  }
  return audience;
}

}  // namespace

std::vector<RuleFile> RandomRulebook(const Scale& scale, Dice& dice) {
  ConditionMaker maker(scale, dice);
  Tree definitions = File(dice);
  definitions.Set("conversions", Conversions(maker, dice));
  Tree ladder = Tree::Map({{"rungs", "[viewed, carted, bought]"}});
  if (dice.Chance(60)) ladder.Set("all_within", maker.Span());
  definitions.Set("ladders", Tree::Map({{"shop", std::move(ladder)}}));
  definitions.Set("scores", Scores(scale, dice));
  definitions.Set("consents",
                  Tree::Map({{"email", "denied"}, {"ads", "granted"}}));

  std::vector<std::string> names = {"first", "second", "third"};
  names.resize(dice.Weighted<int>({{45, 1}, {33, 2}, {22, 3}}));
  std::vector<int> priorities = {1, 2, 3};
  dice.Shuffle(priorities);
  // An audience asks only those after it, or only those before it.
  const bool forward = dice.Chance(50);
  const bool grouped = dice.Chance(25);
  Tree audiences[] = {Tree::Map(), Tree::Map()};
  for (size_t i = 0; i < names.size(); ++i) {
    const auto here = names.begin() + static_cast<std::ptrdiff_t>(i);
    maker.MayAsk(forward ? std::vector<std::string>(here + 1, names.end())
                         : std::vector<std::string>(names.begin(), here));
    audiences[dice.Below(2)].Set(
        names[i], Audience(scale, maker, grouped, priorities[i], dice));
  }
  std::vector<RuleFile> files = {{"definitions.yaml", std::move(definitions)}};
  for (Tree& part : audiences) {
    if (part.entries().empty()) continue;
    files.push_back(
        {absl::StrCat("audiences", files.size(), ".yaml"), File(dice)});
    files.back().content.Set("audiences", std::move(part));
  }
  return files;
}

}  // namespace audienced::oracle
