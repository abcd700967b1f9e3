// How callers see people: by what they may see, for whom, and by what the
// person agrees to.

#include "daemon/service/conversion/identifier_view.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "daemon/digest/digest.h"

namespace audienced {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Caller CallerWith(v1::IdentifierVisibility visibility) {
  Rights rights;
  rights.identifiers = visibility;
  return Caller("ads", rights);
}

const Caller kPlain = CallerWith(v1::IDENTIFIER_VISIBILITY_PLAIN);

DestinationSettings NeedsAds() {
  DestinationSettings settings;
  settings.consents[Destination::kMeta] = {"ads"};
  return settings;
}

std::vector<Identifier> Ann() {
  return {{"user_id", "u-1"}, {"email", "Ann@example.com"}};
}

// As `kind:value`.
template <typename Message>
std::vector<std::string> Told(const Message& message) {
  std::vector<std::string> texts;
  for (const v1::Identifier& one : message.identifiers()) {
    texts.push_back(absl::StrCat(one.kind(), ":", one.value()));
  }
  return texts;
}

// As `kind:reason`.
template <typename Message>
std::vector<std::string> Omitted(const Message& message) {
  std::vector<std::string> texts;
  for (const v1::OmittedIdentifier& one : message.omitted_identifiers()) {
    texts.push_back(absl::StrCat(one.kind(), ":", one.reason()));
  }
  return texts;
}

std::vector<ConsentStanding> Saying(const std::string& purpose, bool granted) {
  return {{purpose, granted}};
}

TEST(IdentifierViewTest, TellsWhatTheCallerMaySee) {
  const std::string email =
      absl::StrCat("email_sha256:", Sha256Hex("ann@example.com"));
  v1::Member member;
  IdentifierView(kPlain).Tell(Ann(), {}, {}, member);
  EXPECT_THAT(Told(member),
              ElementsAre("email:Ann@example.com", "user_id:u-1"));
  const Caller hashed = CallerWith(v1::IDENTIFIER_VISIBILITY_HASHED);
  IdentifierView(hashed).Tell(Ann(), {}, {}, member);
  EXPECT_THAT(Told(member), ElementsAre(email, absl::StrCat("user_id_sha256:",
                                                            Sha256Hex("u-1"))));
  IdentifierView(hashed, Destination::kMeta, {}).Tell(Ann(), {}, {}, member);
  EXPECT_THAT(Told(member), ElementsAre(email));
  const Caller blind = CallerWith(v1::IDENTIFIER_VISIBILITY_NONE);
  for (const Destination destination :
       {Destination::kRaw, Destination::kGoogle, Destination::kMeta}) {
    const IdentifierView view(blind, destination, {});
    view.Tell(Ann(), {}, {}, member);
    EXPECT_THAT(Told(member), IsEmpty());
    EXPECT_FALSE(view.uses_traits());
  }
}

// The names of the traits, and of the fields of those that are objects.
std::vector<std::string> TraitsTold(v1::IdentifierVisibility visibility) {
  v1::Member member;
  for (const char* name : {"plan", "Email", "phone_number", "address.city",
                           "first-name", "since", "country", "home"}) {
    v1::TraitValue& trait = *member.mutable_context()->add_traits();
    trait.set_name(name);
    trait.mutable_value()->set_string_value("x");
  }
  v1::TraitValue& object = *member.mutable_context()->add_traits();
  object.set_name("account");
  google::protobuf::Value* listed =
      object.mutable_value()->mutable_list_value()->add_values();
  for (const char* name : {"tier", "email"}) {
    (*listed->mutable_struct_value()->mutable_fields())[name].set_bool_value(
        true);
  }
  IdentifierView(CallerWith(visibility)).Tell(Ann(), {}, {}, member);
  std::vector<std::string> told;
  for (const v1::TraitValue& trait : member.context().traits()) {
    told.push_back(trait.name());
    for (const auto& element : trait.value().list_value().values()) {
      for (const auto& [name, value] : element.struct_value().fields()) {
        told.push_back(trait.name() + "." + name);
      }
    }
  }
  return told;
}

TEST(IdentifierViewTest, TraitsThatSayWhoSomebodyIsAreIdentifiersToo) {
  for (const auto visibility :
       {v1::IDENTIFIER_VISIBILITY_NONE, v1::IDENTIFIER_VISIBILITY_HASHED}) {
    EXPECT_THAT(TraitsTold(visibility), ElementsAre("plan", "since", "home",
                                                    "account", "account.tier"));
  }
  EXPECT_EQ(TraitsTold(v1::IDENTIFIER_VISIBILITY_PLAIN).size(), 11u);
}

TEST(IdentifierViewTest, WhoHasNotAgreedIsNotTold) {
  const IdentifierView view(kPlain, Destination::kMeta, NeedsAds());
  v1::Member member;
  view.Tell(Ann(), {}, Saying("ads", true), member);
  EXPECT_EQ(member.identifiers_size(), 2);
  for (const auto& consents : {Saying("ads", false), Saying("mail", true),
                               std::vector<ConsentStanding>()}) {
    view.Tell(Ann(), {}, consents, member);
    EXPECT_THAT(Told(member), IsEmpty());
    EXPECT_THAT(Omitted(member), ElementsAre("*:no_consent"));
  }
  // Another destination needs nothing.
  IdentifierView(kPlain, Destination::kLinkedIn, NeedsAds())
      .Tell(Ann(), {}, Saying("ads", false), member);
  EXPECT_EQ(member.identifiers_size(), 1);
}

TEST(IdentifierViewTest, AnExitNamesWhomToRemoveWhateverTheySayNow) {
  const IdentifierView view(kPlain, Destination::kMeta, NeedsAds());
  v1::MembershipChange change;
  change.set_kind(v1::CHANGE_KIND_ENTERED);
  view.Tell(Ann(), {}, Saying("ads", false), change);
  EXPECT_THAT(Told(change), IsEmpty());
  change.set_kind(v1::CHANGE_KIND_LEFT);
  view.Tell(Ann(), {}, Saying("ads", false), change);
  EXPECT_EQ(change.identifiers_size(), 2);
  EXPECT_THAT(Omitted(change), IsEmpty());
}

}  // namespace
}  // namespace audienced
