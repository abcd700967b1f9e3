#ifndef AUDIENCED_DAEMON_CTL_SYNC_SYNC_OPTIONS_H_
#define AUDIENCED_DAEMON_CTL_SYNC_SYNC_OPTIONS_H_

#include <CLI/CLI.hpp>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "audienced/v1/audience.pb.h"
#include "daemon/ctl/sync/target/target.h"

namespace audienced {

// `audiencectl sync` as the command line says it.
struct SyncOptions {
  std::string audience;
  std::string to;
  std::string state;  // empty: beside the folder
  bool once = false;
  std::string destination = "raw";
  // Of a folder.
  std::string format = "ndjson";
  std::string account;
  std::string list_id;
  bool terms_accepted = false;
  // Of an endpoint.
  std::string shape = "audienced";
  std::string secret_file;  // empty: AUDIENCED_WEBHOOK_SECRET
  bool unsigned_requests = false;
  std::string headers_file;
  std::string endpoint_ca;
  int64_t batch = 100;
  double request_timeout_seconds = 10;
};

// Adds the options to the verb. `options` outlives the run.
void AddSyncOptions(CLI::App& command, SyncOptions& options);

// A target, and what the state says that it is of.
struct SyncPlan {
  std::unique_ptr<Target> target;
  v1::Destination destination = v1::DESTINATION_UNSPECIFIED;
  std::string subject;  // `cart-abandoners for raw as ndjson`
  std::string state;    // the folder
};

// What the options come to. INVALID_ARGUMENT for what does not go together, and
// FAILED_PRECONDITION where a file or a folder is at fault.
absl::StatusOr<SyncPlan> PlanSync(const SyncOptions& options);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_CTL_SYNC_SYNC_OPTIONS_H_
