#include "daemon/ctl/export/format/klaviyo_json.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "daemon/ctl/export/format/member_identifiers.h"
#include "daemon/ctl/text/message_json.h"
#include "daemon/destination/normal_form/email.h"
#include "daemon/destination/normal_form/phone.h"

namespace audienced {
namespace {

using Json = nlohmann::ordered_json;

// A larger profile refuses the whole file.
constexpr size_t kProfileLimitBytes = 100'000;

// The first value of `kind` that has a form; empty where there is none. One
// that Klaviyo cannot read would refuse the whole file.
template <typename Form>
std::string FirstForm(const v1::Member& member, std::string_view kind,
                      Form form) {
  for (const std::string& value : ValuesOf(member, kind)) {
    NormalForm found = form(value);
    if (!found.left_out()) return std::move(found.text);
  }
  return "";
}

Json IdentityOf(const v1::Member& member) {
  Json attributes = Json::object();
  const std::string email =
      FirstForm(member, "email",
                [](const std::string& value) { return PlainEmail(value); });
  const std::string phone = FirstForm(
      member, "phone",
      [](const std::string& value) { return PhoneWithPlus(value, ""); });
  const std::string user_id = FirstValueOf(member, "user_id");
  if (!email.empty()) attributes["email"] = email;
  if (!phone.empty()) attributes["phone_number"] = phone;
  if (!user_id.empty()) attributes["external_id"] = user_id;
  return attributes;
}

// `audienced_cart_abandoners`: a name that Klaviyo's templates can say.
std::string PropertyOf(const std::string& audience) {
  return absl::StrCat("audienced_",
                      absl::StrReplaceAll(audience, {{"-", "_"}}));
}

Json PropertiesOf(FileAction action, const std::string& audience,
                  const v1::Member& member) {
  const std::string property = PropertyOf(audience);
  Json properties = {{property, action == FileAction::kAdd}};
  if (action == FileAction::kRemove) return properties;
  properties[property + "_episode"] = member.episode();
  properties[property + "_idempotency_key"] = member.idempotency_key();
  properties[property + "_existing"] = member.existing();
  const Json context = JsonOf(member.context());
  for (const auto& [name, value] : context.items()) {
    properties[absl::StrCat(property, "_", name)] = value;
  }
  return properties;
}

}  // namespace

std::string KlaviyoJson::Begin(FileAction action) const {
  std::string begin = "{\"data\": {\"type\": \"profile-bulk-import-job\",\n";
  if (action == FileAction::kAdd && !options_.list_id.empty()) {
    const Json lists = {
        {"lists", {{"data", {{{"type", "list"}, {"id", options_.list_id}}}}}}};
    absl::StrAppend(&begin, "\"relationships\": ", JsonText(lists), ",\n");
  }
  return absl::StrCat(begin, "\"attributes\": {\"profiles\": {\"data\": [\n");
}

FormatRecord KlaviyoJson::Record(FileAction action,
                                 const v1::Member& member) const {
  Json attributes = IdentityOf(member);
  if (attributes.empty()) return FormatRecord::Skipped(kNoIdentifier);
  attributes["properties"] = PropertiesOf(action, options_.audience, member);
  FormatRecord record;
  record.text =
      JsonText({{"type", "profile"}, {"attributes", std::move(attributes)}});
  record.rows = 1;
  if (record.text.size() > kProfileLimitBytes) {
    return FormatRecord::Skipped("too_large");
  }
  return record;
}

std::string KlaviyoJson::End(FileAction) const { return "\n]}}}}\n"; }

}  // namespace audienced
