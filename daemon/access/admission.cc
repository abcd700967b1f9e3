#include "daemon/access/admission.h"

#include <utility>

namespace audienced {

Admission::Admission(std::shared_ptr<const Client> client, const Clock& clock)
    : client_(std::move(client)),
      clock_(clock),
      caller_(client_ == nullptr ? Caller::Local() : client_->caller()) {}

void Admission::End() const {
  if (!ended_.exchange(true) && client_ != nullptr) client_->limiter().End();
}

absl::Status Admission::Check() const {
  return client_ == nullptr ? absl::OkStatus() : client_->Check(clock_.Now());
}

absl::Time Admission::expires_at() const {
  return client_ == nullptr ? absl::InfiniteFuture()
                            : client_->record().expires_at;
}

}  // namespace audienced
