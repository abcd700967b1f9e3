#ifndef AUDIENCED_DAEMON_CTL_EXPORT_MANIFEST_H_
#define AUDIENCED_DAEMON_CTL_EXPORT_MANIFEST_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "daemon/ctl/export/format/format.h"
#include "google/protobuf/timestamp.pb.h"

namespace audienced {

// A file of an export.
struct ExportedFile {
  std::string name;  // beside the manifest: `add-000001.json`
  FileAction action = FileAction::kAdd;
  int64_t members = 0;
  int64_t rows = 0;
  int64_t bytes = 0;
  std::string sha256;
};

// What an export says of itself: `manifest.json`, written last, so that a
// folder that has one is complete.
struct Manifest {
  std::string format;
  std::string destination;
  std::string audience;
  bool is_snapshot = true;  // else changes
  int64_t rule_version = 0;
  google::protobuf::Timestamp evaluated_through;
  std::string cursor;  // where `--since` goes on
  // Why nobody is told although the rule has members; empty: it is not so.
  std::string withheld;
  // In the order in which they are to be acted on: removals first.
  std::vector<ExportedFile> files;
  // Members of whom nothing is written, by reason.
  std::map<std::string, int64_t> skipped;
  // Identifiers that are left out, by kind and reason:
  // `phone_sha256: not_a_phone_number`.
  std::map<std::string, int64_t> omitted_identifiers;

  int64_t MembersOf(FileAction action) const;
  std::string Json() const;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_CTL_EXPORT_MANIFEST_H_
