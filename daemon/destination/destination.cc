#include "daemon/destination/destination.h"

#include <array>

namespace audienced {
namespace {

// In the order of the enum.
constexpr std::array<std::string_view, 5> kNames = {"raw", "google", "meta",
                                                    "tiktok", "linkedin"};

constexpr std::array<std::string_view, 14> kOmissions = {
    "",
    "empty",
    "too_long",
    "not_text",
    "not_an_email",
    "not_a_phone_number",
    "not_a_name",
    "not_a_postal_code",
    "unknown_country",
    "unknown_gender",
    "not_a_date",
    "not_an_advertising_id",
    "incomplete_address",
    "no_consent"};

}  // namespace

std::string_view Name(Destination destination) {
  return kNames[static_cast<size_t>(destination)];
}

std::optional<Destination> FindDestination(std::string_view name) {
  for (size_t i = 0; i < kNames.size(); ++i) {
    if (kNames[i] == name) return static_cast<Destination>(i);
  }
  return std::nullopt;
}

std::string_view Name(Omission omission) {
  return kOmissions[static_cast<size_t>(omission)];
}

}  // namespace audienced
