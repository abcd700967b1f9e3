#include "rules/language/check/name_checker.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "rules/language/check/condition_walk.h"
#include "rules/language/parser/scope.h"
#include "rules/source/spelling.h"

namespace audienced {
namespace {

std::string PlaceText(const Place& place) {
  return Concat(place.file, ":", std::to_string(place.range.begin.line));
}

template <typename Named>
void RemoveDuplicatesOf(std::string_view kind, std::vector<Named>& all,
                        const Scope& scope) {
  std::map<std::string, Place> first_places;
  std::vector<Named> kept;
  for (Named& named : all) {
    const auto [first, is_new] =
        first_places.try_emplace(named.name, named.place);
    if (is_new) {
      kept.push_back(std::move(named));
      continue;
    }
    scope.Fault("duplicate-name", named.place,
                Concat(kind, " ", Quoted(named.name), " is already defined at ",
                       PlaceText(first->second)),
                "all files of a folder are one rulebook; rename one of them");
  }
  all = std::move(kept);
}

// The help for a name that is none of `known`.
std::string SpellingHelp(std::string_view name,
                         const std::vector<std::string_view>& known,
                         std::string otherwise) {
  const std::string_view nearest = NearestName(name, known);
  if (nearest.empty()) return otherwise;
  return Concat("did you mean ", Quoted(nearest), "?");
}

// Looking for the nearest of very many names takes its time. Who has more
// unknown names than this has another problem than spelling.
constexpr int kSuggestionLimit = 100;

// The definitions of one kind, by name.
template <typename Named>
class NameTable {
 public:
  NameTable(std::string_view kind, std::string_view section,
            std::string_view code, const std::vector<Named>& all)
      : kind_(kind), section_(section), code_(code) {
    for (const Named& named : all) by_name_.emplace(named.name, &named);
  }

  // The definition of `name`; null, after a fault, where there is none. An
  // empty name had its fault when it was read.
  const Named* Resolve(const std::string& name, const Place& place,
                       const Scope& scope) const {
    const auto found = by_name_.find(name);
    if (found != by_name_.end()) return found->second;
    if (name.empty()) return nullptr;
    std::string help = Concat("define it under '", section_, "'");
    const auto hint = hints_.find(name);
    if (hint != hints_.end()) {
      help = hint->second;
    } else if (suggestions_++ < kSuggestionLimit) {
      std::vector<std::string_view> known;
      for (const auto& [one, definition] : by_name_) known.push_back(one);
      help = SpellingHelp(name, known, std::move(help));
    }
    scope.Fault(code_, place, Concat("no ", kind_, " is named ", Quoted(name)),
                std::move(help));
    return nullptr;
  }

  bool Has(const std::string& name) const { return by_name_.contains(name); }

  // The help for a name that is none of these. The first hint stands.
  void AddHint(const std::string& name, std::string help) {
    hints_.try_emplace(name, std::move(help));
  }

 private:
  std::string_view kind_;
  std::string_view section_;
  std::string_view code_;
  std::map<std::string, const Named*> by_name_;
  std::map<std::string, std::string> hints_;
  mutable int suggestions_ = 0;
};

class NameChecker {
 public:
  NameChecker(const Rulebook& rulebook, Diagnostics& diagnostics)
      : scope_(diagnostics),
        conversions_("conversion", "conversions", "unknown-conversion",
                     rulebook.conversions),
        ladders_("ladder", "ladders", "unknown-ladder", rulebook.ladders),
        scores_("score", "scores", "unknown-score", rulebook.scores),
        consents_("consent purpose", "consents", "unknown-consent",
                  rulebook.consents),
        audiences_("audience", "audiences", "unknown-audience",
                   rulebook.audiences) {
    // Who names an event means its conversion.
    for (const Conversion& conversion : rulebook.conversions) {
      for (const std::string& event : conversion.selector.event_names) {
        conversions_.AddHint(
            event, Concat("this is the name of an event; write the conversion "
                          "of it, ",
                          Quoted(conversion.name), ", or did: { event: ", event,
                          " }"));
      }
    }
  }

  void CheckLadder(const Ladder& ladder) const;
  void CheckScore(const Score& score) const;
  // Also settles which words of its `context` are scores.
  void CheckAudience(Audience& audience) const;

 private:
  void CheckCondition(const Condition& condition, const Scope& scope) const;
  void CheckOnRung(const OnRung& on_rung, const Scope& scope) const;

