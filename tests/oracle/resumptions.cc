#include "tests/oracle/resumptions.h"

#include <iterator>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "rules/engine/context.h"
#include "rules/engine/evaluation.h"
#include "rules/engine/membership.h"
#include "rules/language/duration_text.h"

namespace audienced::oracle {
namespace {

constexpr char kPerson[] = "profile:ann";
// Every case has many instants, and there are many cases.
constexpr size_t kResumptions = 3;

auto Parts(const Evidence& evidence) {
  return std::tie(evidence.events, evidence.items, evidence.values);
}

auto Parts(const std::optional<Change>& change) {
  return change ? std::tuple(true, change->kind, change->cause,
                             change->effective_at)
                : std::tuple(false, ChangeKind::kEntered, Cause::kEvent,
                             Instant::Never());
}

// From one instant on.
class Resumption {
 public:
  Resumption(const Projection& projection, const History& before,
             const History& history, Instant since)
      : before_(projection, before, kPerson),
        whole_(projection, history, kPerson),
        recent_(projection),
        since_(since) {
    recent_.TurnTo(history, kPerson, since);
  }

  // What is wrong; empty where nothing is.
  std::string WrongIn(size_t audience, const std::set<Instant>& instants) {
    const auto first = instants.lower_bound(since_);
    if (first == instants.end()) return "";
    // When it was evaluated last: some time after since_.
    const Instant then =
        *std::next(first, static_cast<int64_t>(audience) %
                              std::distance(first, instants.end()));
    Membership membership;
    Advance(membership, before_.At(audience, then),
            before_.ContextAt(audience, then), then, Cause::kEvent);
    for (auto t = first; t != instants.end(); ++t) {
      const char* wrong = WrongAt(audience, *t);
      if (wrong == nullptr && *t >= then) {
        wrong = WrongAfter(audience, *t, membership);
      }
      if (wrong == nullptr) continue;
      return absl::StrCat("from ", TimestampText(ToTime(since_)), " on, at ",
                          TimestampText(ToTime(*t)), ": ", wrong, "\n");
    }
    return "";
  }

 private:
  // What lies at since_ or before need not be told.
  bool AreSame(Instant recent, Instant whole) const {
    return recent == whole || (recent <= since_ && whole <= since_);
  }

  const char* WrongAt(size_t audience, Instant t) {
    const Standing whole = whole_.At(audience, t);
    const Standing recent = recent_.At(audience, t);
    if (recent.holds != whole.holds) return "holds";
    if (recent.holds != recent_.Holds(audience, t)) return "holds at a glance";
    if (recent.membership.end != whole.membership.end ||
        !AreSame(recent.membership.begin, whole.membership.begin)) {
      return "the membership";
    }
    if (recent.match.end != whole.match.end ||
        !AreSame(recent.match.begin, whole.match.begin)) {
      return "the match";
    }
    if (!AreSame(recent.matched_at, whole.matched_at)) return "matched at";
    if (!AreSame(recent.last_flip, whole.last_flip)) return "the last flip";
    if (recent.next_flip != whole.next_flip) return "the next flip";
    // All time may offer instants at which nothing changes.
    if (recent.next_change < whole.next_change ||
        recent.next_change > recent.next_flip) {
      return "the next change";
    }
    if (recent_.ContextAt(audience, t) != whole_.ContextAt(audience, t))
      return "the context";
    const Evidence evidence = recent_.EvidenceAt(audience, t);
    if (Parts(evidence) != Parts(whole_.EvidenceAt(audience, t))) {
      return "the evidence";
    }
    const Standing told = recent_.WholeAt(audience, t);
    if (told.membership != whole.membership || told.match != whole.match ||
        told.matched_at != whole.matched_at ||
        told.last_flip != whole.last_flip) {
      return "of all time";
    }
    return nullptr;
  }

  // The membership was evaluated on what was there before.
  const char* WrongAfter(size_t audience, Instant t, Membership membership) {
    const std::string context = whole_.ContextAt(audience, t);
    Standing recent = recent_.At(audience, t);
    if (!Complete(recent, membership, since_)) return nullptr;
    Membership wanted = membership;
    const auto change =
        Advance(wanted, whole_.At(audience, t), context, t, Cause::kEvent);
    const auto found = Advance(membership, recent, context, t, Cause::kEvent);
    if (Parts(found) != Parts(change)) return "the change";
    return membership == wanted ? nullptr : "what is published";
  }

  Evaluation before_;
  Evaluation whole_;
  Evaluation recent_;
  const Instant since_;
};

}  // namespace

std::optional<std::string> WrongResumption(Projection& projection,
                                           const std::vector<Event>& events,
                                           const std::set<Instant>& instants) {
  std::vector<ProjectedEvent> projected;
  History history = projection.NewHistory();
  for (const Event& event : events) {
    projected.push_back(projection.Project(event));
    history.Insert(projected.back());
  }
  size_t count = 0;
  for (const Instant since : instants) {
    // Some of them, others in every case.
    if ((count++ + events.size()) % (instants.size() / kResumptions + 1) != 0) {
      continue;
    }
    History before = projection.NewHistory();
    for (size_t i = 0; i < projected.size(); ++i) {
      if (projected[i].time <= since || i % 2 == 0) before.Insert(projected[i]);
    }
    Resumption resumption(projection, before, history, since);
    for (size_t a = 0; a < projection.rulebook().audience_count(); ++a) {
      std::string wrong = resumption.WrongIn(a, instants);
      if (!wrong.empty()) {
        return absl::StrCat(
            "audience '", projection.rulebook().audience(a).name, "' ", wrong);
      }
    }
  }
  return std::nullopt;
}

}  // namespace audienced::oracle
