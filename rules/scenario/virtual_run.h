#ifndef AUDIENCED_RULES_SCENARIO_VIRTUAL_RUN_H_
#define AUDIENCED_RULES_SCENARIO_VIRTUAL_RUN_H_

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "rules/engine/evaluation.h"
#include "rules/engine/explain/explanation.h"
#include "rules/engine/membership.h"
#include "rules/engine/project/projection.h"
#include "rules/history/history.h"
#include "rules/scenario/scenario.h"

namespace audienced {

// A change of a membership as a test sees it.
struct RecordedChange {
  Instant at;  // the step that recorded it
  std::string profile;
  size_t audience = 0;
  ChangeKind kind = ChangeKind::kEntered;
  Cause cause = Cause::kEvent;
};

// The profiles of one test while virtual time goes on. Knows at each instant
// what was received by then, and no more. Not thread-safe.
class VirtualRun {
 public:
  // Borrows `test`.
  VirtualRun(const ScenarioTest& test,
             std::shared_ptr<const CompiledRulebook> rulebook);

  // Takes every step at or before `t`. Time does not go back.
  void AdvanceTo(Instant t);

  // The profiles that are known now, by name: at least one event was received
  // and no merge absorbed them.
  std::vector<std::string> ProfileNames() const;

  // What the profile named `name`, one of ProfileNames(), is like now.
  // The evaluation borrows from this object and holds until the next
  // AdvanceTo().
  Evaluation Evaluate(const std::string& name) const;

  // Why that profile is in `audience` at `t`, which is not after now, or why
  // not.
  Explanation Explain(const std::string& name, size_t audience, Instant t);

  // Whether the recorded changes have left the profile in the audience.
  bool IsPublished(const std::string& name, size_t audience) const;

  // The item ids of `evidence`, sorted and distinct.
  std::vector<std::string> ItemIds(const std::string& name,
                                   const Evidence& evidence) const;

  // Every change so far, in the order in which it happened.
  const std::vector<RecordedChange>& changes() const { return changes_; }

 private:
  struct Profile {
    std::string key;                           // permanent: `profile:ann`
    std::vector<const ScenarioEvent*> events;  // received; duplicates left out
    History history;
    std::vector<Membership> memberships;  // one each audience
    Instant due = Instant::Forever();
  };
  // Why profiles are evaluated in a step, by name.
  using Reasons = std::map<std::string, Cause>;

  // The next instant at which something is received or due; Forever if none.
  Instant NextStep() const;
  void Step(Instant now);
  void Receive(const ScenarioEvent& event, Instant now, Reasons& reasons);
  void Apply(const ScenarioMerge& merge, Instant now, Reasons& reasons);
  void Publish(const std::string& name, Profile& profile, Instant now,
               Cause reason);
  // Adds the event unless the profile knows it.
  void Insert(Profile& profile, const ScenarioEvent& event);
  bool IsRefused(const Event& event) const;
  // Which purposes are granted at `t`, as GrantedAt() says it.
  std::vector<bool> GrantedIn(const Profile& profile, Instant t) const;
  Profile& ProfileOf(const std::string& name);
  // The name that `name` goes by after the merges so far.
  const std::string& SurvivorOf(const std::string& name) const;

  const ScenarioTest& test_;
  Projection projection_;
  std::map<std::string, Profile> profiles_;
  std::map<std::string, std::string> absorbed_;  // name -> the next name
  size_t next_event_ = 0;
  size_t next_merge_ = 0;
  std::vector<RecordedChange> changes_;
};

}  // namespace audienced

#endif  // AUDIENCED_RULES_SCENARIO_VIRTUAL_RUN_H_
