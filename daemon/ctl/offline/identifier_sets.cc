#include "daemon/ctl/offline/identifier_sets.h"

namespace audienced {

uint32_t IdentifierSets::NumberOf(TextDigest digest,
                                  std::vector<Identifier> identifiers) {
  return numbers_.FindOrMake(digest, [&] {
    has_names_only_ &= identifiers.size() == 1;
    sets_.push_back(std::move(identifiers));
    return static_cast<uint32_t>(sets_.size() - 1);
  });
}

}  // namespace audienced
