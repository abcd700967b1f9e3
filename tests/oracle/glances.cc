#include "tests/oracle/glances.h"

#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "rules/engine/evaluation.h"
#include "rules/engine/project/projection.h"
#include "rules/language/duration_text.h"

namespace audienced::oracle {
namespace {

constexpr char kProfile[] = "profile:ann";

bool operator==(const Standing& left, const Standing& right) {
  return left.holds == right.holds && left.membership == right.membership &&
         left.match == right.match && left.matched_at == right.matched_at &&
         left.last_flip == right.last_flip &&
         left.next_flip == right.next_flip &&
         left.next_change == right.next_change;
}

// One evaluation goes through all histories, as in a daemon.
class Glances {
 public:
  explicit Glances(const Projection& projection)
      : rulebook_(projection.rulebook()), evaluation_(projection) {}

  // What is wrong at `t`; empty where nothing is.
  std::string WrongAt(const History& history, Instant t) {
    Evaluation slow(evaluation_.projection(), history, kProfile);
    evaluation_.TurnTo(history, kProfile);
    std::string text;
    std::set<size_t> holding;
    evaluation_.ForEachThatHolds(t, [&](size_t a) { holding.insert(a); });
    // Every other one is known, so that some are told only by the glance.
    std::vector<uint32_t> known;
    for (uint32_t a = 0; a < rulebook_.audience_count(); a += 2) {
      known.push_back(a);
    }
    std::map<size_t, Standing> standings;
    evaluation_.ForEachStanding(t, known,
                                [&](size_t a, const Standing& standing) {
                                  standings.emplace(a, standing);
                                });
    for (size_t a = 0; a < rulebook_.audience_count(); ++a) {
      const Standing wanted = slow.At(a, t);
      const auto complain = [&](const char* what) {
        absl::StrAppend(&text, "audience '", rulebook_.audience(a).name,
                        "' at a glance at ", TimestampText(ToTime(t)), ": ",
                        what, "\n");
      };
      if (holding.contains(a) != wanted.holds) complain("who holds");
      if (evaluation_.Holds(a, t) != wanted.holds) complain("holds");
      const auto found = standings.find(a);
      const bool is_quiet =
          !wanted.holds && wanted.next_flip == Instant::Forever();
      if (found == standings.end()) {
        if (!is_quiet) complain("left out");
        if (a % 2 == 0) complain("known, and left out");
      } else if (!(found->second == wanted)) {
        complain("the standing");
      }
    }
    return text;
  }

 private:
  const CompiledRulebook& rulebook_;
  Evaluation evaluation_;
};

}  // namespace

std::optional<std::string> WrongGlance(Projection& projection,
                                       const std::vector<Event>& events,
                                       const std::set<Instant>& instants) {
  Glances glances(projection);
  std::vector<ProjectedEvent> projected;
  History whole = projection.NewHistory();
  for (const Event& event : events) {
    projected.push_back(projection.Project(event));
    whole.Insert(projected.back());
  }
  History packed = whole;
  packed.Pack();
  for (const Instant t : instants) {
    History known = projection.NewHistory();
    for (const ProjectedEvent& event : projected) {
      if (event.time <= t) known.Insert(event);
    }
    for (const History* history : {&whole, &packed, &known}) {
      std::string text = glances.WrongAt(*history, t);
      if (!text.empty()) return text;
    }
    if (projection.rulebook().program().retention == 0) continue;
    known.ForgetBefore(Plus(t, -projection.rulebook().program().retention));
    std::string text = glances.WrongAt(known, t);
    if (!text.empty()) return absl::StrCat(text, "with a part forgotten\n");
  }
  return std::nullopt;
}

}  // namespace audienced::oracle
