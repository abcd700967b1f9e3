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

// Where the lines end then.
ProjectedLine* DropLaterCopies(absl::Span<ProjectedLine> lines) {
  absl::flat_hash_set<uint64_t> known;
  return std::remove_if(lines.begin(), lines.end(),
                        [&](const ProjectedLine& line) {
                          return !known.insert(line.digest).second;
                        });
}

bool IsBefore(const ProjectedLine& one, const ProjectedLine& other) {
  return one.time != other.time ? one.time < other.time
                                : one.event_id() < other.event_id();
}

// Where each of `parts` parts of the profiles begins, and the end: about as
// many lines are of each part.
std::vector<size_t> Divide(absl::Span<const uint32_t> counts, size_t parts) {
  const size_t all = std::accumulate(counts.begin(), counts.end(), size_t{0});
  std::vector<size_t> begins = {0};
  size_t lines = 0;
  for (size_t profile = 0; profile < counts.size(); ++profile) {
    if (lines >= all * begins.size() / parts) begins.push_back(profile);
    lines += counts[profile];
  }
  begins.resize(parts, counts.size());
  begins.push_back(counts.size());
  return begins;
}

}  // namespace

EventsByProfile::EventsByProfile(std::vector<ProjectedLines> lines,
                                 std::vector<LineProjector> projectors,
                                 absl::Span<const uint32_t> profile_of,
                                 size_t profiles, int threads)
    : projectors_(std::move(projectors)), parts_(threads), ranges_(profiles) {
  const std::vector<uint32_t> counts =
      CountLines(lines, profile_of, profiles, threads);
  const std::vector<size_t> begins = Divide(counts, parts_.size());
  const auto place = [&](int, size_t part, size_t) {
    Place(lines, profile_of, counts, begins[part], begins[part + 1],
          parts_[part]);
  };
  ShareOut(parts_.size(), threads, place, /*portion=*/1);
  lines = {};
  std::vector<size_t> sizes(threads);
  std::vector<Instant> last_times(threads, Instant::Never());
  ShareOut(profiles, threads, [&](int thread, size_t begin, size_t end) {
    for (size_t i = begin; i < end; ++i) {
      Order(ranges_[i]);
      if (ranges_[i].begin == ranges_[i].end) continue;
      sizes[thread] += static_cast<size_t>(ranges_[i].end - ranges_[i].begin);
      last_times[thread] =
          std::max(last_times[thread], ranges_[i].end[-1].time);
    }
  });
  size_ = std::accumulate(sizes.begin(), sizes.end(), size_t{0});
  last_time_ = *std::max_element(last_times.begin(), last_times.end());
}

std::vector<uint32_t> EventsByProfile::CountLines(Lines lines,
                                                  ProfileOf profile_of,
                                                  size_t profiles,
                                                  int threads) {
  std::vector<std::vector<uint32_t>> of_threads(threads);
  const auto count = [&](int thread, size_t batch, size_t) {
    of_threads[thread].resize(profiles);
    for (const ProjectedLine& line : lines[batch].events) {
      ++of_threads[thread][profile_of[line.identifiers]];
    }
  };
  ShareOut(lines.size(), threads, count, /*portion=*/1);
  std::vector<uint32_t> counts(profiles);
  for (const std::vector<uint32_t>& of_thread : of_threads) {
    for (size_t i = 0; i < of_thread.size(); ++i) counts[i] += of_thread[i];
  }
  return counts;
}

void EventsByProfile::Place(Lines lines, ProfileOf profile_of,
                            absl::Span<const uint32_t> counts, size_t first,
                            size_t last, std::vector<ProjectedLine>& into) {
  const absl::Span<const uint32_t> own = counts.subspan(first, last - first);
  into.resize(std::accumulate(own.begin(), own.end(), size_t{0}));
  ProjectedLine* next = into.data();
  for (size_t profile = first; profile < last; ++profile) {
    ranges_[profile] = {next, next};
    next += counts[profile];
  }
  for (const ProjectedLines& some : lines) {
    for (const ProjectedLine& line : some.events) {
      const uint32_t profile = profile_of[line.identifiers];
      if (profile >= first && profile < last) *ranges_[profile].end++ = line;
    }
  }
}

void EventsByProfile::Order(Range& range) {
  const absl::Span<ProjectedLine> lines(
      range.begin, static_cast<size_t>(range.end - range.begin));
  if (HasCopies(lines)) range.end = DropLaterCopies(lines);
  if (!std::is_sorted(range.begin, range.end, IsBefore)) {
    std::sort(range.begin, range.end, IsBefore);
  }
}

EventsByProfile::Maker::Maker(const EventsByProfile& events,
                              const Projection& projection)
    : all_(events),
      has_statements_(std::any_of(
          events.projectors_.begin(), events.projectors_.end(),
          [](const LineProjector& one) { return one.has_statements(); })),
      history_(projection.NewHistory()) {}

void EventsByProfile::Maker::Prefetch(size_t profile) const {
  if (profile >= all_.ranges_.size()) return;
  const Range& range = all_.ranges_[profile];
  for (const ProjectedLine* line = range.begin; line != range.end; ++line) {
    line->meaning.Prefetch();
  }
}

const History& EventsByProfile::Maker::HistoryOf(uint32_t profile) {
  Prefetch(profile + kProfilesAhead);
  const Range& range = all_.ranges_[profile];
  OpenEvents& events = history_.Restart();
  for (const ProjectedLine* line = range.begin; line != range.end; ++line) {
    events.AddUnnamed(line->time, line->meaning.class_id(), line->digest,
                      line->meaning.cells(), line->meaning.item_cells());
  }
  if (has_statements_) AddStatements(range);
  return history_;
}

void EventsByProfile::Maker::AddStatements(const Range& range) {
  for (const ProjectedLine* line = range.begin; line != range.end; ++line) {
    for (const LineProjector& projector : all_.projectors_) {
      const ProjectedEvent* said = projector.StatementOf(line->meaning);
      if (said != nullptr) history_.InsertRemnant(*said);
    }
  }
}

}  // namespace audienced
