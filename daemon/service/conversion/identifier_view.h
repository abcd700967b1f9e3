#ifndef AUDIENCED_DAEMON_SERVICE_CONVERSION_IDENTIFIER_VIEW_H_
#define AUDIENCED_DAEMON_SERVICE_CONVERSION_IDENTIFIER_VIEW_H_

#include <vector>

#include "audienced/v1/audience.pb.h"
#include "daemon/access/caller.h"
#include "daemon/ingest/incoming_event.h"

namespace audienced {

// How one caller sees the identifiers of profiles: the one way by which
// members, changes and explanations tell them. A value.
class IdentifierView {
 public:
  explicit IdentifierView(const Caller& caller)
      : visibility_(caller.identifiers()) {}

  // Replaces `into` by what is to be seen of `identifiers`, by kind and value.
  void Fill(std::vector<Identifier> identifiers,
            google::protobuf::RepeatedPtrField<v1::Identifier>& into) const;

 private:
  v1::IdentifierVisibility visibility_;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_SERVICE_CONVERSION_IDENTIFIER_VIEW_H_
