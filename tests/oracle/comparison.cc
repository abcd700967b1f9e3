#include "tests/oracle/comparison.h"

#include <algorithm>
#include <optional>

#include "absl/functional/function_ref.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "rules/engine/compile/compiled_rulebook.h"
#include "rules/engine/context.h"
#include "rules/engine/evaluation.h"
#include "rules/language/duration_text.h"
#include "rules/language/load.h"
#include "tests/oracle/announcements.h"
#include "tests/oracle/crossings.h"
#include "tests/oracle/facts.h"
#include "tests/oracle/glances.h"
#include "tests/oracle/implications.h"
#include "tests/oracle/oracle.h"
#include "tests/oracle/resumptions.h"

namespace audienced::oracle {
namespace {

std::string Text(Instant t) { return InstantText(t); }

std::string Text(const Interval& interval) {
  if (interval.empty()) return "none";
  return absl::StrCat("[", Text(interval.begin), ", ", Text(interval.end), ")");
}

std::string Text(const Answer& answer) {
  const auto item = [](std::string* out, const std::pair<size_t, size_t>& at) {
    absl::StrAppend(out, at.first, ".", at.second);
  };
  return absl::StrCat("events [", absl::StrJoin(answer.events, " "),
                      "] items [", absl::StrJoin(answer.items, " ", item),
                      "] values [", absl::StrJoin(answer.values, " "), "]");
}

Answer EvidenceOf(Evaluation& evaluation, const History& history,
                  size_t audience, Instant t) {
  const Evidence evidence = evaluation.EvidenceAt(audience, t);
  Answer answer{!evidence.empty(),
                {evidence.events.begin(), evidence.events.end()}};
  answer.values.insert(evidence.values.begin(), evidence.values.end());
  for (size_t item : evidence.items) {
    size_t event = 0;
    while (history.item_end(event) <= item) ++event;
    answer.items.insert({event, item - history.item_begin(event)});
  }
  return answer;
}

// The stretch of `timeline` that contains `t`; empty where it does not hold.
Interval StretchAt(const Timeline& timeline, Instant t) {
  if (!At(timeline, t)) return {};
  auto begin = std::prev(timeline.upper_bound(t));
  auto end = begin;
  while (begin != timeline.begin() && std::prev(begin)->second) --begin;
  while (end != timeline.end() && end->second) ++end;
  return {begin->first,
          end == timeline.end() ? Instant::Forever() : end->first};
}

// What both say of one audience at one instant.
struct Row {
  Instant t;
  Standing standing;
  Answer found;
  bool holds = false;
  Answer evidence;
  std::string context;  // of the engine
};

// The rules with their audiences the other way round, which numbers all that
// they ask of events differently.
std::shared_ptr<const CompiledRulebook> TurnedRound(
    const CompiledRulebook& rulebook, absl::Duration retention) {
  Rulebook model = rulebook.model();
  std::reverse(model.audiences.begin(), model.audiences.end());
  return CompiledRulebook::Compile(std::move(model), retention);
}

History HistoryOf(Projection& projection, const std::vector<Event>& events) {
  History history = projection.NewHistory();
  for (const Event& event : events) {
    history.Insert(projection.Project(event));
  }
  return history;
}

void AddEdges(const Signal& signal, std::set<Instant>& edges) {
  for (const Interval& interval : signal.intervals()) {
    edges.insert({interval.begin, interval.end});
  }
}

// Those that are instants, and one microsecond before and after each.
std::set<Instant> WithNeighbours(const std::set<Instant>& edges) {
  std::set<Instant> instants;
  for (const Instant t : edges) {
    if (t == Instant::Never() || t == Instant::Forever()) continue;
    for (const int near : {-1, 0, 1}) instants.insert(Plus(t, near));
  }
  return instants;
}

// Half of the cases are of rules that follow others, which made the history.
class Compared {
 public:
  Compared(const std::shared_ptr<const CompiledRulebook>& rulebook,
           const std::vector<Event>& events, absl::Duration retention)
      : maker_(events.size() % 2 == 0 ? rulebook
                                      : TurnedRound(*rulebook, retention)),
        projection_(Projection::After(maker_, rulebook)),
        model_(projection_->rulebook().model()),
        events_(events),
        history_(HistoryOf(maker_, events)),
        evaluation_(*projection_, history_, "profile:ann"),
        oracle_(model_, events, retention),
        retention_(retention),
        crossings_(model_, oracle_) {}

