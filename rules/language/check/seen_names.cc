#include "rules/language/check/seen_names.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "rules/history/event.h"
#include "rules/language/check/condition_walk.h"
#include "rules/language/parser/context_words.h"
#include "rules/source/message.h"
#include "rules/source/spelling.h"

namespace audienced {
namespace {

class Checker {
 public:
  Checker(const Rulebook& rulebook, const SeenNames& seen,
          Diagnostics& diagnostics)
      : rulebook_(rulebook), seen_(seen), diagnostics_(diagnostics) {}

  void Check(const Conversion& conversion) {
    within_ = Concat("conversion ", Quoted(conversion.name));
    CheckSelector(conversion.selector);
    if (conversion.once_per &&
        conversion.once_per->kind == OncePer::Kind::kProperty) {
      CheckProperty(conversion.once_per->property, conversion.once_per->place);
    }
  }

  void Check(const Audience& audience) {
    ForEachCondition(audience, [&](const Condition& condition) {
      within_ = Concat("audience ", Quoted(audience.name), ", condition ",
                       Quoted(condition.path));
      CheckCondition(condition);
    });
    within_ = Concat("audience ", Quoted(audience.name), ", 'context'");
    for (const ContextName& name : audience.context) {
      if (name.part != ContextPart::kTrait) continue;
      CheckName("trait", name.name, seen_.traits, name.place, ContextNames());
    }
  }

 private:
  void CheckCondition(const Condition& condition) {
    ForEachSelection(condition,
                     [&](const Selection& selection, const std::string&) {
                       if (selection.inline_selector) {
                         CheckSelector(*selection.inline_selector);
                       }
                     });
    if (const auto* did = std::get_if<Did>(&condition.node)) {
      CheckWhere(did->where);
      CheckProperty(did->aggregate.of, did->aggregate.of_place);
      CheckProperty(did->same, did->same_place);
      CheckCurrencies(*did);
    } else if (const auto* steps = std::get_if<Sequence>(&condition.node)) {
      CheckProperty(steps->same, steps->same_place);
      for (const Step& step : steps->steps) CheckWhere(step.where);
    } else if (const auto* traits = std::get_if<TraitTests>(&condition.node)) {
      for (const PropertyTest& test : traits->tests) {
        const bool is_whole = seen_.traits.contains(test.property);
        CheckName("trait", is_whole ? test.property : FirstPart(test.property),
                  seen_.traits, test.place);
      }
    }
  }

  // Amounts of one currency may be added, whatever others there are.
  void CheckCurrencies(const Did& did) {
    const std::string& of = did.aggregate.of;
    const bool is_amount = of == "value" || of == "price" || of == "item_value";
    const bool is_counted = did.aggregate.kind == Aggregate::Kind::kTimes ||
                            did.aggregate.kind == Aggregate::Kind::kDistinct ||
                            did.aggregate.kind == Aggregate::Kind::kDays;
    if (!is_amount || is_counted || seen_.currencies.size() < 2) return;
    if (NamesCurrency(did.where) || did.same == "currency") return;
    bool all_name_one = true;
    for (const NamedConversion& named : did.of.conversions) {
      const Conversion* conversion = rulebook_.FindConversion(named.name);
      all_name_one = all_name_one && conversion != nullptr &&
                     NamesCurrency(conversion->selector.where);
    }
    if (did.of.inline_selector) {
      all_name_one = NamesCurrency(did.of.inline_selector->where);
    }
    if (all_name_one) return;
    std::string currencies;
    for (const std::string& currency : seen_.currencies) {
      currencies += Concat(currencies.empty() ? "" : ", ", currency);
    }
    diagnostics_.Add(
        "several-currencies", did.aggregate.place,
        Concat("the amounts are of several currencies: ", currencies), within_,
        Concat("take those of one: where: { currency: ",
               *seen_.currencies.begin(), " }"));
  }

  static bool NamesCurrency(const Where& where) {
    return std::any_of(
        where.tests.begin(), where.tests.end(),
        [](const PropertyTest& test) { return test.property == "currency"; });
  }

  void CheckSelector(const Selector& selector) {
    for (const std::string& event : selector.event_names) {
      CheckName("event", event, seen_.events, selector.event_place);
    }
    CheckWhere(selector.where);
  }

  void CheckWhere(const Where& where) {
    for (const PropertyTest& test : where.tests) {
      CheckProperty(test.property, test.place);
    }
    for (const PropertyTest& test : where.item_tests) {
      CheckName("property of an item", FirstPart(test.property), seen_.items,
                test.place);
    }
  }

  void CheckProperty(const std::string& property, const Place& place) {
    if (property.empty()) return;
    const std::string name =
        property == "item_value" ? "price" : FirstPart(property);
    if (!IsItemProperty(property)) {
      CheckName("property", name, seen_.properties, place);
    } else if (!seen_.properties.contains(name)) {
      // At the top of an event it is read as that of its one item.
      CheckName("property of an item", name, seen_.items, place);
    }
  }

  // A dotted name reaches into the object of its first part.
  static std::string FirstPart(const std::string& property) {
    return property.substr(0, property.find('.'));
  }

  // What `context` can name beside traits.
  std::vector<std::string_view> ContextNames() const {
    std::vector<std::string_view> names;
    for (const Word<ContextPart>& part : kContextParts) {
      names.push_back(part.text);
    }
    for (const Score& score : rulebook_.scores) names.push_back(score.name);
    return names;
  }

  // `words` could have been meant, too.
  void CheckName(std::string_view what, const std::string& name,
                 const SeenNames::Names& seen, const Place& place,
                 const std::vector<std::string_view>& words = {}) {
    if (name == "quantity" || seen.contains(name)) return;  // 1 where absent
    std::vector<std::string_view> known(seen.begin(), seen.end());
    known.insert(known.end(), words.begin(), words.end());
    const std::string_view nearest = NearestName(name, known);
    diagnostics_.Add(
        what == "event" ? "never-seen-event" : "never-seen-property", place,
        Concat("no ", what, " named ", Quoted(name), " was ever seen"), within_,
        nearest.empty() ? "" : Concat("did you mean ", Quoted(nearest), "?"));
  }

  const Rulebook& rulebook_;
  const SeenNames& seen_;
  Diagnostics& diagnostics_;
  std::string within_;
};

}  // namespace

void AddDataLints(const Rulebook& rulebook, const SeenNames& seen,
                  Diagnostics& diagnostics) {
  if (seen.events.empty()) return;
  Checker checker(rulebook, seen, diagnostics);
  for (const Conversion& conversion : rulebook.conversions) {
    checker.Check(conversion);
  }
  for (const Audience& audience : rulebook.audiences) checker.Check(audience);
  diagnostics.Sort();
}

}  // namespace audienced
