#include "daemon/destination/normal_form/email.h"

#include <algorithm>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "daemon/destination/normal_form/letters.h"

namespace audienced {
namespace {

// RFC 5321: 64 before the `@`, 255 behind it.
constexpr size_t kEmailLimitBytes = 320;

// Stand in quoted addresses and lists of them, and in no address that people
// have.
constexpr std::string_view kForeignCharacters = "<>()[]\\,;:\"";

bool IsDomain(std::string_view domain) {
  return domain.find('.') != std::string_view::npos && domain.front() != '.' &&
         domain.back() != '.' && domain.find("..") == std::string_view::npos;
}

bool IsAddress(std::string_view text) {
  const size_t at = text.find('@');
  return at != std::string_view::npos && at > 0 && at + 1 < text.size() &&
         text.find('@', at + 1) == std::string_view::npos &&
         text.find_first_of(kForeignCharacters) == std::string_view::npos &&
         IsDomain(text.substr(at + 1));
}

NormalForm LowerAddress(std::string_view address) {
  if (address.empty()) return NormalForm::LeftOut(Omission::kEmpty);
  if (address.size() > kEmailLimitBytes) {
    return NormalForm::LeftOut(Omission::kTooLong);
  }
  std::optional<std::string> lower = LowerCase(address);
  if (!lower) return NormalForm::LeftOut(Omission::kNotText);
  if (!IsAddress(*lower) || WithoutSpaces(*lower) != *lower) {
    return NormalForm::LeftOut(Omission::kNotAnEmail);
  }
  return {*std::move(lower)};
}

bool IsGmail(std::string_view domain) {
  return domain == "gmail.com" || domain == "googlemail.com";
}

}  // namespace

NormalForm PlainEmail(std::string_view value) {
  return LowerAddress(Trimmed(value));
}

NormalForm SpacelessEmail(std::string_view value) {
  return LowerAddress(WithoutSpaces(value));
}

NormalForm GoogleEmail(std::string_view value) {
  NormalForm form = SpacelessEmail(value);
  if (form.left_out()) return form;
  const size_t at = form.text.find('@');
  const std::string domain = form.text.substr(at + 1);
  if (!IsGmail(domain)) return form;
  std::string mailbox = form.text.substr(0, std::min(at, form.text.find('+')));
  mailbox.erase(std::remove(mailbox.begin(), mailbox.end(), '.'),
                mailbox.end());
  if (mailbox.empty()) return NormalForm::LeftOut(Omission::kNotAnEmail);
  return {absl::StrCat(mailbox, "@", domain)};
}

}  // namespace audienced