  std::optional<std::string> Disagreement() {
    if (!projection_->Reads(maker_)) return "does not read the history";
    FindInstants();
    for (size_t a = 0; a < model_.audiences.size(); ++a) {
      const Audience& audience = model_.audiences[a];
      auto text = DisagreementOn(a);
      if (!text) text = WrongWhereForgotten(a);
      if (!text) {
        text =
            BrokenAnnouncement(evaluation_, history_, audience, a, retention_);
      }
      if (text) return absl::StrCat("audience '", audience.name, "' ", *text);
    }
    auto text = WrongGlance(*projection_, events_, instants_);
    if (!text) text = WrongResumption(*projection_, events_, instants_);
    return text ? text : WrongImplication(model_, oracle_);
  }

 private:
  void FindInstants() {
    std::set<Instant> edges;
    for (size_t a = 0; a < model_.audiences.size(); ++a) {
      const auto& [who, match, signal] =
          oracle_.TimelinesOf(model_.audiences[a]);
      for (const Timeline* timeline : {&who, &match, &signal}) {
        for (const auto& [t, value] : *timeline) edges.insert(t);
      }
      AddEdges(evaluation_.AudienceTimeline(a), edges);
    }
    instants_ = WithNeighbours(edges);
  }

  // Near a crossing the rows on both sides of it say what matters.
  bool AreSame(Instant left, Instant right) const {
    return left == right || crossings_.AreNear(left) ||
           crossings_.AreNear(right);
  }
  bool AreSame(const Interval& left, const Interval& right) const {
    return (left.empty() && right.empty()) ||
           (AreSame(left.begin, right.begin) && AreSame(left.end, right.end));
  }

  std::optional<std::string> DisagreementOn(size_t a) {
    const Audience& audience = model_.audiences[a];
    std::vector<Row> rows;
    Timeline holds;
    for (Instant t : instants_) {
      holds[t] = oracle_.Holds(audience, t);
      if (crossings_.AreNear(t)) continue;
      rows.push_back({t, evaluation_.At(a, t),
                      EvidenceOf(evaluation_, history_, a, t), holds[t],
                      oracle_.EvidenceAt(audience, t),
                      evaluation_.ContextAt(a, t)});
    }
    Instant next_difference = Instant::Forever();  // of value or context
    for (size_t i = rows.size(); i-- > 0;) {
      const Row& row = rows[i];
      if (i + 1 < rows.size() &&
          (row.holds != rows[i + 1].holds ||
           ContextDiffers(row.context, rows[i + 1].context))) {
        next_difference = rows[i + 1].t;
      }
      std::string text = Differences(a, row, holds, next_difference);
      if (!text.empty()) {
        return absl::StrCat("at ", Text(row.t), "\n", text);
      }
    }
    return std::nullopt;
  }

  // What is no longer needed at an instant may be gone then. `rejoin_after`
  // depends on all that ever was.
  std::optional<std::string> WrongWhereForgotten(size_t a) {
    const absl::Duration span = projection_->rulebook().history_span();
    const bool rejoins =
        std::ranges::any_of(model_.audiences, [](const Audience& audience) {
          return audience.rejoin_after.has_value();
        });
    if (span == absl::InfiniteDuration() || rejoins) return std::nullopt;
    for (const Instant time : history_.times()) {
      History rest = history_;
      rest.ForgetBefore(Plus(time, 1));
      Evaluation evaluation(*projection_, rest, "profile:ann");
      for (const Instant t : instants_) {
        const bool is_asked = ToTime(t) >= ToTime(Plus(time, 1)) + span;
        if (!is_asked || crossings_.AreNear(t)) continue;
        const Standing before = evaluation_.At(a, t);
        const Standing after = evaluation.At(a, t);
        if (before.holds != after.holds ||
            !AreSame(before.next_flip, after.next_flip) ||
            (after.matched_at != Instant::Never() &&
             !AreSame(after.matched_at, before.matched_at)) ||
            evaluation_.ContextAt(a, t) != evaluation.ContextAt(a, t)) {
          return absl::StrCat(
              "at ", Text(t), " without what occurred until ", Text(time),
              ": holds ", after.holds, ", not ", before.holds, "; next flip ",
              Text(after.next_flip), ", not ", Text(before.next_flip));
        }
      }
    }
    return std::nullopt;
  }

