#ifndef AUDIENCED_DAEMON_CTL_ANSWER_H_
#define AUDIENCED_DAEMON_CTL_ANSWER_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "daemon/ctl/commands.h"
#include "google/protobuf/timestamp.pb.h"

// What the verbs that ask the daemon do alike with options and answers.

namespace audienced {

// The instant of an option such as --at; absent where `text` is empty.
// INVALID_ARGUMENT for what is no RFC 3339 timestamp.
absl::StatusOr<std::optional<google::protobuf::Timestamp>> ReadInstant(
    const std::string& option, const std::string& text);

// Says on stderr why there is no answer: kUsage where the command line asks for
// what is not there, kNotReady where nobody answers or not now, else kFailed.
// `status` must not be OK.
ExitCode FailWith(const absl::Status& status);

// Writes to stdout. False where nobody reads it any more.
bool Print(const std::string& text);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_CTL_ANSWER_H_
