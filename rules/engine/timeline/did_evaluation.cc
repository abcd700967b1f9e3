#include "rules/engine/timeline/did_evaluation.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "rules/engine/timeline/aggregation.h"
#include "rules/engine/timeline/window_interval.h"

namespace audienced {

DidEvaluation::DidEvaluation(const CompiledDid& did, EventSelection& selection,
                             Wanted wanted)
    : did_(did) {
  if (wanted == Wanted::kSignal && did.enough != kNoLimit) {
    told_ = Wanted::kSignal;
    CollectNewest(selection);
  } else if (did.which == Did::Which::kAny) {
    Collect(selection);
  } else {
    CollectEdge(selection);
  }
  Intervals holds;
  for (const Group& group : groups_) {
    const Signal swept = Sweep(group, selection);
    holds.insert(holds.end(), swept.intervals().begin(),
                 swept.intervals().end());
  }
  signal_ = Intersect(Signal::UnionOf(std::move(holds)),
                      Signal(selection.universe()));
  if (did.negated) signal_ = Complement(signal_, selection.universe());
}

void DidEvaluation::Collect(EventSelection& selection) {
  const History& history = selection.history();
  absl::flat_hash_map<std::pair<Cell, int64_t>, size_t>
      places;  // value, session
  const bool grouped = did_.same.active || did_.in_one_session;
  if (!grouped) groups_.emplace_back();  // there even without events
  for (size_t event = selection.FirstEvent(did_.horizon);
       event < history.size(); ++event) {
    if (did_.is_seen_whole &&
        !selection.projection().Means(selection.class_id(event),
                                      did_.filter.number)) {
      continue;
    }
    for (const auto& [value, class_id] : selection.ValuesOf(did_.same, event)) {
      Interval counted = selection.Counted(did_.filter, class_id, event);
      if (counted.empty()) continue;
      counted =
          Overlap(counted, InsideWindow(did_.window, selection.time(event)));
      if (counted.empty()) continue;
      size_t place = 0;
      if (grouped) {
        const int64_t session =
            did_.in_one_session ? selection.SessionOf(event) : 0;
        const auto [entry, is_new] =
            places.try_emplace({value, session}, groups_.size());
        if (is_new) groups_.emplace_back().value = value;
        place = entry->second;
      }
      groups_[place].occurrences.push_back({event, counted});
    }
  }
}

// Of two events the later one leaves later. So behind `enough` that have come
// by `since` those before never decide any more.
void DidEvaluation::CollectNewest(EventSelection& selection) {
  auto& occurrences = groups_.emplace_back().occurrences;
  const Instant too_old = selection.TooOld(did_.horizon);
  uint32_t come = 0;
  for (size_t event = selection.history().size();
       event-- > 0 && come < did_.enough;) {
    const Instant time = selection.time(event);
    if (time <= too_old) break;
    const uint32_t class_id = selection.class_id(event);
    if (!selection.projection().Means(class_id, did_.filter.number)) continue;
    Interval counted = selection.Counted(did_.filter, class_id, event);
    if (counted.empty()) continue;
    counted = Overlap(counted, InsideWindow(did_.window, time));
    if (counted.empty()) continue;
    occurrences.push_back({event, counted});
    if (counted.begin <= selection.since()) ++come;
  }
  std::reverse(occurrences.begin(), occurrences.end());
}

// `which`: first the first or last event ever, whatever its properties, then
// the question whether it passes `where` and the window.
void DidEvaluation::CollectEdge(EventSelection& selection) {
  const History& history = selection.history();
  // Candidates, each while it is the first or the last of them.
  std::vector<Occurrence> candidates;
  for (size_t event = selection.FirstEvent(did_.horizon);
       event < history.size(); ++event) {
    const Interval counted = selection.Counted(did_.considered, event);
    if (!counted.empty()) candidates.push_back({event, counted});
  }
  if (did_.which == Did::Which::kFirst) {
    // Until the one before is beyond retention, it or one before it is first.
    for (size_t i = candidates.size(); i-- > 1;) {
      Interval& counted = candidates[i].counted;
      counted.begin = std::max(counted.begin, candidates[i - 1].counted.end);
    }
  } else {
    Instant next = Instant::Forever();  // a later one counts from here on
    for (size_t i = candidates.size(); i-- > 0;) {
      Interval& counted = candidates[i].counted;
      counted.end = std::min(counted.end, next);
      next = std::min(next, counted.begin);
    }
  }
  groups_.emplace_back();
  for (const auto& [event, is_edge] : candidates) {
    if (selection.Counted(did_.filter, event).empty()) continue;  // `where`
    const Interval counted =
        Overlap(is_edge, InsideWindow(did_.window, selection.time(event)));
    if (!counted.empty()) groups_[0].occurrences.push_back({event, counted});
  }
}

Signal DidEvaluation::Sweep(const Group& group,
                            const EventSelection& selection) const {
  struct Turn {
    Instant at;
    size_t event;
  };
  const auto earlier = [](const Turn& left, const Turn& right) {
    return left.at < right.at;
  };
  absl::InlinedVector<Turn, 8> arrivals;
  absl::InlinedVector<Turn, 8> departures;
  for (const Occurrence& occurrence : group.occurrences) {
    arrivals.push_back({occurrence.counted.begin, occurrence.event});
    if (occurrence.counted.end == Instant::Forever()) continue;
    departures.push_back({occurrence.counted.end, occurrence.event});
  }
  // Of one window they are in order; what `once_per` delays is not.
  for (auto* turns : {&arrivals, &departures}) {
    if (std::is_sorted(turns->begin(), turns->end(), earlier)) continue;
    std::sort(turns->begin(), turns->end(), earlier);
  }
  Aggregation aggregation(did_, group.value, selection);
  Intervals holds;
  Instant since = Instant::Never();
  size_t arrived = 0;
  size_t departed = 0;
  while (arrived < arrivals.size() || departed < departures.size()) {
    Instant at = Instant::Forever();
    if (arrived < arrivals.size()) at = arrivals[arrived].at;
    if (departed < departures.size()) {
      at = std::min(at, departures[departed].at);
    }
    if (aggregation.Satisfied()) holds.push_back({since, at});
    while (arrived < arrivals.size() && arrivals[arrived].at == at) {
      aggregation.Add(arrivals[arrived++].event);
    }
    while (departed < departures.size() && departures[departed].at == at) {
      aggregation.Remove(departures[departed++].event);
    }
    since = at;
  }
  if (aggregation.Satisfied()) holds.push_back({since, Instant::Forever()});
  return Signal::UnionOf(std::move(holds));
}

Evidence DidEvaluation::EvidenceAt(Instant t,
                                   const EventSelection& selection) const {
  Evidence evidence;
  if (did_.negated) return evidence;
  for (const Group& group : groups_) {
    Aggregation aggregation(did_, group.value, selection);
    Evidence of_group;
    for (const Occurrence& occurrence : group.occurrences) {
      if (!occurrence.counted.Contains(t)) continue;
      aggregation.Add(occurrence.event);
      of_group.events.push_back(occurrence.event);
      selection.AppendItems(did_.same, group.value, occurrence.event,
                            of_group.items);
    }
    if (of_group.events.empty() || !aggregation.Satisfied()) continue;
    if (did_.same.active) {
      of_group.values.emplace_back(selection.projection().Text(group.value));
    }
    Merge(evidence, of_group);
  }
  return evidence;
}

void DidEvaluation::OfferBreaks(NextInstant& next) const {
  if (did_.negated) return;
  for (const Group& group : groups_) {
    for (const Occurrence& occurrence : group.occurrences) {
      next.Offer(occurrence.counted.begin);
      next.Offer(occurrence.counted.end);
    }
  }
}

}  // namespace audienced
