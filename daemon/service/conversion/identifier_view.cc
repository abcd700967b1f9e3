#include "daemon/service/conversion/identifier_view.h"

#include <algorithm>
#include <tuple>

#include "daemon/service/conversion/audience_conversion.h"

namespace audienced {

void IdentifierView::Fill(
    std::vector<Identifier> identifiers,
    google::protobuf::RepeatedPtrField<v1::Identifier>& into) const {
  into.Clear();
  if (visibility_ != v1::IDENTIFIER_VISIBILITY_PLAIN) return;
  std::sort(identifiers.begin(), identifiers.end(),
            [](const Identifier& left, const Identifier& right) {
              return std::tie(left.kind, left.value) <
                     std::tie(right.kind, right.value);
            });
  for (const Identifier& identifier : identifiers) {
    *into.Add() = ToProto(identifier);
  }
}

}  // namespace audienced
