#include "rules/scenario/virtual_run.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "rules/engine/consent_standing.h"
#include "rules/source/message.h"

namespace audienced {
namespace {

void AddReason(std::map<std::string, Cause>& reasons, const std::string& name,
               Cause reason) {
  const auto [entry, inserted] = reasons.try_emplace(name, reason);
  if (!inserted && Precedence(reason) < Precedence(entry->second)) {
    entry->second = reason;
  }
}

Cause ReasonOf(const Event& event) {
  if (event.received_at > event.occurred_at) return Cause::kLateEvent;
  return Cause::kEvent;
}

uint64_t DigestOf(const Event& event) {
  return EventDigest(event.origin, event.event_id);
}

}  // namespace

VirtualRun::VirtualRun(const ScenarioTest& test,
                       std::shared_ptr<const CompiledRulebook> rulebook)
    : test_(test), projection_(std::move(rulebook)) {}

void VirtualRun::AdvanceTo(Instant t) {
  for (Instant next = NextStep(); next <= t && next != Instant::Forever();
       next = NextStep()) {
    Step(next);
  }
}

Instant VirtualRun::NextStep() const {
  Instant next = Instant::Forever();
  if (next_event_ < test_.events.size()) {
    next = ToInstant(test_.events[next_event_].event.received_at);
  }
  if (next_merge_ < test_.merges.size()) {
    next = std::min(next, ToInstant(test_.merges[next_merge_].received_at));
  }
  for (const auto& [name, profile] : profiles_) {
    next = std::min(next, profile.due);
  }
  return next;
}

void VirtualRun::Step(Instant now) {
  Reasons reasons;
  while (next_event_ < test_.events.size() &&
         ToInstant(test_.events[next_event_].event.received_at) <= now) {
    Receive(test_.events[next_event_++], now, reasons);
  }
  while (next_merge_ < test_.merges.size() &&
         ToInstant(test_.merges[next_merge_].received_at) <= now) {
    Apply(test_.merges[next_merge_++], now, reasons);
  }
  for (const auto& [name, profile] : profiles_) {
    if (profile.due <= now) AddReason(reasons, name, Cause::kTime);
  }
  for (const auto& [name, reason] : reasons) {
    Publish(name, profiles_.at(name), now, reason);
  }
}

void VirtualRun::Receive(const ScenarioEvent& event, Instant now,
                         Reasons& reasons) {
  const std::string& name = SurvivorOf(event.profile);
  Profile& profile = ProfileOf(name);
  const size_t known = profile.events.size();
  const std::vector<bool> granted = GrantedIn(profile, now);
  Insert(profile, event);
  if (profile.events.size() == known) return;
  AddReason(reasons, name, ReasonOf(event.event));
  if (GrantedIn(profile, now) != granted) {
    AddReason(reasons, name, Cause::kConsent);
  }
}

std::vector<bool> VirtualRun::GrantedIn(const Profile& profile,
                                        Instant t) const {
  return GrantedAt(projection_.rulebook(), profile.history.consents(), t);
}

void VirtualRun::Apply(const ScenarioMerge& merge, Instant now,
                       Reasons& reasons) {
  const std::string absorbed = SurvivorOf(merge.profile);
  const std::string survivor = SurvivorOf(merge.into);
  if (absorbed == survivor) return;
  absorbed_[absorbed] = survivor;
  auto node = profiles_.extract(absorbed);
  if (node.empty()) return;

  for (size_t audience = 0; audience < node.mapped().memberships.size();
       ++audience) {
    if (!node.mapped().memberships[audience].member) continue;
    changes_.push_back(
        {now, absorbed, audience, ChangeKind::kLeft, Cause::kMerge});
  }
  Profile& profile = ProfileOf(survivor);
  std::vector<const ScenarioEvent*> events = std::move(node.mapped().events);
  events.insert(events.end(), profile.events.begin(), profile.events.end());
  // The test holds its events in the order of receipt, so their addresses tell
  // which copy came first.
  std::sort(events.begin(), events.end());
  profile.events.clear();
  profile.history = projection_.NewHistory();
  for (const ScenarioEvent* event : events) Insert(profile, *event);

  AddReason(reasons, survivor, Cause::kMerge);
  if (const auto moved = reasons.find(absorbed); moved != reasons.end()) {
    AddReason(reasons, survivor, moved->second);
    reasons.erase(moved);
  }
}

void VirtualRun::Publish(const std::string& name, Profile& profile, Instant now,
                         Cause reason) {
  Evaluation evaluation(projection_, profile.history, profile.key);
  profile.due = Instant::Forever();
  for (size_t audience = 0; audience < profile.memberships.size(); ++audience) {
    const Standing standing = evaluation.At(audience, now);
    const std::string context = evaluation.ContextAt(audience, now);
    const std::optional<Change> change =
        Advance(profile.memberships[audience], standing, context, now, reason);
    if (change.has_value()) {
      changes_.push_back({now, name, audience, change->kind, change->cause});
    }
    // An announcement that is not in the future would stop the time.
    if (standing.next_change > now) {
      profile.due = std::min(profile.due, standing.next_change);
    }
  }
}

void VirtualRun::Insert(Profile& profile, const ScenarioEvent& event) {
  if (profile.history.Contains(DigestOf(event.event))) return;
  if (!IsRefused(event.event)) {
    profile.history.Insert(projection_.Project(event.event));
  } else if (!event.event.traits.empty() || !event.event.consents.empty()) {
    profile.history.InsertRemnant(projection_.Project(event.event));
    profile.history.ExtendTo(ToInstant(event.event.occurred_at));
  } else {
    return;
  }
  profile.events.push_back(&event);
}

// Whether it counted no more when it was received.
bool VirtualRun::IsRefused(const Event& event) const {
  const Micros retention = projection_.rulebook().program().retention;
  return retention != 0 &&
         event.received_at - event.occurred_at >= absl::Microseconds(retention);
}

VirtualRun::Profile& VirtualRun::ProfileOf(const std::string& name) {
  const auto found = profiles_.find(name);
  if (found != profiles_.end()) return found->second;
  Profile profile{.key = Concat("profile:", name),
                  .events = {},
                  .history = projection_.NewHistory(),
                  .memberships = {}};
  profile.memberships.resize(projection_.rulebook().audience_count());
  return profiles_.emplace(name, std::move(profile)).first->second;
}

const std::string& VirtualRun::SurvivorOf(const std::string& name) const {
  const std::string* survivor = &name;
  for (auto next = absorbed_.find(name); next != absorbed_.end();
       next = absorbed_.find(next->second)) {
    survivor = &next->second;
  }
  return *survivor;
}

std::vector<std::string> VirtualRun::ProfileNames() const {
  std::vector<std::string> names;
  names.reserve(profiles_.size());
  for (const auto& [name, profile] : profiles_) names.push_back(name);
  return names;
}

Evaluation VirtualRun::Evaluate(const std::string& name) const {
  const Profile& profile = profiles_.at(name);
  return Evaluation(projection_, profile.history, profile.key);
}

Explanation VirtualRun::Explain(const std::string& name, size_t audience,
                                Instant t) {
  Evaluation evaluation = Evaluate(name);
  return audienced::Explain(projection_, evaluation, audience, t);
}

bool VirtualRun::IsPublished(const std::string& name, size_t audience) const {
  return profiles_.at(name).memberships[audience].member;
}

std::vector<std::string> VirtualRun::ItemIds(const std::string& name,
                                             const Evidence& evidence) const {
  const Profile& profile = profiles_.at(name);
  const History& history = profile.history;
  std::set<std::string> ids;
  for (const size_t event : evidence.events) {
    const auto source = std::find_if(
        profile.events.begin(), profile.events.end(),
        [&](const ScenarioEvent* candidate) {
          return DigestOf(candidate->event) == history.digest(event);
        });
    if (source == profile.events.end()) continue;
    const std::vector<Properties> items = ItemsOf((*source)->event);
    // Where the rules look at no item, the history holds none and every item
    // of the event is evidence.
    const size_t begin = history.item_begin(event);
    const bool all = history.item_end(event) == begin;
    for (size_t i = 0; i < items.size(); ++i) {
      const Value* id = items[i].Find("item_id");
      if (id == nullptr) continue;
      if (!all && !std::binary_search(evidence.items.begin(),
                                      evidence.items.end(), begin + i)) {
        continue;
      }
      if (std::optional<std::string> text = AsText(*id)) {
        ids.insert(*std::move(text));
      }
    }
  }
  return {ids.begin(), ids.end()};
}

}  // namespace audienced
