#include "daemon/service/call/watch_registry.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "daemon/ingest/error_reason.h"
#include "daemon/service/call/message_bytes.h"
#include "daemon/service/conversion/status_mapping.h"
#include "daemon/service/conversion/time_conversion.h"

namespace audienced {
namespace {

constexpr int kThreads = 2;
constexpr absl::Duration kShortestInterval = absl::Seconds(1);

// A watch that ends before it begins.
class RefusedWatch : public grpc::ServerWriteReactor<grpc::ByteBuffer> {
 public:
  explicit RefusedWatch(const absl::Status& status) {
    Finish(ToGrpcStatus(status, kWatchMethod));
  }
  void OnDone() override { delete this; }
};

absl::Status TooManyWatchers(int64_t limit) {
  return WithReason(
      absl::ResourceExhaustedError(absl::StrCat(
          "all ", limit, " watches are taken; close one or try later")),
      v1::ERROR_REASON_TOO_MANY_WATCHERS, {{"limit", absl::StrCat(limit)}});
}

// The interval that a request asks for, within what is allowed.
absl::Duration CheckpointInterval(const v1::WatchMembershipsRequest& request,
                                  absl::Duration longest) {
  if (!request.has_checkpoint_interval()) return longest;
  const google::protobuf::Duration& asked = request.checkpoint_interval();
  return std::clamp(
      absl::Seconds(asked.seconds()) + absl::Nanoseconds(asked.nanos()),
      std::min(kShortestInterval, longest), longest);
}

v1::WatchStatus StatusOf(const Watcher& watcher, const StreamPositions& heads) {
  const Watcher::Progress progress = watcher.progress();
  v1::WatchStatus status;
  *status.mutable_audiences() = watcher.request().audiences();
  *status.mutable_start_time() = ToTimestamp(progress.start_time);
  status.set_sent_change_count(progress.sent_changes);
  status.set_subscription(watcher.request().subscription());
  status.set_reads_log(progress.reads_log);
  if (!progress.positions) return status;
  status.set_lag_changes(CountBetween(*progress.positions, heads));
  return status;
}

}  // namespace

WatchRegistry::WatchRegistry(const Entrance& entrance, Options options)
    : entrance_(entrance),
      options_(options),
      // A watcher has one task there at the most.
      pool_(kThreads, static_cast<size_t>(options.watcher_limit)) {}

WatchRegistry::~WatchRegistry() {
  if (feed_ != nullptr) feed_->RemoveListener(listener_);
}

void WatchRegistry::Listen(ChangeFeed& feed) {
  feed_ = &feed;
  listener_ = feed.AddListener([this] { WakeAll(); });
}

grpc::ServerWriteReactor<grpc::ByteBuffer>* WatchRegistry::Open(
    const grpc::CallbackServerContext& context,
    const grpc::ByteBuffer& request) {
  absl::StatusOr<AdmissionPtr> admission =
      Admit(entrance_, context, kWatchMethod);
  if (!admission.ok()) return new RefusedWatch(admission.status());
  v1::WatchMembershipsRequest asked;
  const absl::Status parsed = ParseMessage(request, asked);
  if (!parsed.ok()) return new RefusedWatch(parsed);
  std::shared_ptr<Watcher> watcher;
  {
    absl::MutexLock lock(&mutex_);
    if (closed_) return new RefusedWatch(ShuttingDown());
    if (static_cast<int64_t>(watchers_.size()) >= options_.watcher_limit) {
      return new RefusedWatch(TooManyWatchers(options_.watcher_limit));
    }
    watcher =
        Watcher::Make(entrance_.stages(), pool_, *std::move(admission), asked,
                      {CheckpointInterval(asked, options_.checkpoint_interval),
                       [this](Watcher* done) { Remove(done); }});
    watchers_.emplace(watcher.get(), watcher);
  }
  watcher->Begin();
  return watcher.get();
}

void WatchRegistry::CloseAll() {
  absl::MutexLock lock(&mutex_);
  closed_ = true;
  for (const auto& [key, watcher] : watchers_) watcher->Close(ShuttingDown());
}

int64_t WatchRegistry::size() const {
  absl::MutexLock lock(&mutex_);
  return static_cast<int64_t>(watchers_.size());
}

int64_t WatchRegistry::log_reader_count() const {
  absl::MutexLock lock(&mutex_);
  return std::count_if(
      watchers_.begin(), watchers_.end(),
      [](const auto& each) { return each.second->progress().reads_log; });
}

std::vector<v1::WatchStatus> WatchRegistry::List(size_t limit) const {
  const StreamPositions heads = entrance_.stages().feed.heads();
  std::vector<v1::WatchStatus> list;
  {
    absl::MutexLock lock(&mutex_);
    for (const auto& [key, watcher] : watchers_) {
      list.push_back(StatusOf(*watcher, heads));
    }
  }
  std::stable_sort(
      list.begin(), list.end(),
      [](const v1::WatchStatus& left, const v1::WatchStatus& right) {
        return left.lag_changes() > right.lag_changes();
      });
  list.resize(std::min(list.size(), limit));
  return list;
}

void WatchRegistry::WakeAll() {
  absl::MutexLock lock(&mutex_);
  for (const auto& [key, watcher] : watchers_) watcher->Wake();
}

void WatchRegistry::Remove(Watcher* watcher) {
  absl::MutexLock lock(&mutex_);
  watchers_.erase(watcher);
}

}  // namespace audienced
