#include "daemon/ctl/offline/events_by_profile.h"

#include <algorithm>
#include <bitset>
#include <numeric>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/container/inlined_vector.h"
#include "rules/engine/share_out.h"

namespace audienced {
namespace {

// What events mean lies all over the memory; so many profiles before its turn
// it is asked for.
constexpr size_t kProfilesAhead = 2;

// False where each line is for sure an event of its own: each marks one place
// of a few thousand by its digest, and none was marked.
bool MayHaveCopies(absl::Span<const ProjectedLine> lines) {
  std::bitset<4096> seen;
  for (const ProjectedLine& line : lines) {
    const size_t place = line.digest % seen.size();
    if (seen[place]) return true;
    seen.set(place);
  }
  return false;
}

// Of most profiles every event was seen once, which is quick to tell.
bool HasCopies(absl::Span<const ProjectedLine> lines) {
  if (!MayHaveCopies(lines)) return false;
  absl::InlinedVector<uint64_t, 64> digests;
  for (const ProjectedLine& line : lines) digests.push_back(line.digest);
  std::sort(digests.begin(), digests.end());
  return std::adjacent_find(digests.begin(), digests.end()) != digests.end();
}

// How many lines are left, at the begin.
size_t DropLaterCopies(absl::Span<ProjectedLine> lines) {
  absl::flat_hash_set<uint64_t> known;
  const auto end = std::remove_if(lines.begin(), lines.end(),
                                  [&](const ProjectedLine& line) {
                                    return !known.insert(line.digest).second;
                                  });
  return static_cast<size_t>(end - lines.begin());
}

bool IsBefore(const ProjectedLine& one, const ProjectedLine& other) {
  return one.order() < other.order();
}

}  // namespace

EventsByProfile::EventsByProfile(std::vector<ProjectedLines> lines,
                                 std::vector<LineProjector> projectors,
                                 absl::Span<const uint32_t> profile_of,
                                 size_t profiles, int threads)
    : projectors_(std::move(projectors)),
      profiles_(profiles),
      batches_(lines.size()) {
  std::vector<std::vector<ProjectedLine>> spares(threads);
  const auto divide = [&](int thread, size_t batch, size_t) {
    batches_[batch] =
        Divide(std::move(lines[batch].events), profile_of, spares[thread]);
  };
  ShareOut(lines.size(), threads, divide, /*portion=*/1);
}

EventsByProfile::Batch EventsByProfile::Divide(
    std::vector<ProjectedLine> lines, absl::Span<const uint32_t> profile_of,
    std::vector<ProjectedLine>& spare) const {
  const size_t parts = (profiles_ + kProfilesOfPart - 1) / kProfilesOfPart;
  std::vector<uint32_t> next(parts + 1);  // by part, where its next line goes
  for (ProjectedLine& line : lines) {
    line.whose = profile_of[line.whose];
    ++next[line.whose / kProfilesOfPart + 1];
  }
  std::partial_sum(next.begin(), next.end(), next.begin());
  Batch batch;
  batch.begins = next;
  spare.resize(lines.size());
  for (const ProjectedLine& line : lines) {
    spare[next[line.whose / kProfilesOfPart]++] = line;
  }
  batch.lines = std::exchange(spare, std::move(lines));
  return batch;
}

EventsByProfile::Maker::Maker(const EventsByProfile& events,
                              const Projection& projection)
    : all_(events),
      has_statements_(std::any_of(
          events.projectors_.begin(), events.projectors_.end(),
          [](const LineProjector& one) { return one.has_statements(); })),
      history_(projection.NewHistory()) {}

void EventsByProfile::Maker::Load(size_t part) {
  part_ = part;
  const size_t first = part * kProfilesOfPart;
  const size_t profiles = std::min(kProfilesOfPart, all_.profiles_ - first);
  std::vector<size_t> ends(profiles);  // by profile, of its lines
  for (const Batch& batch : all_.batches_) {
    for (const ProjectedLine& line : batch.Of(part)) ++ends[line.whose - first];
  }
  std::partial_sum(ends.begin(), ends.end(), ends.begin());
  lines_.resize(ends.back());
  for (auto batch = all_.batches_.rbegin(); batch != all_.batches_.rend();
       ++batch) {
    const Lines lines = batch->Of(part);
    for (auto line = lines.rbegin(); line != lines.rend(); ++line) {
      lines_[--ends[line->whose - first]] = *line;
    }
  }
  // What was the end of each is its begin now.
  ends.push_back(lines_.size());
  events_.resize(profiles);
  for (size_t i = 0; i < profiles; ++i) {
    events_[i] = Order(ends[i], ends[i + 1]);
  }
}

absl::Span<const ProjectedLine> EventsByProfile::Maker::Order(size_t begin,
                                                              size_t end) {
  const absl::Span<ProjectedLine> lines =
      absl::MakeSpan(lines_).subspan(begin, end - begin);
  const size_t count = HasCopies(lines) ? DropLaterCopies(lines) : lines.size();
  const absl::Span<ProjectedLine> events = lines.first(count);
  if (!std::is_sorted(events.begin(), events.end(), IsBefore)) {
    std::sort(events.begin(), events.end(), IsBefore);
  }
  return events;
}

void EventsByProfile::Maker::Prefetch(size_t place) const {
  if (place >= events_.size()) return;
  for (const ProjectedLine& line : events_[place]) line.meaning.Prefetch();
}

const History& EventsByProfile::Maker::HistoryOf(uint32_t profile) {
  if (part_ != profile / kProfilesOfPart) Load(profile / kProfilesOfPart);
  const size_t place = profile % kProfilesOfPart;
  Prefetch(place + kProfilesAhead);
  OpenEvents& events = history_.Restart();
  for (const ProjectedLine& line : events_[place]) {
    events.AddUnnamed(line.time, line.meaning.class_id(), line.digest,
                      line.meaning.cells(), line.meaning.item_cells());
  }
  if (has_statements_) AddStatements(events_[place]);
  return history_;
}

void EventsByProfile::Maker::AddStatements(Lines events) {
  for (const ProjectedLine& line : events) {
    for (const LineProjector& projector : all_.projectors_) {
      const ProjectedEvent* said = projector.StatementOf(line.meaning);
      if (said != nullptr) history_.InsertRemnant(*said);
    }
  }
}

}  // namespace audienced