  std::string Differences(size_t a, const Row& row, const Timeline& holds,
                          Instant next_difference) {
    const auto& [t, standing, found, held, wanted, context] = row;
    const auto& [who, match, signal] = oracle_.TimelinesOf(model_.audiences[a]);
    std::string text;
    const auto check = [&](bool same, const auto& name, const auto& engine,
                           const auto& oracle) {
      if (same) return;
      absl::StrAppend(&text, "  ", name, ": engine ", engine, ", oracle ",
                      oracle, "\n");
    };
    const auto flip = std::find_if(
        holds.upper_bound(t), holds.end(),
        [held = held](const auto& later) { return later.second != held; });
    const Instant next_flip =
        flip == holds.end() ? Instant::Forever() : flip->first;
    check(standing.holds == held, "holds", standing.holds, held);
    check(evaluation_.AudienceTimeline(a).Holds(t) == held, "timeline holds",
          !held, held);
    check(found.events == wanted.events && found.items == wanted.items &&
              found.values == wanted.values,
          "evidence", Text(found), Text(wanted));
    check(AreSame(standing.next_flip, next_flip), "next flip",
          Text(standing.next_flip), Text(next_flip));
    check(standing.next_change > t &&
              standing.next_change <= standing.next_flip &&
              (standing.next_change <= next_difference ||
               AreSame(standing.next_change, next_difference)),
          "next change", Text(standing.next_change), Text(next_difference));
    const Interval membership = StretchAt(holds, t);
    check(AreSame(standing.membership, membership), "membership",
          Text(standing.membership), Text(membership));
    const Interval stays = StretchAt(match, t);
    check(AreSame(standing.match, stays), "match", Text(standing.match),
          Text(stays));
    if (stays.empty()) return text;
    auto last = std::prev(who.upper_bound(t));
    while (!last->second) --last;
    const Instant rise = StretchAt(who, last->first).begin;
    check(AreSame(standing.matched_at, rise), "matched at",
          Text(standing.matched_at), Text(rise));
    return text;
  }

  Projection maker_;  // of the history
  const std::shared_ptr<Projection> projection_;
  const Rulebook& model_;
  const std::vector<Event>& events_;
  const History history_;
  Evaluation evaluation_;
  Oracle oracle_;
  const absl::Duration retention_;
  const Crossings crossings_;
  std::set<Instant> instants_;
};

// What `disagreement` says of the compiled rules.
Verdict VerdictOn(const RandomCase& random_case,
                  absl::FunctionRef<std::optional<std::string>(
                      std::shared_ptr<const CompiledRulebook>)>
                      disagreement) {
  std::vector<SourceFile> files;
  for (const RuleFile& file : random_case.rules) {
    files.emplace_back(file.name, file.content.Yaml());
  }
  Diagnostics diagnostics;
  Rulebook rulebook = LoadRulebook(files, diagnostics);
  if (diagnostics.has_errors()) {
    Verdict refused{Verdict::Kind::kRefused};
    for (const Diagnostic& fault : diagnostics.all()) {
      if (fault.severity != Severity::kError) continue;
      absl::StrAppend(&refused.text, fault.place.file, ":",
                      fault.place.range.begin.line, ": ", fault.message, "\n");
    }
    return refused;
  }
  auto text = disagreement(
      CompiledRulebook::Compile(std::move(rulebook), random_case.retention));
  if (text) return {Verdict::Kind::kDisagree, *std::move(text)};
  return {};
}

}  // namespace

Verdict Compare(const RandomCase& random_case) {
  return VerdictOn(random_case, [&](auto rulebook) {
    return Compared(std::move(rulebook), random_case.events,
                    random_case.retention)
        .Disagreement();
  });
}

Verdict CompareWithItself(const RandomCase& random_case) {
  return VerdictOn(random_case, [&](auto rulebook) {
    const std::vector<Event>& events = random_case.events;
    Projection projection(std::move(rulebook));
    const History history = HistoryOf(projection, events);
    Evaluation evaluation(projection, history, "profile:ann");
    std::set<Instant> edges;
    for (size_t a = 0; a < projection.rulebook().audience_count(); ++a) {
      AddEdges(evaluation.AudienceTimeline(a), edges);
    }
    const std::set<Instant> instants = WithNeighbours(edges);
    auto text = WrongGlance(projection, events, instants);
    return text ? text : WrongResumption(projection, events, instants);
  });
}

}  // namespace audienced::oracle
