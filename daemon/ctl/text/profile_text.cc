#include "daemon/ctl/text/profile_text.h"

#include "daemon/ctl/text/member_text.h"
#include "daemon/ctl/text/printable.h"
#include "daemon/ctl/text/text_table.h"
#include "rules/source/message.h"

namespace audienced {
namespace {

// Of one value: more is in the export.
constexpr size_t kValueWidth = 60;

std::string ValueText(const v1::Property& property) {
  switch (property.value_case()) {
    case v1::Property::kText:
      return Printable(Cut(property.text(), kValueWidth));
    case v1::Property::kNumber:
      return std::to_string(property.number());
    case v1::Property::kDecimal:
      return property.decimal();
    case v1::Property::kBoolean:
      return property.boolean() ? "true" : "false";
    case v1::Property::kJson:
      return Printable(Cut(property.json(), kValueWidth));
    case v1::Property::VALUE_NOT_SET:
      break;
  }
  return "";
}

std::string ConsentText(const v1::Consent& consent) {
  return consent.state() == v1::Consent::STATE_GRANTED ? "granted" : "denied";
}

std::string ItemIds(const v1::Event& event) {
  std::string text;
  for (const v1::Item& item : event.items()) {
    text += Concat(text.empty() ? "" : ", ", Printable(item.item_id()));
  }
  return Cut(text, kValueWidth);
}

std::string NamesText(const v1::Profile& profile) {
  std::string text = Concat("profile  ", profile.profile(),
                            profile.large() ? "  large" : "", "\n");
  for (const v1::Identifier& identifier : profile.identifiers()) {
    text += Concat("  ", identifier.kind(), ":", Printable(identifier.value()),
                   "\n");
  }
  for (const std::string& absorbed : profile.absorbed_profiles()) {
    text += Concat("  with ", absorbed, ", which was merged into it\n");
  }
  return text;
}

std::string StateText(const v1::Profile& profile) {
  std::string text;
  if (!profile.traits().empty()) {
    TextTable traits({{"TRAIT"}, {"VALUE"}, {"SINCE"}});
    for (const v1::HeldTrait& held : profile.traits()) {
      traits.Add({Printable(held.trait().name()), ValueText(held.trait()),
                  TimeToSecond(held.since_time())});
    }
    text += Concat("\n", traits.Take());
  }
  if (!profile.consents().empty()) {
    TextTable consents({{"PURPOSE"}, {"CONSENT"}, {"SINCE"}});
    for (const v1::HeldConsent& held : profile.consents()) {
      consents.Add({Printable(held.consent().purpose()),
                    ConsentText(held.consent()),
                    TimeToSecond(held.since_time())});
    }
    text += Concat("\n", consents.Take());
  }
  return text;
}

std::string StaysText(const v1::Profile& profile) {
  if (profile.stays().empty()) return "\nno stay in any audience\n";
  TextTable stays({{"AUDIENCE"},
                   {"EPISODE", TextTable::Align::kRight},
                   {"ENTERED"},
                   {"LEFT"}});
  for (const v1::Stay& stay : profile.stays()) {
    stays.Add(
        {stay.member().audience(), std::to_string(stay.member().episode()),
         TimeToSecond(stay.member().entered_time()),
         stay.has_left_time() ? TimeToSecond(stay.left_time()) : "is in"});
  }
  return Concat("\n", stays.Take());
}

}  // namespace

std::string ProfileText(const v1::GetProfileResponse& response) {
  const v1::Profile& profile = response.profile();
  std::string text =
      Concat(NamesText(profile), StateText(profile), StaysText(profile));
  TextTable events({{"TIME"}, {"EVENT"}, {"ORIGIN"}, {"ITEMS"}});
  for (const v1::StoredEvent& stored : response.events()) {
    events.Add({ExactTime(stored.event().occurred_time()),
                Printable(stored.event().event()), Printable(stored.origin()),
                ItemIds(stored.event())});
  }
  text += Concat("\n", events.Take());
  if (!response.next_page_token().empty()) {
    text += "... and more; 'audiencectl profile export' tells all\n";
  }
  return text;
}

}  // namespace audienced
