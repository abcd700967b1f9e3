#include "tests/oracle/announcements.h"

#include <set>

#include "absl/strings/str_cat.h"
#include "rules/engine/context.h"
#include "tests/oracle/facts.h"

namespace audienced::oracle {
namespace {

// A score that falls for years announces itself no oftener than this.
constexpr int kStepLimit = 500;

bool AreSame(const Evidence& left, const Evidence& right) {
  return left.events == right.events && left.items == right.items &&
         left.values == right.values;
}

class Walk {
 public:
  Walk(Evaluation& evaluation, const History& history, const Audience& audience,
       size_t number, absl::Duration retention)
      : evaluation_(evaluation),
        history_(history),
        has_context_(!audience.context.empty()),
        number_(number),
        retention_(retention) {}

  std::optional<std::string> Run() {
    Instant t = Plus(history_.first_time(), -1);
    for (int step = 0; step < kStepLimit; ++step) {
      const Standing standing = evaluation_.At(number_, t);
      const std::string fault = FaultAt(t, standing);
      if (!fault.empty()) {
        return absl::StrCat("at ", InstantText(t), ": ", fault);
      }
      for (const Instant between : Between(t, standing.next_change)) {
        const std::string change = ChangeAt(t, standing, between);
        if (!change.empty()) {
          return absl::StrCat("at ", InstantText(t), " it announces ",
                              InstantText(standing.next_change), ", and at ",
                              InstantText(between), " ", change);
        }
      }
      if (standing.next_change == Instant::Forever()) break;
      t = standing.next_change;
    }
    return std::nullopt;
  }

 private:
  // What the instant says that the timeline does not.
  std::string FaultAt(Instant t, const Standing& standing) {
    const Signal& timeline = evaluation_.AudienceTimeline(number_);
    const Interval* interval = timeline.Find(t);
    if (standing.holds != (interval != nullptr)) return "holds differs";
    if (interval != nullptr && standing.membership != *interval) {
      return "the membership differs";
    }
    if (standing.next_flip != timeline.NextFlip(t)) {
      return "the next flip differs";
    }
    // The last flip, read off the intervals.
    Instant last = history_.first_time();
    for (const Interval& each : timeline.intervals()) {
      if (each.begin <= t) last = each.begin;
      if (each.end <= t) last = each.end;
    }
    if (standing.last_flip != last) return "the last flip differs";
    if (standing.next_change <= t) return "the next change is not after it";
    if (standing.next_change > standing.next_flip) {
      return "the next change is after the next flip";
    }
    return "";
  }

  // Instants after `t` and before `end`: next to both, between, at events.
  std::set<Instant> Between(Instant t, Instant end) const {
    std::set<Instant> between;
    const auto add = [&](Instant at) {
      if (at > t && at < end && at != Instant::Forever()) between.insert(at);
    };
    add(Plus(t, 1));
    if (end != Instant::Forever()) {
      add(Plus(end, -1));
      add(Plus(t, (end.micros - t.micros) / 2));
    } else {
      add(Plus(t, int64_t{400} * 86'400 * 1'000'000));
    }
    for (const Instant event : history_.times()) {
      add(event);
      add(Plus(event, -1));
      if (retention_ == absl::InfiniteDuration()) continue;
      const Instant gone = Plus(event, absl::ToInt64Microseconds(retention_));
      add(gone);
      add(Plus(gone, -1));
    }
    return between;
  }

  std::string ChangeAt(Instant t, const Standing& standing, Instant between) {
    const Standing later = evaluation_.At(number_, between);
    if (later.holds != standing.holds) return "it holds otherwise";
    if (later.last_flip != standing.last_flip) return "it has flipped";
    if (later.next_flip != standing.next_flip) return "the next flip moved";
    if (!standing.holds) return "";
    if (later.match != standing.match) return "the match is another";
    if (later.matched_at != standing.matched_at) return "it matched again";
    if (!has_context_) return "";
    if (ContextDiffers(evaluation_.ContextAt(number_, t),
                       evaluation_.ContextAt(number_, between))) {
      return "the context is another";
    }
    if (!AreSame(evaluation_.EvidenceAt(number_, t),
                 evaluation_.EvidenceAt(number_, between))) {
      return "the evidence is another";
    }
    return "";
  }

  Evaluation& evaluation_;
  const History& history_;
  const bool has_context_;
  const size_t number_;
  const absl::Duration retention_;
};

}  // namespace

std::optional<std::string> BrokenAnnouncement(Evaluation& evaluation,
                                              const History& history,
                                              const Audience& audience,
                                              size_t number,
                                              absl::Duration retention) {
  if (history.empty()) return std::nullopt;
  return Walk(evaluation, history, audience, number, retention).Run();
}

}  // namespace audienced::oracle
