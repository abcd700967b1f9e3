#include "daemon/system/open_files.h"

#include <sys/resource.h>

namespace audienced {

void AllowAllOpenFiles() {
  rlimit limit = {};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);  // where it fails, all stays as it was
}

}  // namespace audienced
