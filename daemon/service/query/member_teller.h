#ifndef AUDIENCED_DAEMON_SERVICE_QUERY_MEMBER_TELLER_H_
#define AUDIENCED_DAEMON_SERVICE_QUERY_MEMBER_TELLER_H_

#include <string>
#include <vector>

#include "daemon/service/conversion/identifier_view.h"
#include "daemon/service/conversion/member_writer.h"
#include "daemon/service/query/destination_people.h"
#include "daemon/service/query/member_page.h"
#include "daemon/service/query/published_members.h"

namespace audienced {

// Puts the published members of one audience on a page: their stays, who they
// are and what they agree to. Not thread-safe.
class MemberTeller {
 public:
  // Consents are told as they stand `now`. Borrows `view`.
  MemberTeller(const IdentifierView& view, const std::string& audience,
               Instant now);

  // `traits`: those of at least this member, where the view uses any.
  void Tell(const PublishedMember& member, const TraitTable& traits,
            MemberPage& page);

 private:
  void TellPerson(const Profile& profile, const TraitTable& traits);

  const IdentifierView& view_;
  const std::string audience_;
  const Instant now_;
  MemberWriter writer_;
  // Of the member at hand; the memory is used again.
  ToldPerson person_;
  std::vector<ConsentStanding> consents_;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_SERVICE_QUERY_MEMBER_TELLER_H_
