#include "rules/engine/evaluation.h"

#include <algorithm>
#include <utility>

#include "rules/engine/conditions.h"
#include "rules/engine/context.h"
#include "rules/engine/glance/glance.h"

namespace audienced {
namespace {

// The longest of what `of_audience` says of each audience.
template <typename OfAudience>
Micros Longest(const Program& program, OfAudience of_audience) {
  Micros longest = 0;
  for (const AudienceProgram& audience : program.audiences) {
    longest = std::max(longest, of_audience(audience));
  }
  return longest;
}

}  // namespace

// The signals of one audience in the order of rules/README.md,
// "The audience".
struct Evaluation::Timelines {
  uint64_t turn = 0;  // of the profile that they are of
  Signal who;
  Signal match;      // step 1: with `stay`
  Signal gated;      // steps 2 to 5: what `in_audience` reads
  Signal published;  // step 6: without what another audience of the group takes
  bool has_published = false;
  Instant told_from;  // before, it is not known what `who` was
};

Evaluation::Evaluation(const Projection& projection)
    : projection_(projection),
      longest_look_back_(Longest(projection.rulebook().program(),
                                 [](const AudienceProgram& audience) {
                                   return audience.conditions_look_back;
                                 })),
      longest_memory_(Longest(
          projection.rulebook().program(), [](const AudienceProgram& audience) {
            return audience.conditions_look_back + audience.stay;
          })) {
  for (Reach* reach : {&whole_, &recent_}) {
    reach->timelines.resize(projection.rulebook().audience_count());
  }
}

Evaluation::Evaluation(const Projection& projection, const History& history,
                       std::string_view profile_key)
    : Evaluation(projection) {
  TurnTo(history, profile_key);
}

Evaluation::~Evaluation() = default;

void Evaluation::TurnTo(const History& history, std::string_view profile_key,
                        Instant since) {
  ++turn_;
  history_ = &history;
  profile_key_ = profile_key;
  since_ = since;
  told_from_ = history.whole_since() == Instant::Never() ||
                       projection_.rulebook().program().retention == 0
                   ? Instant::Never()
                   : conditions().selection().Expiry(history.whole_since());
  all_told_from_ = Plus(told_from_, longest_look_back_);
}

Evaluation::Conditions& Evaluation::ConditionsIn(Reach& reach) {
  if (reach.conditions == nullptr) {
    reach.conditions = std::make_unique<Conditions>(
        projection_, [this, &reach](size_t audience) -> const Signal& {
          return TimelinesIn(reach, audience).gated;
        });
  }
  if (reach.turn != turn_) {
    reach.conditions->TurnTo(
        *history_, profile_key_,
        &reach == &whole_ ? Instant::Never() : Plus(since_, -longest_memory_));
    reach.turn = turn_;
  }
  return *reach.conditions;
}

// Whether one is back after `rejoin_after` depends on all times before.
Evaluation::Reach& Evaluation::Within(Reach& reach, size_t audience) {
  const bool is_whole =
      since_ == Instant::Never() ||
      projection_.rulebook().program().audiences[audience].rejoin_after > 0;
  return is_whole ? whole_ : reach;
}

// The timelines of another profile are made over: their memory is of use.
Evaluation::Timelines& Evaluation::TimelinesIn(Reach& wanted, size_t audience) {
  Reach& reach = Within(wanted, audience);
  std::unique_ptr<Timelines>& timelines = reach.timelines[audience];
  if (!timelines) timelines = std::make_unique<Timelines>();
  if (timelines->turn == turn_) return *timelines;
  const AudienceProgram& program =
      projection_.rulebook().program().audiences[audience];
  Conditions& conditions = ConditionsIn(reach);
  const bool has_context =
      !projection_.rulebook().audience(audience).context.empty();
  timelines->who = conditions.SignalOf(
      program.who, has_context ? Wanted::kEvidence : Wanted::kSignal);
  timelines->told_from = Plus(told_from_, program.conditions_look_back);
  if (timelines->told_from != Instant::Never()) {
    timelines->who = Intersect(
        timelines->who, Signal({timelines->told_from, Instant::Forever()}));
  }
  timelines->match = Extend(timelines->who, program.stay);
  Signal gated = timelines->match;
  if (program.except) {
    gated = Subtract(gated, conditions.SignalOf(*program.except));
  }
  for (const uint32_t purpose : program.consent) {
    gated = Intersect(gated, conditions.Granted(purpose));
  }
  if (program.active) {
    gated = Intersect(gated, Signal({ToInstant(program.active->first),
                                     ToInstant(program.active->second)}));
  }
  if (program.rejoin_after > 0) {
    gated = HoldOffAfterFall(gated, program.rejoin_after);
  }
  timelines->gated = std::move(gated);
  timelines->has_published = false;
  timelines->turn = turn_;
  return *timelines;
}

const Signal& Evaluation::PublishedIn(Reach& wanted, size_t audience) {
  Reach& reach = Within(wanted, audience);
  Timelines& timelines = TimelinesIn(reach, audience);
  if (!timelines.has_published) {
    Signal published = timelines.gated;
    for (const size_t other :
         projection_.rulebook().program().audiences[audience].taken_before) {
      published = Subtract(published, TimelinesIn(reach, other).gated);
    }
    timelines.published = std::move(published);
    timelines.has_published = true;
  }
  return timelines.published;
}

const Signal& Evaluation::AudienceTimeline(size_t audience) {
  return PublishedIn(recent_, audience);
}

const Signal& Evaluation::GatedTimeline(size_t audience) {
  return TimelinesIn(recent_, audience).gated;
}

Standing Evaluation::At(size_t audience, Instant t) {
  return StandingIn(recent_, audience, t);
}

Standing Evaluation::WholeAt(size_t audience, Instant t) {
  return StandingIn(whole_, audience, t);
}

Standing Evaluation::StandingIn(Reach& reach, size_t audience, Instant t) {
  const Signal& published = PublishedIn(reach, audience);
  const Timelines& timelines = TimelinesIn(reach, audience);
  Standing standing;
  if (const Interval* interval = published.Find(t)) {
    standing.holds = true;
    standing.membership = *interval;
  }
  if (const Interval* interval = timelines.match.Find(t)) {
    standing.match = *interval;
    // Within a match there is a rise of `who`, at its begin at the latest.
    const Instant rise = timelines.who.LastBefore(t)->begin;
    standing.matched_at = rise == timelines.told_from ? Instant::Never() : rise;
  }
  standing.last_flip = published.LastFlip(t, history_->first_time());
  standing.next_flip = published.NextFlip(t);
  standing.next_change = standing.next_flip;
  if (!standing.holds) return standing;
  if (!projection_.rulebook().audience(audience).context.empty()) {
    NextInstant next(t);
    ConditionsIn(Within(reach, audience))
        .OfferBreaks(projection_.rulebook().program().audiences[audience].who,
                     next);
    OfferContextBreaks(projection_, *history_, audience, next);
    standing.next_change = std::min(standing.next_change, next.next());
  }
  // A rise of `who` while `stay` holds is a renewal.
  const auto rises = timelines.who.intervals();
  const auto next_rise = std::upper_bound(
      rises.begin(), rises.end(), t,
      [](Instant at, const Interval& rise) { return at < rise.begin; });
  if (next_rise != rises.end()) {
    standing.next_change = std::min(standing.next_change, next_rise->begin);
  }
  return standing;
}

Glance& Evaluation::GlanceAt(Instant t, bool only_now) {
  if (!glance_) glance_ = std::make_unique<Glance>(*this);
  if (glance_turn_ != turn_ || glance_at_ != t ||
      glance_only_now_ != only_now) {
    glance_->TurnTo(t, only_now);
    glance_turn_ = turn_;
    glance_at_ = t;
    glance_only_now_ = only_now;
  }
  return *glance_;
}

bool Evaluation::Holds(size_t audience, Instant t) {
  return GlanceAt(t, /*only_now=*/true).OutlookOf(audience).holds;
}

void Evaluation::ForEachThatHolds(Instant t,
                                  absl::FunctionRef<void(size_t)> visit) {
  Glance& glance = GlanceAt(t, /*only_now=*/true);
  for (const uint32_t audience : glance.Candidates()) {
    if (glance.OutlookOf(audience).holds) visit(audience);
  }
}

void Evaluation::ForEachStanding(
    Instant t, absl::Span<const uint32_t> known,
    absl::FunctionRef<void(size_t, const Standing&)> visit) {
  Glance& glance = GlanceAt(t, /*only_now=*/false);
  const std::vector<uint32_t>& candidates = glance.Candidates();
  auto candidate = candidates.begin();
  auto next = known.begin();
  while (candidate != candidates.end() || next != known.end()) {
    const bool is_known =
        next != known.end() &&
        (candidate == candidates.end() || *next <= *candidate);
    const uint32_t audience = is_known ? *next++ : *candidate;
    if (candidate != candidates.end() && *candidate == audience) ++candidate;
    if (!is_known && glance.OutlookOf(audience).is_nothing()) continue;
    visit(audience, At(audience, t));
  }
}

void Evaluation::ForEachStandingAmong(
    absl::Span<const uint32_t> audiences, Instant t,
    absl::Span<const uint32_t> known,
    absl::FunctionRef<void(size_t, const Standing&)> visit) {
  Glance& glance = GlanceAt(t, /*only_now=*/false);
  for (const uint32_t audience : audiences) {
    if (std::binary_search(known.begin(), known.end(), audience) ||
        !glance.OutlookOf(audience).is_nothing()) {
      visit(audience, At(audience, t));
    }
  }
}

Evidence Evaluation::EvidenceAt(size_t audience, Instant t) {
  const Timelines& timelines = TimelinesIn(recent_, audience);
  if (!timelines.match.Holds(t)) return {};
  const Interval* who = timelines.who.LastBefore(t);
  const Instant at = std::min(t, Plus(who->end, -1));
  return ConditionsIn(Within(recent_, audience))
      .EvidenceAt(projection_.rulebook().program().audiences[audience].who, at);
}

std::string Evaluation::ContextAt(size_t audience, Instant t) {
  if (projection_.rulebook().audience(audience).context.empty() ||
      !AudienceTimeline(audience).Holds(t)) {
    return "";
  }
  return RenderContext(projection_, *history_, *this, audience, t);
}

bool Evaluation::Consented(size_t audience, Instant t) {
  const AudienceProgram& program =
      projection_.rulebook().program().audiences[audience];
  return std::all_of(
      program.consent.begin(), program.consent.end(),
      [&](uint32_t purpose) { return conditions().Granted(purpose).Holds(t); });
}

bool Evaluation::HeldOut(size_t audience) const {
  const Audience& model = projection_.rulebook().audience(audience);
  if (!model.holdout) return false;
  const std::string& group =
      model.holdout->group.empty() ? model.name : model.holdout->group;
  return InShare("holdout", group, profile_key_, model.holdout->percent);
}

}  // namespace audienced
