#ifndef AUDIENCED_DAEMON_CTL_IMPORT_EVENT_SENDER_H_
#define AUDIENCED_DAEMON_CTL_IMPORT_EVENT_SENDER_H_

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "audienced/v1/event_service.grpc.pb.h"
#include "daemon/ctl/client/call_failure.h"
#include "daemon/ctl/client/connection.h"

namespace audienced {

// Events that are sent together, and where they come from.
struct OutgoingBatch {
  v1::StreamEventsRequest request;  // its number is the sender's business
  std::vector<int64_t> lines;       // of each event in its file
};

// Sends batches over one stream, in order and without waiting for each; what
// breaks off is sent again, which changes nothing where it was stored already.
// Holds a few batches at the most. Not thread-safe.
class EventSender {
 public:
  // Called within Send() and Finish(), once for each batch, in order.
  using Acknowledged = std::function<void(const OutgoingBatch&,
                                          const v1::StreamEventsResponse&)>;
  // Told once while the daemon takes nothing for longer than a moment.
  using Waiting = std::function<void(const std::string& why)>;

  EventSender(const Connection& connection, Acknowledged acknowledged,
              Waiting waiting);
  ~EventSender();

  EventSender(const EventSender&) = delete;
  EventSender& operator=(const EventSender&) = delete;

  // Sends the batch, and waits while many are on their way. Where the daemon is
  // busy or gone it tries again, for minutes; a daemon that was never reached
  // is an error at once. An error is one line for people, and final.
  absl::Status Send(OutgoingBatch batch);

  // Returns when every batch is acknowledged.
  absl::Status Finish();

 private:
  using Stream = grpc::ClientReaderWriterInterface<v1::StreamEventsRequest,
                                                   v1::StreamEventsResponse>;

  // Writes and reads until all is written and at most `most` batches wait for
  // their acknowledgement.
  absl::Status Proceed(size_t most);
  // One step each; false where the stream is broken.
  bool WriteNext();
  bool ReadNext();
  // Ends the broken stream and waits until it is worth trying again.
  absl::Status Recover();
  absl::Status GiveUpOrWait(const CallFailure& failure);

  const Connection& connection_;
  const std::unique_ptr<v1::EventService::StubInterface> stub_;
  const Acknowledged acknowledged_;
  const Waiting waiting_;

  std::unique_ptr<grpc::ClientContext> context_;
  std::unique_ptr<Stream> stream_;     // null: to be opened; before its context
  std::deque<OutgoingBatch> batches_;  // without acknowledgement
  size_t written_count_ = 0;           // of them, on this stream
  int64_t last_number_ = 0;
  absl::Status defect_;  // an answer that no daemon gives

  bool reached_ = false;  // anything was ever sent
  int attempts_ = 0;      // since the last acknowledgement
  absl::Time last_progress_;
  bool told_waiting_ = false;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_CTL_IMPORT_EVENT_SENDER_H_
