#include "daemon/ctl/text/member_text.h"

#include <algorithm>
#include <utility>

#include "daemon/ctl/text/printable.h"
#include "daemon/ingest/identity.h"
#include "rules/source/message.h"

namespace audienced {
namespace {

constexpr size_t kIdentifiersShown = 3;
constexpr size_t kWhoWidth = 72;
constexpr size_t kItemsWidth = 48;

std::vector<Identifier> ByWeight(const IdentifierList& identifiers) {
  std::vector<Identifier> sorted;
  for (const v1::Identifier& identifier : identifiers) {
    sorted.push_back({identifier.kind(), identifier.value()});
  }
  SortByWeight(sorted);
  return sorted;
}

bool IsOfDevice(const Identifier& identifier) {
  return identifier.kind == "anonymous_id" ||
         identifier.kind == "advertising_id";
}

std::string ItemText(const v1::ContextItem& item) {
  const std::string& name =
      item.item_name().empty() ? item.item_id() : item.item_name();
  if (item.quantity().empty() || item.quantity() == "1") return name;
  return Concat(item.quantity(), " x ", name);
}

}  // namespace

std::string WhoText(const IdentifierList& identifiers,
                    const std::string& profile) {
  const std::vector<Identifier> sorted = ByWeight(identifiers);
  if (sorted.empty()) return Printable(profile);
  std::string text;
  for (size_t i = 0; i < sorted.size() && i < kIdentifiersShown; ++i) {
    if (i > 0 && IsOfDevice(sorted[i])) break;  // these are the last ones
    text += Concat(i > 0 ? " " : "", KeyOf(sorted[i]));
  }
  return Cut(Printable(text), kWhoWidth);
}

std::string HeaviestValue(const IdentifierList& identifiers,
                          const std::string& profile) {
  const std::vector<Identifier> sorted = ByWeight(identifiers);
  return sorted.empty() ? profile : sorted.front().value;
}

std::string ItemsText(const v1::Context& context) {
  const auto& items = context.cart().empty() ? context.items() : context.cart();
  std::string text;
  for (const v1::ContextItem& item : items) {
    text += Concat(text.empty() ? "" : ", ", ItemText(item));
  }
  return Cut(Printable(text), kItemsWidth);
}

std::string ValueText(const v1::Context& context) {
  std::string text;
  for (const v1::CurrencyAmount& amount : context.value()) {
    text += Concat(text.empty() ? "" : ", ", amount.amount(),
                   amount.currency().empty() ? "" : " ", amount.currency());
  }
  return Printable(text);
}

std::vector<std::string> MemberCells(const v1::Member& member) {
  return {WhoText(member.identifiers(), member.profile()),
          member.has_entered_time() ? TimeToSecond(member.entered_time()) : "",
          member.episode() > 0 ? std::to_string(member.episode()) : "-",
          ItemsText(member.context()), ValueText(member.context())};
}

std::string StatusText(v1::Audience::Status status) {
  return EnumText(v1::Audience::Status_Name(status), "STATUS_", status);
}

std::string WithholdingText(v1::ListMembersResponse::Withholding withholding) {
  switch (withholding) {
    case v1::ListMembersResponse::WITHHOLDING_UNSPECIFIED:
      return "";
    case v1::ListMembersResponse::WITHHOLDING_DRAFT:
      return "the audience is a draft: its members are not published";
    case v1::ListMembersResponse::WITHHOLDING_MINIMUM_SIZE:
      return "the audience has fewer members than its minimum_size: they are "
             "not published";
    default:
      return "the members are withheld";
  }
}

std::string EnumText(const std::string& name, const std::string& prefix,
                     int number) {
  if (name.empty()) return std::to_string(number);
  std::string text =
      name.substr(name.rfind(prefix, 0) == 0 ? prefix.size() : 0);
  std::transform(text.begin(), text.end(), text.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return text;
}

}  // namespace audienced
