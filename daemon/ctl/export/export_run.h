#ifndef AUDIENCED_DAEMON_CTL_EXPORT_EXPORT_RUN_H_
#define AUDIENCED_DAEMON_CTL_EXPORT_EXPORT_RUN_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "audienced/v1/audience_service.grpc.pb.h"
#include "daemon/ctl/client/connection.h"
#include "daemon/ctl/export/format/format.h"
#include "daemon/ctl/export/manifest.h"
#include "daemon/ctl/export/member_sink.h"
#include "daemon/ctl/export/written_identifiers.h"
#include "daemon/ctl/terminal.h"

namespace audienced {

// Reads an audience from the daemon, whole or what changed in it, into a sink.
// Used once.
class ExportRun {
 public:
  // Borrows its arguments.
  ExportRun(const Connection& connection, const Format& format,
            std::string audience, MemberSink& sink);

  // All members, of one state. Says in `manifest` what they are.
  absl::Status ReadSnapshot(Manifest& manifest);

  // What changed since `cursor`, until there is no more.
  absl::Status ReadChanges(const std::string& cursor, Manifest& manifest);

 private:
  // Hands `member` to the sink; takes out of it what is written already.
  absl::Status Hand(FileAction action, v1::Member& member, Manifest& manifest);
  // How many there are, about.
  absl::StatusOr<int64_t> CountMembers();

  const Connection& connection_;
  const Format& format_;
  const std::string audience_;
  MemberSink& sink_;
  const std::unique_ptr<v1::AudienceService::Stub> stub_;
  WrittenIdentifiers written_;
  Progress progress_;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_CTL_EXPORT_EXPORT_RUN_H_
