#include "daemon/ctl/offline/identifier_sets.h"

namespace audienced {

void IdentifierSets::Number(absl::Span<Asked> asked) {
  numbers_.FindOrMake(
      asked,
      [&](Asked& one) {
        has_names_only_ &= one.identifiers.size() == 1;
        sets_.push_back(std::move(one.identifiers));
        return static_cast<uint32_t>(sets_.size() - 1);
      },
      [](Asked& one, uint32_t number) { one.number = number; });
}

}  // namespace audienced
