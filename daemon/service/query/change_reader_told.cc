// ChangeReader, where changes are read as they go over the wire.

#include <algorithm>
#include <memory>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "daemon/service/query/change_reader.h"
#include "daemon/service/query/member_list.h"

namespace audienced {

absl::StatusOr<ChangeReader::ToldPortion> ChangeReader::NextTold() {
  const absl::Status ready = Prepare(kWatchBatchLimit);
  if (!ready.ok()) return ready;
  ToldPortion portion;
  while (HasChange()) {
    if (told_ == nullptr) TellCommit();
    const std::shared_ptr<const ToldChanges>& part = (*told_)[part_];
    const bool fits = portion.count + part->count <= kWatchBatchLimit &&
                      portion.bytes + part->bytes.size() <= kAnswerLimitBytes;
    if (portion.count > 0 && !fits) break;
    if (part->count > 0) portion.parts.push_back(part);
    portion.count += part->count;
    portion.bytes += part->bytes.size();
    PassPart();
  }
  if (!HasChange()) portion.at_head = EndPage();
  return portion;
}

void ChangeReader::TellCommit() {
  const auto tell = [this] {
    ToldCommit told;
    for (size_t begin = change_; begin < commit().changes.size();) {
      told.push_back(TellPart(begin));
      begin = told.back()->end;
    }
    return told;
  };
  told_ = IsShared() ? commit().views->Get(view_key_, tell)
                     : std::make_shared<const ToldCommit>(tell());
  part_ = 0;
}

std::shared_ptr<const ToldChanges> ChangeReader::TellPart(size_t begin) const {
  auto part = std::make_shared<ToldChanges>();
  absl::flat_hash_map<std::string, int64_t> counts;
  v1::WatchMembershipsResponse message;
  const std::vector<ChangeRecord>& changes = commit().changes;
  size_t i = begin;
  for (; i < changes.size() && part->count < kWatchBatchLimit &&
         part->bytes.size() < kAnswerLimitBytes;
       ++i) {
    if (!page_.IsDue(due(), changes[i]) || !Wanted(changes[i])) continue;
    // Messages one after the other are one message with all their changes.
    message.Clear();
    *message.add_changes() = Tell(changes[i]);
    message.AppendToString(&part->bytes);
    ++part->count;
    ++counts[changes[i].audience];
  }
  part->end = i;
  part->audience_counts.assign(counts.begin(), counts.end());
  return part;
}

void ChangeReader::PassPart() {
  const size_t end = (*told_)[part_++]->end;
  StreamPositions& positions = position_.positions;
  if (IsShared() && end == commit().changes.size()) {
    // All that it has: no need to look at its changes.
    for (int stream = 0; stream < kStreamCount; ++stream) {
      positions[stream] = std::max(positions[stream], commit().after[stream]);
    }
    change_ = end;
    return;
  }
  for (; change_ < end; ++change_) {
    const ChangeRecord& change = commit().changes[change_];
    int64_t& position = positions[change.stream];
    position = std::max(position, change.sequence);
  }
}

}  // namespace audienced
