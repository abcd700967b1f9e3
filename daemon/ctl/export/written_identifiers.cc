#include "daemon/ctl/export/written_identifiers.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "absl/strings/str_cat.h"

namespace audienced {
namespace {

// Kinds that are parts of a description rather than names of one person.
constexpr std::array<std::string_view, 12> kDescriptive = {
    "first_name_sha256", "last_name_sha256",   "gender_sha256",
    "birth_year_sha256", "birth_month_sha256", "birth_day_sha256",
    "city_sha256",       "state_sha256",       "postal_code_sha256",
    "country_sha256",    "postal_code",        "country"};

}  // namespace

bool TellsApart(std::string_view kind) {
  return std::find(kDescriptive.begin(), kDescriptive.end(), kind) ==
         kDescriptive.end();
}

bool WrittenIdentifiers::Keep(v1::Member& member) {
  google::protobuf::RepeatedPtrField<v1::Identifier> kept;
  bool had = false;
  bool has = false;
  for (v1::Identifier& one : *member.mutable_identifiers()) {
    if (TellsApart(one.kind())) {
      had = true;
      if (!written_.insert(absl::StrCat(one.kind(), ":", one.value())).second) {
        continue;
      }
      has = true;
    }
    *kept.Add() = std::move(one);
  }
  member.mutable_identifiers()->Swap(&kept);
  return has || !had;
}

}  // namespace audienced
