#include "daemon/service/call/watch_registry.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "daemon/ingest/error_reason.h"
#include "daemon/service/conversion/status_mapping.h"

namespace audienced {
namespace {

constexpr int kThreads = 2;
constexpr absl::Duration kShortestInterval = absl::Seconds(1);

// A watch that ends before it begins.
class RefusedWatch
    : public grpc::ServerWriteReactor<v1::WatchMembershipsResponse> {
 public:
  explicit RefusedWatch(const absl::Status& status) {
    Finish(ToGrpcStatus(status, "WatchMemberships"));
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

}  // namespace

WatchRegistry::WatchRegistry(const Stages& stages, Options options)
    : stages_(stages),
      options_(options),
      // A watcher has one task there at the most.
      pool_(kThreads, static_cast<size_t>(options.watcher_limit)) {
  listener_ = stages_.feed.AddListener([this] { WakeAll(); });
}

WatchRegistry::~WatchRegistry() { stages_.feed.RemoveListener(listener_); }

grpc::ServerWriteReactor<v1::WatchMembershipsResponse>* WatchRegistry::Open(
    const v1::WatchMembershipsRequest& request) {
  std::shared_ptr<Watcher> watcher;
  {
    absl::MutexLock lock(&mutex_);
    if (closed_) return new RefusedWatch(ShuttingDown());
    if (static_cast<int64_t>(watchers_.size()) >= options_.watcher_limit) {
      return new RefusedWatch(TooManyWatchers(options_.watcher_limit));
    }
    watcher = Watcher::Make(
        stages_, pool_, request,
        {CheckpointInterval(request, options_.checkpoint_interval),
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

void WatchRegistry::WakeAll() {
  absl::MutexLock lock(&mutex_);
  for (const auto& [key, watcher] : watchers_) watcher->Wake();
}

void WatchRegistry::Remove(Watcher* watcher) {
  absl::MutexLock lock(&mutex_);
  watchers_.erase(watcher);
}

}  // namespace audienced
