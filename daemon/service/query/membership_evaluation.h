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

// The number of the audience that `rules` number `audience` in the rules that
// `profile` is under; absent where those do not have it any more. `profile` was
// read after `rules`.
std::optional<size_t> NumberFor(const RulesState& rules, const Profile& profile,
                                size_t audience);

// Why an audience that holds for a profile is all the same not published for
// it; in words, empty where it is. `tally` is that of the audience.
std::string WithheldFor(const Audience& audience, bool is_held_out,
                        const Tally& tally);

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

  // As WithheldFor(), of an audience that holds for the profile.
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
