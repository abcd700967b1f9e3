#include "daemon/ingest/identity/link_plan.h"

namespace audienced {

bool HasUserId(const std::vector<Identifier>& identifiers) {
  return std::any_of(identifiers.begin(), identifiers.end(),
                     [](const Identifier& identifier) {
                       return identifier.kind == "user_id";
                     });
}

}  // namespace audienced
