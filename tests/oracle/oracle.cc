#include "tests/oracle/oracle.h"

#include <algorithm>
#include <cmath>

namespace audienced::oracle {
namespace {

// The instants at which the value is another than before.
std::vector<Instant> Flips(const Timeline& timeline) {
  std::vector<Instant> flips;
  bool before = false;
  for (const auto& [t, value] : timeline) {
    if (value != before) flips.push_back(t);
    before = value;
  }
  return flips;
}

// `answer` with the numbers of all events, where `gone` more come before.
Answer Renumbered(Answer answer, size_t gone) {
  Answer renumbered{answer.holds};
  for (size_t e : answer.events) renumbered.events.insert(e + gone);
  for (auto [e, place] : answer.items) {
    renumbered.items.insert({e + gone, place});
  }
  renumbered.values = std::move(answer.values);
  return renumbered;
}

}  // namespace

bool At(const Timeline& timeline, Instant t) {
  const auto after = timeline.upper_bound(t);
  return after != timeline.begin() && std::prev(after)->second;
}

// An event counts while t - e < retention.
const Facts& Oracle::KeptAt(Instant t, size_t& gone) {
  gone = 0;
  while (gone < facts_.size() &&
         ToTime(t) - ToTime(facts_.TimeOf(gone)) >= retention_) {
    ++gone;
  }
  if (gone == 0) return facts_;
  std::vector<Event> events;
  for (size_t e = gone; e < facts_.size(); ++e) {
    events.push_back(facts_.event(e));
  }
  return kept_.try_emplace(gone, rulebook_, std::move(events)).first->second;
}

double Oracle::ScoreAt(const Score& score, Instant t) {
  size_t gone = 0;
  return oracle::ScoreAt(KeptAt(t, gone), score, t);
}

Answer Oracle::Ask(const Condition& condition, absl::TimeZone zone, Instant t) {
  if (facts_.Known(t) == 0) return {};  // before its first event: no profile
  const auto& node = condition.node;
  size_t gone = 0;
  const Facts& kept = KeptAt(t, gone);
  if (const auto* did = std::get_if<Did>(&node)) {
    return Renumbered(AskDid(kept, *did, zone, t), gone);
  }
  if (const auto* sequence = std::get_if<Sequence>(&node)) {
    return Renumbered(AskSequence(kept, *sequence, zone, t), gone);
  }
  if (const auto* traits = std::get_if<TraitTests>(&node)) {
    return {std::ranges::all_of(traits->tests, [&](const PropertyTest& test) {
      return HasTrait(facts_, test, t);
    })};
  }
  if (const auto* in = std::get_if<InAudience>(&node)) {
    const Audience& other = *rulebook_.FindAudience(in->audience);
    return {At(TimelinesOf(other).signal, t) != in->negated};
  }
  if (const auto* on_rung = std::get_if<OnRung>(&node)) {
    return {IsOnRung(kept, *on_rung, zone, t)};
  }
  if (const auto* test = std::get_if<ScoreTest>(&node)) {
    const auto& [kind, bound, upper] = test->comparison;
    const double score = ScoreAt(*rulebook_.FindScore(test->score), t);
    return {Compares<Comparison::Kind, double>(kind, score, bound.millionths,
                                               upper.millionths)};
  }
  if (const auto* known = std::get_if<KnownFor>(&node)) {
    return {t >= Later(facts_.TimeOf(0), known->at_least)};
  }
  if (const auto* consented = std::get_if<Consented>(&node)) {
    return {Granted(facts_, consented->purpose, t)};
  }
  const auto& [kind, parts] = std::get<Combination>(node);
  size_t holding = 0;
  Answer all;
  for (const Condition& part : parts) {
    Answer answer = Ask(part, zone, t);
    holding += answer.holds;
    all.events.merge(answer.events);
    all.items.merge(answer.items);
    all.values.merge(answer.values);
  }
  if (kind == Combination::Kind::kNone) return {holding == 0};
  const size_t wanted = kind == Combination::Kind::kAny ? 1 : parts.size();
  all.holds = holding >= wanted;
  return all.holds ? all : Answer{};
}

Timeline Oracle::TimelineOf(const Condition& condition,
                            std::string_view time_zone) {
  const absl::TimeZone zone = ZoneOf(std::string(time_zone));
  std::set<Instant> instants;
  AddInstants(condition, zone, instants);
  Timeline timeline;
  for (Instant t : instants) timeline[t] = Ask(condition, zone, t).holds;
  return timeline;
}

const Timelines& Oracle::TimelinesOf(const Audience& audience) {
  const auto [place, is_new] = timelines_.try_emplace(audience.name);
  auto& [who, match, signal] = place->second;
  if (!is_new) return place->second;
  who = TimelineOf(audience.who, audience.time_zone);
  std::set<Instant> instants;
  for (const auto& [t, holds] : who) instants.insert(t);
  const absl::TimeZone zone = ZoneOf(audience.time_zone);
  // Step 1: of each [a, b) on which `who` holds, [a, b + stay).
  const auto stay = audience.stay.value_or(absl::ZeroDuration());
  for (Instant b : Flips(who)) instants.insert(Later(b, stay));
  Instant until = Instant::Never();
  for (Instant t : instants) {
    if (At(who, t)) {
      const auto b = who.upper_bound(t);
      until = b == who.end() ? Instant::Forever() : Later(b->first, stay);
    }
    match[t] = t < until;
  }

  // Steps 2 to 5.
  const Active active = audience.active.value_or(Active{});
  if (audience.except) AddInstants(*audience.except, zone, instants);
  instants.insert({ToInstant(active.from), ToInstant(active.until)});
  const auto rejoin = audience.rejoin_after.value_or(absl::ZeroDuration());
  Instant shut_until = Instant::Never();
  for (auto it = instants.begin(); it != instants.end(); ++it) {
    bool in = At(match, *it) && *it >= shut_until;
    if (audience.except) in = in && !Ask(*audience.except, zone, *it).holds;
    for (const Consented& consent : audience.consent) {
      in = in && Granted(facts_, consent.purpose, *it);
    }
    in = in && *it >= ToInstant(active.from) && *it < ToInstant(active.until);
    const bool was_in = !signal.empty() && signal.rbegin()->second;
    if (was_in && !in) {
      shut_until = Later(*it, rejoin);
      instants.insert(shut_until);
    }
    signal[*it] = in;
  }
  return place->second;
}

bool Oracle::Holds(const Audience& audience, Instant t) {
  const auto is_before = [&](const Audience& other) {
    return !audience.group.empty() && other.group == audience.group &&
           other.priority < audience.priority &&
           other.status != AudienceStatus::kDraft &&
           At(TimelinesOf(other).signal, t);
  };
  return At(TimelinesOf(audience).signal, t) &&
         std::ranges::none_of(rulebook_.audiences, is_before);
}

Answer Oracle::EvidenceAt(const Audience& audience, Instant t) {
  const auto& [who, match, signal] = TimelinesOf(audience);
  const absl::TimeZone zone = ZoneOf(audience.time_zone);
  Answer now = Ask(audience.who, zone, t);
  if (now.holds || !At(match, t)) return now;
  auto end = who.upper_bound(t);  // of the latest stretch of `who`
  do --end;
  while (!std::prev(end)->second);
  return Ask(audience.who, zone, Later(end->first, -absl::Microseconds(1)));
}

// The instants at which the condition may flip, and more.
void Oracle::AddInstants(const Condition& condition, absl::TimeZone zone,
                         std::set<Instant>& instants) {
  std::vector<absl::Duration> waits = {absl::ZeroDuration()};
  Window window;
  if (const auto* did = std::get_if<Did>(&condition.node)) {
    window = did->window;
  } else if (const auto* sequence = std::get_if<Sequence>(&condition.node)) {
    window = sequence->window;
    for (const Step& step : sequence->steps) {
      if (step.within) waits.push_back(*step.within);
      if (step.for_at_least) waits.push_back(*step.for_at_least);
    }
  } else if (const auto* on_rung = std::get_if<OnRung>(&condition.node)) {
    window = on_rung->window;
  } else if (const auto* known = std::get_if<KnownFor>(&condition.node)) {
    waits.push_back(known->at_least);
  } else if (const auto* of = std::get_if<Combination>(&condition.node)) {
    for (const auto& part : of->parts) AddInstants(part, zone, instants);
  } else if (const auto* in = std::get_if<InAudience>(&condition.node)) {
    const Audience& other = *rulebook_.FindAudience(in->audience);
    for (Instant t : Flips(TimelinesOf(other).signal)) instants.insert(t);
  } else if (const auto* test = std::get_if<ScoreTest>(&condition.node)) {
    const Score& score = *rulebook_.FindScore(test->score);
    // Where an event comes, and where one is gone.
    std::set<Instant> turns;
    for (size_t e = 0; score.half_life && e < facts_.size(); ++e) {
      turns.insert({facts_.TimeOf(e), Later(facts_.TimeOf(e), retention_)});
    }
    turns.erase(Instant::Forever());
    for (Instant turn : turns) {
      for (Decimal bound : {test->comparison.bound, test->comparison.upper}) {
        const double halvings =
            std::log2(ScoreAt(score, turn) / bound.millionths);
        // Crossings are exact to a millisecond: a score that stays below the
        // bound by less than it loses in one may be told to reach it.
        const double seconds =
            halvings * absl::ToDoubleSeconds(*score.half_life);
        if (!(seconds >= -0.001) || std::isinf(seconds)) continue;
        const Instant crossing =
            Later(turn, absl::Seconds(std::max(seconds, 0.0)));
        crossings_.insert(crossing);
        for (int near = -2; near <= 2; ++near) {
          instants.insert(Later(crossing, absl::Microseconds(near)));
        }
      }
    }
  }
  for (size_t e = 0; e < facts_.size(); ++e) {
    const Instant time = facts_.TimeOf(e);
    const Span in = InWindow(window, time, zone);
    instants.insert({in.begin, in.end, Later(time, retention_)});
    for (absl::Duration wait : waits) instants.insert(Later(time, wait));
  }
}

}  // namespace audienced::oracle
