#ifndef AUDIENCED_DAEMON_SERVICE_CONVERSION_IDENTIFIER_VIEW_H_
#define AUDIENCED_DAEMON_SERVICE_CONVERSION_IDENTIFIER_VIEW_H_

#include <string>
#include <vector>

#include "audienced/v1/audience.pb.h"
#include "daemon/access/caller.h"
#include "daemon/destination/destination_settings.h"
#include "daemon/destination/matching_identifiers.h"
#include "daemon/ingest/incoming_event.h"
#include "daemon/service/conversion/context_conversion.h"
#include "rules/engine/consent_standing.h"

namespace audienced {

// A person as somebody sees them. The next one is told in the same memory.
struct ToldPerson {
  ToldPerson() = default;
  ToldPerson(const ToldPerson&) = delete;
  ToldPerson& operator=(const ToldPerson&) = delete;

  // By kind and value, none twice: those of the profile, or of `made`.
  std::vector<const Identifier*> identifiers;
  std::vector<OmittedIdentifier> omitted;  // by kind, none twice
  std::vector<Identifier> made;            // for the destination
};

// How one caller sees the identifiers of profiles, in the form of one
// destination: the one way by which members, changes and explanations tell
// them. Who may not see them as they are does not see the traits either that
// say who somebody is. A value.
class IdentifierView {
 public:
  // For nobody in particular.
  explicit IdentifierView(const Caller& caller)
      : visibility_(caller.identifiers()) {}

  IdentifierView(const Caller& caller, Destination destination,
                 const DestinationSettings& settings);

  Destination destination() const { return destination_; }

  // The purposes that people must have granted before they are told.
  const std::vector<std::string>& purposes() const { return purposes_; }

  // Whether people are told by their traits too.
  bool uses_traits() const;

  // Takes out of a context what the caller may not see of it.
  void HideTraits(v1::Context& context) const;

  // Replaces `into` by what is to be seen of `identifiers`, by kind and value.
  void Fill(const std::vector<Identifier>& identifiers,
            google::protobuf::RepeatedPtrField<v1::Identifier>& into) const;

  // Tells a person who agrees to `consents`. Of who has not granted what the
  // destination needs nothing is told. Borrows `identifiers`.
  void Tell(const std::vector<Identifier>& identifiers,
            const PersonalTraits& traits,
            const std::vector<ConsentStanding>& consents,
            ToldPerson& person) const;

  // The same of a member, or of a change, whose other fields are there; hides
  // the traits of its context. An exit is told whatever the person agrees to.
  void Tell(const std::vector<Identifier>& identifiers,
            const PersonalTraits& traits,
            const std::vector<ConsentStanding>& consents,
            v1::Member& member) const;
  void Tell(const std::vector<Identifier>& identifiers,
            const PersonalTraits& traits,
            const std::vector<ConsentStanding>& consents,
            v1::MembershipChange& change) const;

 private:
  void Match(const std::vector<Identifier>& identifiers,
             const PersonalTraits& traits, ToldPerson& person) const;
  bool Suffice(const std::vector<ConsentStanding>& consents) const;
  // `agrees`: to what the destination needs.
  void TellTo(bool agrees, const std::vector<Identifier>& identifiers,
              const PersonalTraits& traits, ToldPerson& person) const;
  template <typename Message>
  void TellTo(bool agrees, const std::vector<Identifier>& identifiers,
              const PersonalTraits& traits, Message& message) const;

  v1::IdentifierVisibility visibility_;
  Destination destination_ = Destination::kRaw;
  std::string phone_region_;
  std::vector<std::string> purposes_;
};

// The destination that a request names.
Destination ToDestination(v1::Destination destination);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_SERVICE_CONVERSION_IDENTIFIER_VIEW_H_
