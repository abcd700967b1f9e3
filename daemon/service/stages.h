#ifndef AUDIENCED_DAEMON_SERVICE_STAGES_H_
#define AUDIENCED_DAEMON_SERVICE_STAGES_H_

#include "daemon/access/access_control.h"
#include "daemon/destination/destination_settings.h"
#include "daemon/pipeline/pipeline.h"
#include "daemon/publish/cursor.h"
#include "daemon/publish/feed.h"
#include "daemon/rollout/rollout.h"
#include "daemon/store/store.h"
#include "daemon/system/clock.h"

namespace audienced {

// The stages from which calls are answered. All are thread-safe in what is used
// of them here (of the store its reading side), and outlive the server.
struct Stages {
  Pipeline& pipeline;
  ChangeFeed& feed;
  Store& store;
  const CursorCoder& cursors;
  const Clock& clock;
  Rollout& rollout;
  AccessControl& access;
  const DestinationSettings& destinations;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_SERVICE_STAGES_H_
