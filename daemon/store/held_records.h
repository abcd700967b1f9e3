#ifndef AUDIENCED_DAEMON_STORE_HELD_RECORDS_H_
#define AUDIENCED_DAEMON_STORE_HELD_RECORDS_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "daemon/store/records.h"
#include "rules/history/value.h"

// What is held of a person, as one who asks gets it: page by page, because a
// history may be long.

namespace audienced {

// Where a reader stands: behind the row `key` of a part, or at its beginning.
// To be passed on unchanged.
struct HeldPosition {
  int part = 0;
  std::vector<std::string> key;
};

// One row of the database, as one JSON object.
struct HeldLine {
  ProfileId profile;  // under which it is kept
  std::string json;
};

struct HeldLines {
  std::vector<HeldLine> lines;
  std::optional<HeldPosition> next;  // absent: that was all
};

// Events in the order of time.
struct HeldEvents {
  std::vector<EventRecord> events;
  std::optional<HeldPosition> next;  // absent: that was all
};

struct HeldTrait {
  std::string name;
  Value value;
  absl::Time since;
};

struct HeldConsent {
  std::string purpose;
  bool granted = false;
  absl::Time since;
};

// What holds of a profile at an instant, by name.
struct HeldState {
  std::vector<HeldTrait> traits;  // without those that were removed
  std::vector<HeldConsent> consents;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_STORE_HELD_RECORDS_H_
