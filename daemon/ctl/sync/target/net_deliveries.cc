#include "daemon/ctl/sync/target/net_deliveries.h"

#include <map>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "daemon/ctl/export/net_changes.h"
#include "daemon/ctl/export/written_identifiers.h"

namespace audienced {
namespace {

// The member of a change with other identifiers.
v1::Member MemberWith(const v1::MembershipChange& change,
                      const IdentifierList& identifiers) {
  v1::Member member = MemberOf(change);
  *member.mutable_identifiers() = identifiers;
  return member;
}

// The same and what describes the person.
v1::Member DescribedMemberWith(const v1::MembershipChange& change,
                               const IdentifierList& identifiers) {
  v1::Member member = MemberWith(change, identifiers);
  for (const v1::Identifier& one : change.identifiers()) {
    if (!TellsApart(one.kind())) *member.add_identifiers() = one;
  }
  return member;
}

// Whether a target that knows people by identifier can know the person only by
// what describes it.
bool OnlyDescribed(const v1::MembershipChange& change) {
  for (const v1::Identifier& one : change.identifiers()) {
    if (TellsApart(one.kind())) return false;
  }
  return change.identifiers_size() > 0;
}

using Key = std::pair<std::string, std::string>;

// Of each identifier the number of the delivery with the last word.
std::map<Key, int64_t> LastWords(const std::vector<Delivery>& deliveries) {
  std::map<Key, int64_t> last;
  for (const Delivery& delivery : deliveries) {
    for (const IdentifierList* list : {&delivery.removed, &delivery.added}) {
      for (const v1::Identifier& one : *list) {
        last[{one.kind(), one.value()}] = delivery.number;
      }
    }
  }
  return last;
}

NetDeliveries ByIdentifier(const std::vector<Delivery>& deliveries) {
  const std::map<Key, int64_t> last = LastWords(deliveries);
  const auto still_said = [&last](const Delivery& delivery,
                                  const IdentifierList& identifiers) {
    IdentifierList said;
    for (const v1::Identifier& one : identifiers) {
      if (last.at({one.kind(), one.value()}) == delivery.number) {
        *said.Add() = one;
      }
    }
    return said;
  };
  NetDeliveries net;
  for (const Delivery& delivery : deliveries) {
    const v1::MembershipChange& change = delivery.change;
    const bool is_in = change.kind() != v1::CHANGE_KIND_LEFT;
    const IdentifierList removed = still_said(delivery, delivery.removed);
    const IdentifierList added = still_said(delivery, delivery.added);
    const bool only_described = OnlyDescribed(change);
    if (!removed.empty() || (!is_in && only_described)) {
      // Who stays in under other identifiers keeps what describes the person.
      net.removed.push_back(is_in ? MemberWith(change, removed)
                                  : DescribedMemberWith(change, removed));
    }
    if (!added.empty() || (is_in && only_described)) {
      net.added.push_back(DescribedMemberWith(change, added));
    }
  }
  return net;
}

NetDeliveries ByProfile(const std::vector<Delivery>& deliveries) {
  absl::flat_hash_map<std::string, int64_t> last;
  for (const Delivery& delivery : deliveries) {
    last[delivery.change.profile()] = delivery.number;
  }
  NetDeliveries net;
  for (const Delivery& delivery : deliveries) {
    const v1::MembershipChange& change = delivery.change;
    if (last[change.profile()] != delivery.number) continue;
    if (change.kind() == v1::CHANGE_KIND_LEFT) {
      net.removed.push_back(MemberWith(change, delivery.removed));
    } else {
      net.added.push_back(MemberOf(change));
    }
  }
  return net;
}

}  // namespace

NetDeliveries NetDeliveriesOf(const std::vector<Delivery>& deliveries,
                              bool by_identifier) {
  return by_identifier ? ByIdentifier(deliveries) : ByProfile(deliveries);
}

}  // namespace audienced
