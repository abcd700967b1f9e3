#ifndef AUDIENCED_DAEMON_CTL_EXPORT_NET_CHANGES_H_
#define AUDIENCED_DAEMON_CTL_EXPORT_NET_CHANGES_H_

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "audienced/v1/audience.pb.h"

namespace audienced {

// What a stretch of the change log comes to: where each profile stands in the
// end, and which of its identifiers do not stand for it any more. So all
// removals can go before all additions, whatever came first. Holds one entry a
// profile. Not thread-safe.
class NetChanges {
 public:
  // In the order of the log.
  void Take(const v1::MembershipChange& change);

  // Who is to be removed: who is out, by all identifiers that were told; where
  // the receiver knows people `by_identifier`, also who is in, by those that
  // are not told any more.
  std::vector<v1::Member> Removed(bool by_identifier) const;

  // Who is in, as told last.
  std::vector<v1::Member> Added() const;

  size_t size() const { return profiles_.size(); }

 private:
  using Told = std::set<std::pair<std::string, std::string>>;

  struct Standing {
    v1::Member member;  // as told last
    bool is_in = false;
    Told told;  // all identifiers ever, by kind and value
  };

  std::vector<std::string> InOrder() const;

  absl::flat_hash_map<std::string, Standing> profiles_;
};

// The member that a change leaves, or left.
v1::Member MemberOf(const v1::MembershipChange& change);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_CTL_EXPORT_NET_CHANGES_H_