  Scope scope_;
  NameTable<Conversion> conversions_;
  NameTable<Ladder> ladders_;
  NameTable<Score> scores_;
  NameTable<ConsentPurpose> consents_;
  NameTable<Audience> audiences_;
  mutable int rung_suggestions_ = 0;
};

void NameChecker::CheckLadder(const Ladder& ladder) const {
  const Scope scope = scope_.Of("ladder", ladder.name);
  const Conversion* last = nullptr;
  for (const NamedConversion& rung : ladder.rungs) {
    last = conversions_.Resolve(rung.name, rung.place, scope);
  }
  if (last == nullptr || last->kind == ConversionKind::kMacro) return;
  scope.Fault("ladder-end", ladder.rungs.back().place,
              Concat("the ladder ends in ", Quoted(last->name),
                     ", which is micro; a ladder leads to a macro conversion"),
              "add the macro conversion as the last rung");
}

void NameChecker::CheckScore(const Score& score) const {
  const Scope scope = scope_.Of("score", score.name);
  for (const Score::Points& points : score.points) {
    conversions_.Resolve(points.conversion.name, points.conversion.place,
                         scope);
  }
}

void NameChecker::CheckOnRung(const OnRung& on_rung, const Scope& scope) const {
  const Ladder* ladder =
      ladders_.Resolve(on_rung.ladder, on_rung.ladder_place, scope);
  if (ladder == nullptr || on_rung.rung.empty()) return;
  std::vector<std::string_view> rungs;
  for (const NamedConversion& rung : ladder->rungs) {
    if (rung.name == on_rung.rung) return;
    rungs.push_back(rung.name);
  }
  std::string help;
  if (rung_suggestions_++ < kSuggestionLimit) {
    help = SpellingHelp(on_rung.rung, rungs, "");
  }
  scope.Fault("unknown-rung", on_rung.rung_place,
              Concat("ladder ", Quoted(ladder->name), " has no rung ",
                     Quoted(on_rung.rung)),
              std::move(help));
}

void NameChecker::CheckCondition(const Condition& condition,
                                 const Scope& scope) const {
  ForEachSelection(
      condition, [&](const Selection& selection, const std::string& path) {
        for (const NamedConversion& named : selection.conversions) {
          conversions_.Resolve(named.name, named.place, scope.At(path));
        }
      });
  const auto& node = condition.node;
  if (const auto* in = std::get_if<InAudience>(&node)) {
    audiences_.Resolve(in->audience, in->place, scope);
  } else if (const auto* on_rung = std::get_if<OnRung>(&node)) {
    CheckOnRung(*on_rung, scope);
  } else if (const auto* score = std::get_if<ScoreTest>(&node)) {
    scores_.Resolve(score->score, score->place, scope);
  } else if (const auto* consented = std::get_if<Consented>(&node)) {
    consents_.Resolve(consented->purpose, consented->place, scope);
  }
}

void NameChecker::CheckAudience(Audience& audience) const {
  const Scope scope = scope_.Of("audience", audience.name);
  ForEachCondition(audience, [&](const Condition& condition) {
    CheckCondition(condition, scope.At(condition.path));
  });
  for (const Consented& consented : audience.consent) {
    consents_.Resolve(consented.purpose, consented.place, scope);
  }
  for (ContextName& name : audience.context) {
    if (name.part == ContextPart::kTrait && scores_.Has(name.name)) {
      name.part = ContextPart::kScore;
    } else if (name.part == ContextPart::kTrait && name.name == "score") {
      scope.Fault("unknown-score", name.place,
                  "found 'score' without a name; a score is published by name",
                  "write { score: its-name }");
    } else if (name.part == ContextPart::kScore) {
      scores_.Resolve(name.name, name.place, scope);
    }
  }
}

void CheckPriorities(const Rulebook& rulebook, const Scope& scope) {
  std::map<std::pair<std::string, int>, const Audience*> holders;
  for (const Audience& audience : rulebook.audiences) {
    if (audience.group.empty()) continue;
    const auto [first, is_new] = holders.try_emplace(
        std::pair(audience.group, audience.priority), &audience);
    if (is_new) continue;
    scope.Of("audience", audience.name)
        .Fault("duplicate-priority", audience.priority_place,
               Concat("priority ", std::to_string(audience.priority),
                      " of group ", Quoted(audience.group),
                      " is that of audience ", Quoted(first->second->name),
                      "; priorities of a group must differ"));
  }
}

}  // namespace

void RemoveDuplicateNames(Rulebook& rulebook, Diagnostics& diagnostics) {
  const Scope scope(diagnostics);
  RemoveDuplicatesOf("conversion", rulebook.conversions, scope);
  RemoveDuplicatesOf("ladder", rulebook.ladders, scope);
  RemoveDuplicatesOf("score", rulebook.scores, scope);
  RemoveDuplicatesOf("consent purpose", rulebook.consents, scope);
  RemoveDuplicatesOf("audience", rulebook.audiences, scope);
}

void CheckNames(Rulebook& rulebook, Diagnostics& diagnostics) {
  const NameChecker checker(rulebook, diagnostics);
  for (const Ladder& ladder : rulebook.ladders) checker.CheckLadder(ladder);
  for (const Score& score : rulebook.scores) checker.CheckScore(score);
  for (Audience& audience : rulebook.audiences) {
    checker.CheckAudience(audience);
  }
  CheckPriorities(rulebook, Scope(diagnostics));
}

}  // namespace audienced
