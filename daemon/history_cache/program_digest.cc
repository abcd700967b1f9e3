#include "daemon/history_cache/program_digest.h"

#include <xxhash.h>

#include "daemon/history_cache/mapped_file.h"

namespace audienced {

absl::StatusOr<uint64_t> ProgramDigest() {
  const absl::StatusOr<MappedFile> program = MappedFile::Open("/proc/self/exe");
  if (!program.ok()) return program.status();
  return XXH3_64bits(program->bytes().data(), program->bytes().size());
}

}  // namespace audienced
