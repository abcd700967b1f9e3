#ifndef AUDIENCED_DAEMON_PIPELINE_PREPARED_HISTORIES_H_
#define AUDIENCED_DAEMON_PIPELINE_PREPARED_HISTORIES_H_

#include <memory>
#include <vector>

#include "daemon/pipeline/directory.h"
#include "daemon/pipeline/history_reader.h"
#include "rules/engine/project/projection.h"

namespace audienced {

// Histories that need not be read from the database when rules come into force,
// as they were read to plan these, or kept at the last stop: perhaps not all.
// That of a profile which is another object in the directory by then is out of
// date.
struct PreparedHistories {
  std::shared_ptr<Projection> projection;
  std::vector<Directory::ProfilePtr> profiles;  // by number
  Histories histories;                          // one each
};
using PreparedPtr = std::shared_ptr<const PreparedHistories>;

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_PIPELINE_PREPARED_HISTORIES_H_
