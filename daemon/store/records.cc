#include "daemon/store/records.h"

#include "daemon/store/digest.h"

namespace audienced {

int StreamOf(std::string_view profile_key) {
  return Sha256(profile_key)[0] % kStreamCount;
}

}  // namespace audienced
