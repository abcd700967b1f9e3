#include "daemon/ctl/export/format/google_json.h"

#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "daemon/ctl/export/format/member_identifiers.h"
#include "daemon/ctl/text/message_json.h"

namespace audienced {
namespace {

using Json = nlohmann::ordered_json;

// More are refused.
constexpr size_t kIdentifiersLimit = 10;

// The address is the first to be kept: all its parts were found.
Json UserIdentifiers(const v1::Member& member) {
  Json identifiers = Json::array();
  if (const std::string given = FirstValueOf(member, "first_name_sha256");
      !given.empty()) {
    identifiers.push_back(
        {{"address",
          {{"givenName", given},
           {"familyName", FirstValueOf(member, "last_name_sha256")},
           {"regionCode", FirstValueOf(member, "country")},
           {"postalCode", FirstValueOf(member, "postal_code")}}}});
  }
  for (const std::string& email : ValuesOf(member, "email_sha256")) {
    if (identifiers.size() == kIdentifiersLimit) break;
    identifiers.push_back({{"emailAddress", email}});
  }
  for (const std::string& phone : ValuesOf(member, "phone_sha256")) {
    if (identifiers.size() == kIdentifiersLimit) break;
    identifiers.push_back({{"phoneNumber", phone}});
  }
  return identifiers;
}

// What the member said of the two purposes that Google asks for; only what the
// rules name is known.
Json ConsentOf(const v1::Member& member) {
  Json consent = Json::object();
  for (const v1::ConsentState& said : member.consents()) {
    const char* const told =
        said.granted() ? "CONSENT_GRANTED" : "CONSENT_DENIED";
    if (said.purpose() == "ad_user_data") consent["adUserData"] = told;
    if (said.purpose() == "ad_personalization") {
      consent["adPersonalization"] = told;
    }
  }
  return consent;
}

Json DestinationOf(const FormatOptions& options) {
  return {
      {"operatingAccount",
       {{"accountType", "GOOGLE_ADS"},
        {"accountId", options.account.empty() ? "ACCOUNT" : options.account}}},
      {"productDestinationId",
       options.list_id.empty() ? "LIST_ID" : options.list_id}};
}

}  // namespace

std::string GoogleJson::Begin(FileAction) const {
  return absl::StrCat("{\"destinations\": [", JsonText(DestinationOf(options_)),
                      "],\n\"audienceMembers\": [\n");
}

FormatRecord GoogleJson::Record(FileAction action,
                                const v1::Member& member) const {
  Json identifiers = UserIdentifiers(member);
  if (identifiers.empty()) return FormatRecord::Skipped(kNoIdentifier);
  Json told = {{"userData", {{"userIdentifiers", std::move(identifiers)}}}};
  Json consent = ConsentOf(member);
  if (action == FileAction::kAdd && !consent.empty()) {
    told["consent"] = std::move(consent);
  }
  return {JsonText(told), 1, ""};
}

std::string GoogleJson::End(FileAction action) const {
  std::string end = "\n],\n\"encoding\": \"HEX\"";
  if (action == FileAction::kAdd && options_.terms_accepted) {
    end +=
        ",\n\"termsOfService\": {\"customerMatchTermsOfServiceStatus\": "
        "\"ACCEPTED\"}";
  }
  return end + "}\n";
}

}  // namespace audienced
