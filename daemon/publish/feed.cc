#include "daemon/publish/feed.h"

#include <algorithm>
#include <map>
#include <utility>

#include "daemon/publish/cursor.h"

namespace audienced {
namespace {

size_t BytesOf(const std::vector<Identifier>& identifiers) {
  size_t bytes = 0;
  for (const Identifier& identifier : identifiers) {
    bytes +=
        sizeof(identifier) + identifier.kind.size() + identifier.value.size();
  }
  return bytes;
}

}  // namespace

size_t PublishedCommit::bytes() const {
  size_t bytes = 0;
  for (const ChangeRecord& change : changes) {
    bytes += sizeof(change) + change.audience.size() + change.context.size() +
             BytesOf(change.identifiers) +
             BytesOf(change.previous_identifiers) +
             change.consents.size() * sizeof(ConsentStanding) +
             change.continues.size() * sizeof(ContinuedEpisode);
  }
  return bytes;
}

ChangeFeed::ChangeFeed(Store& store, const InstanceRecord& instance)
    : store_(store),
      heads_(instance.heads),
      commit_number_(instance.commit_number) {}

StreamPositions ChangeFeed::heads() const {
  absl::ReaderMutexLock lock(&mutex_);
  return heads_;
}

int64_t ChangeFeed::commit_number() const {
  absl::ReaderMutexLock lock(&mutex_);
  return commit_number_;
}

void ChangeFeed::Publish(std::shared_ptr<PublishedCommit> commit) {
  commit->views = std::make_shared<CommitViews>(told_bytes_);
  {
    absl::MutexLock lock(&mutex_);
    heads_ = commit->after;
    commit_number_ = commit->commit_number;
    if (commit->changes.empty()) return;
    recent_changes_ += commit->changes.size();
    recent_bytes_ += commit->bytes();
    recent_.push_back(std::move(commit));
    BoundMemory();
  }
  absl::MutexLock lock(&listeners_mutex_);
  for (const auto& [id, listener] : listeners_) listener();
}

void ChangeFeed::BoundMemory() {
  while ((recent_changes_ > kRecentChanges || recent_bytes_ > kRecentBytes) &&
         recent_.size() > 1) {
    recent_changes_ -= recent_.front()->changes.size();
    recent_bytes_ -= recent_.front()->bytes();
    recent_.pop_front();
    if (closed_views_ > 0) --closed_views_;
  }
  while (*told_bytes_ > kToldBytes && closed_views_ + 1 < recent_.size()) {
    recent_[closed_views_++]->views->Close();
  }
}

void ChangeFeed::ForgetRecent() {
  absl::MutexLock lock(&mutex_);
  for (const auto& commit : recent_) commit->views->Close();
  recent_.clear();
  closed_views_ = 0;
  recent_changes_ = 0;
  recent_bytes_ = 0;
}

absl::StatusOr<ChangeFeed::Page> ChangeFeed::Read(
    const StreamPositions& positions, int limit) {
  {
    absl::ReaderMutexLock lock(&mutex_);
    if (!NotBehind(heads_, positions)) return CursorAhead();
    if (positions == heads_) {
      return Page{{}, positions, positions, /*at_head=*/true};
    }
    if (!recent_.empty() && NotBehind(positions, recent_.front()->before)) {
      return ReadRecent(positions, limit);
    }
  }
  return ReadLog(positions, limit);
}

std::optional<std::vector<ProfileId>> ChangeFeed::ChangedSince(
    const StreamPositions& positions, const std::string& audience,
    int limit) const {
  Page page;
  {
    absl::ReaderMutexLock lock(&mutex_);
    if (positions == heads_) return std::vector<ProfileId>();
    if (recent_.empty() || !NotBehind(positions, recent_.front()->before)) {
      return std::nullopt;
    }
    page = ReadRecent(positions, limit);
  }
  if (!page.at_head) return std::nullopt;
  std::vector<ProfileId> changed;
  for (const Due& due : page.commits) {
    for (const ChangeRecord& change : due.commit->changes) {
      if (change.audience == audience && page.IsDue(due, change)) {
        changed.push_back(change.profile);
      }
    }
  }
  std::sort(changed.begin(), changed.end());
  changed.erase(std::unique(changed.begin(), changed.end()), changed.end());
  return changed;
}

// A commit is due while any of its streams is ahead of the positions. Positions
// that came from the log, or behind less than a page, may stand inside commits.
ChangeFeed::Page ChangeFeed::ReadRecent(const StreamPositions& positions,
                                        int limit) const {
  Page page;
  page.before = positions;
  page.after = positions;
  auto commit = std::partition_point(
      recent_.begin(), recent_.end(),
      [&](const std::shared_ptr<const PublishedCommit>& each) {
        return NotBehind(positions, each->after);
      });
  int taken = 0;
  for (; commit != recent_.end() && taken < limit; ++commit) {
    page.commits.push_back({*commit, NotBehind((*commit)->before, positions)});
    for (int stream = 0; stream < kStreamCount; ++stream) {
      page.after[stream] =
          std::max(page.after[stream], (*commit)->after[stream]);
    }
    taken += static_cast<int>((*commit)->changes.size());
  }
  page.at_head = page.after == heads_;
  return page;
}

absl::StatusOr<ChangeFeed::Page> ChangeFeed::ReadLog(
    const StreamPositions& positions, int limit) {
  const StreamPositions through = heads();
  absl::StatusOr<std::vector<ChangeRecord>> changes =
      store_.ReadChanges(positions, through, limit);
  if (!changes.ok()) return changes.status();
  // After reading: it may have been removed in the meantime.
  if (!NotBehind(positions, store_.LogStart())) return CursorExpired();
  Page page;
  page.from_log = true;
  page.before = positions;
  page.after = positions;
  std::map<int64_t, std::shared_ptr<PublishedCommit>> commits;
  for (ChangeRecord& change : *changes) {
    page.after[change.stream] = change.sequence;
    std::shared_ptr<PublishedCommit>& commit = commits[change.commit_number];
    if (commit == nullptr) {
      commit = std::make_shared<PublishedCommit>();
      commit->commit_number = change.commit_number;
    }
    commit->changes.push_back(std::move(change));
  }
  for (auto& [number, commit] : commits) {
    page.commits.push_back({std::move(commit)});
  }
  page.at_head = page.after == through;
  return page;
}

int ChangeFeed::AddListener(std::function<void()> listener) {
  absl::MutexLock lock(&listeners_mutex_);
  listeners_[next_listener_] = std::move(listener);
  return next_listener_++;
}

void ChangeFeed::RemoveListener(int id) {
  absl::MutexLock lock(&listeners_mutex_);
  listeners_.erase(id);
}

}  // namespace audienced
