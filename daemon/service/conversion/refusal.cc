#include "daemon/service/conversion/refusal.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "daemon/ingest/error_reason.h"

namespace audienced {

void Refusal::Add(v1::ErrorReason reason, std::string field,
                  std::string message) {
  if (found()) return;
  reason_ = reason;
  field_ = std::move(field);
  message_ = std::move(message);
}

void Refusal::MoveInto(const std::string& list, int index) {
  field_ =
      absl::StrCat(list, "[", index, "]", field_.empty() ? "" : ".", field_);
}

absl::Status Refusal::ToStatus() const {
  if (!found()) return absl::OkStatus();
  return InvalidField(reason_, field_, message_);
}

}  // namespace audienced
