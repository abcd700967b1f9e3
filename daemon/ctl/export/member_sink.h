#ifndef AUDIENCED_DAEMON_CTL_EXPORT_MEMBER_SINK_H_
#define AUDIENCED_DAEMON_CTL_EXPORT_MEMBER_SINK_H_

#include <string>

#include "absl/status/status.h"
#include "daemon/ctl/export/format/format.h"

namespace audienced {

// Where an export goes.
class MemberSink {
 public:
  virtual ~MemberSink() = default;

  // Takes one more member. One of whom its format writes nothing is counted.
  virtual absl::Status Add(FileAction action, const v1::Member& member) = 0;

  // Counts a member that is not handed over, by the reason.
  virtual void Skip(const std::string& why) = 0;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_CTL_EXPORT_MEMBER_SINK_H_
