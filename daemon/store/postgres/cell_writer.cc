#include "daemon/store/postgres/cell_writer.h"

namespace audienced {

void CellWriter::Jsonb(std::string_view json) {
  std::string& bytes = Begin(json.size() + 1);
  bytes.push_back(kJsonbVersion);
  bytes += json;
}

void CellWriter::Id(const Uuid& uuid) {
  Begin(uuid.size()).append(uuid.begin(), uuid.end());
}

std::string& CellWriter::Begin(size_t length) {
  AppendInteger(static_cast<int32_t>(length), bytes_);
  return bytes_;
}

}  // namespace audienced
