#ifndef AUDIENCED_DAEMON_SERVICE_QUERY_MEMBERSHIP_EVALUATION_H_
#define AUDIENCED_DAEMON_SERVICE_QUERY_MEMBERSHIP_EVALUATION_H_

#include <cstddef>
#include <optional>
#include <string>

#include "audienced/v1/audience.pb.h"
#include "daemon/pipeline/pipeline.h"
#include "daemon/pipeline/profile.h"
#include "daemon/service/conversion/identifier_view.h"
#include "rules/engine/evaluation.h"

namespace audienced {

// Memberships that are evaluated for a call rather than read from what was
// published: one profile by the rules that it is under. While profiles move to
// other rules these may be older or newer than `rules`. Audiences are numbered
// as there. Not thread-safe.
class MembershipEvaluation {
 public:
  // Borrows its arguments. `profile` was read after `rules` and has its history
  // (WithHistories()).
  MembershipEvaluation(const RulesState& rules, const Profile& profile);

  // The number of the audience that `rules` number `audience`; absent where the
  // profile's rules do not have it any more.
  std::optional<size_t> NumberOf(size_t audience) const;

  const CompiledRulebook& rulebook() const {
    return profile_.projection->rulebook();
  }
  int64_t rule_version() const;

  Evaluation& evaluation() { return evaluation_; }

  // Whether the audience, which holds for the profile, is all the same not
  // published; in words, empty where it is. `tally` is that of the audience.
  std::string Withheld(size_t audience, const Tally& tally) const;

  // The profile as a member at `t`, when `standing` holds then. The episode is
  // that of the published stay which the match belongs to.
  v1::Member MemberAt(size_t audience, const Standing& standing, Instant t,
                      const IdentifierView& view);

 private:
  int64_t EpisodeOf(size_t audience, const Standing& standing) const;

  const RulesState& rules_;
  const Profile& profile_;
  Evaluation evaluation_;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_SERVICE_QUERY_MEMBERSHIP_EVALUATION_H_
