#include "daemon/destination/normal_form/advertising_id.h"

#include <string>

#include "absl/strings/ascii.h"
#include "daemon/destination/normal_form/letters.h"

namespace audienced {
namespace {

constexpr size_t kUuidSize = 36;

bool IsUuid(std::string_view text) {
  if (text.size() != kUuidSize) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool is_dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (is_dash ? text[i] != '-'
                : !absl::ascii_isxdigit(static_cast<unsigned char>(text[i]))) {
      return false;
    }
  }
  return true;
}

}  // namespace

NormalForm AdvertisingId(std::string_view value) {
  const std::string_view trimmed = Trimmed(value);
  if (trimmed.empty()) return NormalForm::LeftOut(Omission::kEmpty);
  if (!IsUuid(trimmed) ||
      trimmed.find_first_not_of("0-") == std::string_view::npos) {
    return NormalForm::LeftOut(Omission::kNotAnAdvertisingId);
  }
  std::string lower(trimmed);
  absl::AsciiStrToLower(&lower);
  return {std::move(lower)};
}

}  // namespace audienced
