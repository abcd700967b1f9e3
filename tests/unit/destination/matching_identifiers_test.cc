// A person as each destination gets the person. The hashes are those that
// Python's hashlib makes of the forms beside them.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "daemon/destination/consent_needs.h"
#include "daemon/destination/matching_identifiers.h"
#include "daemon/destination/personal_traits.h"
#include "daemon/digest/digest.h"

namespace audienced {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

constexpr char kDevice[] = "aece52e7-03ee-455a-b3c4-e57283966239";

std::vector<Identifier> AnnsIdentifiers() {
  return {{"user_id", "u-7"},
          {"email", " Cloudy.San.Francisco+shopping@GMAIL.com "},
          {"phone", "(800)555-0100"},
          {"advertising_id", "AECE52E7-03EE-455A-B3C4-E57283966239"},
          {"anonymous_id", "a-1"}};
}

PersonalTraits AnnsTraits() {
  PersonalTraits traits;
  traits.first_name = " José-María ";
  traits.last_name = "Smith Jr.";
  traits.city = "St. Louis";
  traits.state = "Missouri";
  traits.postal_code = "94016-1234";
  traits.country = "US";
  traits.gender = "female";
  traits.birthday = "1990-02-28";
  return traits;
}

std::string Hashed(const std::string& kind, const std::string& form) {
  return absl::StrCat(kind, ":", Sha256Hex(form));
}

// As `kind:value`.
std::vector<std::string> IdentifiersOf(const MatchingIdentifiers& found) {
  std::vector<std::string> texts;
  for (const Identifier& one : found.identifiers) {
    texts.push_back(absl::StrCat(one.kind, ":", one.value));
  }
  return texts;
}

// As `kind:reason`.
std::vector<std::string> OmittedOf(const MatchingIdentifiers& found) {
  std::vector<std::string> texts;
  for (const OmittedIdentifier& one : found.omitted) {
    texts.push_back(
        absl::StrCat(one.kind, ":", std::string(Name(one.omission))));
  }
  return texts;
}

MatchingIdentifiers Ann(Destination destination,
                        IdentifierDetail view = IdentifierDetail::kPlain) {
  return MatchingIdentifiersOf(destination, {view, "US"}, AnnsIdentifiers(),
                               AnnsTraits());
}

TEST(MatchingIdentifiersTest, Google) {
  EXPECT_THAT(
      IdentifiersOf(Ann(Destination::kGoogle)),
      ElementsAre(
          absl::StrCat("advertising_id:", kDevice), "country:US",
          Hashed("email_sha256", "cloudysanfrancisco@gmail.com"),
          "external_id:u-7", Hashed("first_name_sha256", "josémaría"),
          Hashed("last_name_sha256", "smith"),
          // of +18005550100
          "phone_sha256:"
          "fb4f73a6ec5fdb7077d564cdd22c3554b43ce49168550c3b12c547b78c517b30",
          "postal_code:94016-1234"));
}

TEST(MatchingIdentifiersTest, GoogleMatchesNoPartOfAnAddress) {
  PersonalTraits traits = AnnsTraits();
  traits.postal_code.clear();
  const MatchingIdentifiers found = MatchingIdentifiersOf(
      Destination::kGoogle, {}, {{"email", "ann@example.com"}}, traits);
  EXPECT_THAT(IdentifiersOf(found),
              ElementsAre(Hashed("email_sha256", "ann@example.com")));
  EXPECT_THAT(OmittedOf(found),
              ElementsAre("country:incomplete_address",
                          "first_name_sha256:incomplete_address",
                          "last_name_sha256:incomplete_address"));
}

TEST(MatchingIdentifiersTest, Meta) {
  EXPECT_THAT(
      IdentifiersOf(Ann(Destination::kMeta)),
      UnorderedElementsAre(
          absl::StrCat("advertising_id:", kDevice), "external_id:u-7",
          Hashed("email_sha256", "cloudy.san.francisco+shopping@gmail.com"),
          Hashed("phone_sha256", "18005550100"),
          Hashed("first_name_sha256", "josémaría"),
          Hashed("last_name_sha256", "smith jr"), Hashed("gender_sha256", "f"),
          Hashed("birth_year_sha256", "1990"),
          Hashed("birth_month_sha256", "02"), Hashed("birth_day_sha256", "28"),
          Hashed("city_sha256", "stlouis"), Hashed("state_sha256", "mo"),
          Hashed("postal_code_sha256", "94016"),
          // of us
          "country_sha256:"
          "79adb2a2fce5c6ba215fe5f27f532d4e7edbac4b6a5e09e1ef3a08084a904621"));
}

TEST(MatchingIdentifiersTest, TikTokAndLinkedIn) {
  EXPECT_THAT(IdentifiersOf(Ann(Destination::kTikTok)),
              ElementsAre(Hashed("advertising_id_sha256", kDevice),
                          Hashed("email_sha256",
                                 "cloudy.san.francisco+shopping@gmail.com"),
                          Hashed("phone_sha256", "+18005550100")));
  EXPECT_THAT(IdentifiersOf(Ann(Destination::kLinkedIn)),
              ElementsAre(Hashed("email_sha256",
                                 "cloudy.san.francisco+shopping@gmail.com")));
}

// Of the devices that it matches by it must know which kind they are.
TEST(MatchingIdentifiersTest, LinkedInGetsAndroidDevicesAsTheyAre) {
  const std::vector<Identifier> devices = {
      {"gaid", "AECE52E7-03EE-455A-B3C4-E57283966239"},
      {"idfa", "EA7583CD-A667-48BC-B806-42ECB2B48606"}};
  EXPECT_THAT(
      IdentifiersOf(MatchingIdentifiersOf(
          Destination::kLinkedIn, {IdentifierDetail::kPlain, ""}, devices, {})),
      ElementsAre(absl::StrCat("google_aid:", kDevice)));
  EXPECT_THAT(IdentifiersOf(MatchingIdentifiersOf(
                  Destination::kLinkedIn, {IdentifierDetail::kHashed, ""},
                  devices, {})),
              IsEmpty());
}

TEST(MatchingIdentifiersTest, RawIsAsItIsOrHashed) {
  std::vector<std::string> as_they_are;
  for (const Identifier& one : AnnsIdentifiers()) {
    as_they_are.push_back(absl::StrCat(one.kind, ":", one.value));
  }
  EXPECT_THAT(IdentifiersOf(Ann(Destination::kRaw)),
              ::testing::UnorderedElementsAreArray(as_they_are));
  EXPECT_THAT(IdentifiersOf(Ann(Destination::kRaw, IdentifierDetail::kHashed)),
              ElementsAre(Hashed("advertising_id_sha256", kDevice),
                          Hashed("anonymous_id_sha256", "a-1"),
                          Hashed("email_sha256",
                                 "cloudy.san.francisco+shopping@gmail.com"),
                          Hashed("phone_sha256", "+18005550100"),
                          Hashed("user_id_sha256", "u-7")));
}

TEST(MatchingIdentifiersTest, NothingPlainIsToldWhereOnlyHashesMayBe) {
  for (const Destination destination :
       {Destination::kRaw, Destination::kGoogle, Destination::kMeta,
        Destination::kTikTok, Destination::kLinkedIn}) {
    for (const Identifier& one :
         Ann(destination, IdentifierDetail::kHashed).identifiers) {
      if (one.kind == "country" || one.kind == "postal_code") continue;
      EXPECT_TRUE(IsSha256Hex(one.value)) << one.kind << " " << one.value;
    }
  }
}

TEST(MatchingIdentifiersTest, HashesPassThrough) {
  const std::string hash = Sha256Hex("ann@example.com");
  const std::string upper = absl::AsciiStrToUpper(hash);
  for (const Destination destination :
       {Destination::kGoogle, Destination::kMeta, Destination::kTikTok,
        Destination::kLinkedIn}) {
    EXPECT_THAT(
        IdentifiersOf(MatchingIdentifiersOf(
            destination, {},
            {{"email", " " + upper + " "}, {"email_sha256", hash}}, {})),
        ElementsAre("email_sha256:" + hash));
  }
  EXPECT_THAT(IdentifiersOf(MatchingIdentifiersOf(
                  Destination::kRaw, {IdentifierDetail::kHashed, ""},
                  {{"email", upper}, {"email_sha256", hash}}, {})),
              ElementsAre("email_sha256:" + hash));
  // What says that it is a hash and is none.
  EXPECT_THAT(
      OmittedOf(MatchingIdentifiersOf(
          Destination::kMeta, {}, {{"email_sha256", "ann@example.com"}}, {})),
      ElementsAre("email_sha256:not_text"));
}

TEST(MatchingIdentifiersTest, WhatHasNoFormIsOmittedWithItsReason) {
  PersonalTraits traits;
  traits.first_name = "\xFF";
  traits.country = "Atlantis";
  traits.gender = std::string(100 << 10, 'x');
  traits.birthday = "28/02/1990";
  const std::vector<Identifier> identifiers = {
      {"email", "an address with spaces"},
      {"phone", "+0000000000"},
      {"advertising_id", "00000000-0000-0000-0000-000000000000"},
      {"user_id", "  "}};
  const MatchingIdentifiers found =
      MatchingIdentifiersOf(Destination::kMeta, {}, identifiers, traits);
  EXPECT_THAT(found.identifiers, IsEmpty());
  EXPECT_THAT(
      OmittedOf(found),
      ElementsAre(
          "advertising_id:not_an_advertising_id", "birth_day_sha256:not_a_date",
          "birth_month_sha256:not_a_date", "birth_year_sha256:not_a_date",
          "country_sha256:unknown_country", "email_sha256:not_an_email",
          "external_id:empty", "first_name_sha256:not_text",
          "gender_sha256:too_long", "phone_sha256:not_a_phone_number"));
}

TEST(MatchingIdentifiersTest, EqualValuesAreToldOnce) {
  EXPECT_THAT(IdentifiersOf(MatchingIdentifiersOf(
                  Destination::kGoogle, {},
                  {{"email", "a.b@gmail.com"}, {"email", "ab@gmail.com"}}, {})),
              ElementsAre(Hashed("email_sha256", "ab@gmail.com")));
}

TEST(MatchingIdentifiersTest, OnlySomeDestinationsUseTraits) {
  EXPECT_TRUE(UsesTraits(Destination::kGoogle));
  EXPECT_TRUE(UsesTraits(Destination::kMeta));
  EXPECT_FALSE(UsesTraits(Destination::kTikTok));
  EXPECT_FALSE(UsesTraits(Destination::kLinkedIn));
  EXPECT_FALSE(UsesTraits(Destination::kRaw));
}

// Each name that a destination matches by is one of those.
TEST(PersonalTraitsTest, AreKnownToIdentifySomebody) {
  for (const char* name :
       {"first_name", "familyName", "city", "address.state", "region", "zip",
        "address.postalCode", "countryCode", "sex", "dateOfBirth", "E-Mail",
        "phone", "Full Name", "contact.email"}) {
    EXPECT_TRUE(IdentifiesPerson(name)) << name;
  }
  for (const char* name : {"plan", "emails_sent", "$large", "", ".", "tier"}) {
    EXPECT_FALSE(IdentifiesPerson(name)) << name;
  }
}

TEST(PersonalTraitsTest, AreFoundUnderTheNamesThatSendersUse) {
  Properties address;
  address.Set("postalCode", Value(Decimal::FromInteger(94016)));
  address.Set("city", Value("Leeds"));
  Properties traits;
  traits.Set("firstName", Value("Ann"));
  traits.Set("last_name", Value("Lee"));
  traits.Set("address", Value(address));
  traits.Set("country", Value(true));
  traits.Set("countryCode", Value("GB"));
  const PersonalTraits found = PersonalTraitsOf(traits);
  EXPECT_EQ(found.first_name, "Ann");
  EXPECT_EQ(found.last_name, "Lee");
  EXPECT_EQ(found.city, "Leeds");
  EXPECT_EQ(found.postal_code, "94016");
  EXPECT_EQ(found.country, "GB");
  EXPECT_EQ(found.state, "");
}

TEST(ConsentNeedsTest, AreReadAsTheyAreWritten) {
  const auto need = ParseConsentNeed("google=ad_user_data+ad_personalization");
  ASSERT_TRUE(need);
  EXPECT_EQ(need->destination, Destination::kGoogle);
  EXPECT_THAT(need->purposes,
              ElementsAre("ad_user_data", "ad_personalization"));
  EXPECT_EQ(ConsentNeedText(*need), "google=ad_user_data+ad_personalization");
  for (const char* text :
       {"", "google", "google=", "google=a+", "elsewhere=a", "=a"}) {
    EXPECT_FALSE(ParseConsentNeed(text)) << text;
  }
  const ConsentNeeds needs = ConsentNeedsOf(
      {*need, {Destination::kGoogle, {"ad_user_data", "marketing"}}});
  EXPECT_THAT(needs.at(Destination::kGoogle),
              ElementsAre("ad_user_data", "ad_personalization", "marketing"));
  EXPECT_THAT(MissingPurposes(needs.at(Destination::kGoogle),
                              {"marketing", "ad_personalization"}),
              ElementsAre("ad_user_data"));
}

}  // namespace
}  // namespace audienced
