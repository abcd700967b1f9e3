#ifndef AUDIENCED_DAEMON_SERVICE_CONVERSION_REFUSAL_H_
#define AUDIENCED_DAEMON_SERVICE_CONVERSION_REFUSAL_H_

#include <string>

#include "absl/status/status.h"
#include "audienced/v1/error_reason.pb.h"

namespace audienced {

// Why one event is refused. Reading an event goes on until a fault is found;
// the first one is told. Costs nothing while there is none.
class Refusal {
 public:
  bool found() const { return reason_ != v1::ERROR_REASON_UNSPECIFIED; }

  // `field` is a path within the message that is being read. Faults after the
  // first change nothing.
  void Add(v1::ErrorReason reason, std::string field, std::string message);

  // The fault lies in element `index` of the field `list`: its path becomes
  // `list[index].field`.
  void MoveInto(const std::string& list, int index);

  // INVALID_ARGUMENT with the reason and the field; OK where no fault is found.
  absl::Status ToStatus() const;

 private:
  v1::ErrorReason reason_ = v1::ERROR_REASON_UNSPECIFIED;
  std::string field_;
  std::string message_;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_SERVICE_CONVERSION_REFUSAL_H_
