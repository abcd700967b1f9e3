#include "daemon/destination/normal_form/united_states.h"

#include <algorithm>
#include <array>
#include <utility>

namespace audienced {
namespace {

using Row = std::pair<std::string_view, std::string_view>;

// By name.
constexpr std::array<Row, 56> kStates = {{{"alabama", "al"},
                                          {"alaska", "ak"},
                                          {"americansamoa", "as"},
                                          {"arizona", "az"},
                                          {"arkansas", "ar"},
                                          {"california", "ca"},
                                          {"colorado", "co"},
                                          {"connecticut", "ct"},
                                          {"delaware", "de"},
                                          {"districtofcolumbia", "dc"},
                                          {"florida", "fl"},
                                          {"georgia", "ga"},
                                          {"guam", "gu"},
                                          {"hawaii", "hi"},
                                          {"idaho", "id"},
                                          {"illinois", "il"},
                                          {"indiana", "in"},
                                          {"iowa", "ia"},
                                          {"kansas", "ks"},
                                          {"kentucky", "ky"},
                                          {"louisiana", "la"},
                                          {"maine", "me"},
                                          {"maryland", "md"},
                                          {"massachusetts", "ma"},
                                          {"michigan", "mi"},
                                          {"minnesota", "mn"},
                                          {"mississippi", "ms"},
                                          {"missouri", "mo"},
                                          {"montana", "mt"},
                                          {"nebraska", "ne"},
                                          {"nevada", "nv"},
                                          {"newhampshire", "nh"},
                                          {"newjersey", "nj"},
                                          {"newmexico", "nm"},
                                          {"newyork", "ny"},
                                          {"northcarolina", "nc"},
                                          {"northdakota", "nd"},
                                          {"northernmarianaislands", "mp"},
                                          {"ohio", "oh"},
                                          {"oklahoma", "ok"},
                                          {"oregon", "or"},
                                          {"pennsylvania", "pa"},
                                          {"puertorico", "pr"},
                                          {"rhodeisland", "ri"},
                                          {"southcarolina", "sc"},
                                          {"southdakota", "sd"},
                                          {"tennessee", "tn"},
                                          {"texas", "tx"},
                                          {"usvirginislands", "vi"},
                                          {"utah", "ut"},
                                          {"vermont", "vt"},
                                          {"virginia", "va"},
                                          {"washington", "wa"},
                                          {"westvirginia", "wv"},
                                          {"wisconsin", "wi"},
                                          {"wyoming", "wy"}}};

}  // namespace

std::string_view StateCode(std::string_view name) {
  const auto* const found =
      std::lower_bound(kStates.begin(), kStates.end(), name,
                       [](const Row& row, std::string_view wanted) {
                         return row.first < wanted;
                       });
  return found != kStates.end() && found->first == name ? found->second : "";
}

}  // namespace audienced
