#include "rules/engine/project/gathered_events.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/container/inlined_vector.h"

namespace audienced {
namespace {

// An event is brought near when so many others come before it, and what it
// means when half as many do.
constexpr size_t kPrefetched = 16;
constexpr size_t kRowsPerBlock = 4096;

}  // namespace

GatheredEvents::Part::Part(const Projection& projection)
    : event_columns_(projection.rulebook().program().event_columns.size()),
      item_columns_(projection.rulebook().program().item_columns.size()),
      session_column_(projection.rulebook().program().session_column) {}

const GatheredEvents::Row* GatheredEvents::Part::AddRow(
    uint32_t profile, const MeantEvent& event) {
  char* const id = event_ids_.Take(event.event_id.size());
  std::copy(event.event_id.begin(), event.event_id.end(), id);
  if (rows_.empty() || rows_.back().size() == kRowsPerBlock) {
    rows_.emplace_back().reserve(kRowsPerBlock);
  }
  rows_.back().push_back(
      {event.time, event.digest, event.meaning,
       event.session.value_or(event.meaning.cells()[session_column_]),
       event.received_at, id, static_cast<uint32_t>(event.event_id.size()),
       profile});
  return &rows_.back().back();
}

void GatheredEvents::Part::Add(uint32_t profile, const MeantEvent& event) {
  AddRow(profile, event);
}

void GatheredEvents::Part::Add(uint32_t profile, ProjectedEvent event,
                               Instant received_at) {
  const Row* const row =
      AddRow(profile, {event.time, received_at, event.digest, event.event_id,
                       Put(event), std::nullopt});
  if (event.traits.empty() && event.consents.empty()) return;
  statements_.push_back({profile, row, std::move(event)});
}

void GatheredEvents::Part::AddRemnant(uint32_t profile, ProjectedEvent event) {
  statements_.push_back({profile, nullptr, std::move(event)});
}

GatheredEvents::GatheredEvents(std::vector<Part> parts, size_t profiles)
    : parts_(std::move(parts)), begins_(profiles + 1) {
  const auto for_each_row = [this](auto work) {
    for (const Part& part : parts_) {
      for (const std::vector<Row>& block : part.rows_) {
        for (const Row& row : block) work(row);
      }
    }
  };
  // Sorted by counting: how many each has says where each begins.
  for_each_row([this](const Row& row) { ++begins_[row.profile + 1]; });
  for (size_t i = 1; i < begins_.size(); ++i) begins_[i] += begins_[i - 1];
  rows_.resize(begins_.back());
  std::vector<size_t> next(begins_.begin(), begins_.end() - 1);
  for_each_row([&](const Row& row) { rows_[next[row.profile]++] = &row; });
  for (const Part& part : parts_) {
    for (const Part::Statement& statement : part.statements_) {
      statements_.push_back(&statement);
    }
  }
  std::stable_sort(statements_.begin(), statements_.end(),
                   [](const auto* one, const auto* other) {
                     return one->profile < other->profile;
                   });
}

bool GatheredEvents::IsBefore(const Row* one, const Row* other) {
  return one->order() < other->order();
}

// Of most profiles every event was seen once, which is quick to tell.
bool GatheredEvents::HasCopies(const std::vector<const Row*>& rows) {
  absl::InlinedVector<uint64_t, 64> digests;
  for (const Row* row : rows) digests.push_back(row->digest);
  std::sort(digests.begin(), digests.end());
  return std::adjacent_find(digests.begin(), digests.end()) != digests.end();
}

void GatheredEvents::DropLaterCopies(std::vector<const Row*>& rows) {
  std::sort(rows.begin(), rows.end(), [](const Row* one, const Row* other) {
    return one->received_at != other->received_at
               ? one->received_at < other->received_at
               : IsBefore(one, other);
  });
  absl::flat_hash_set<uint64_t> known;
  std::erase_if(
      rows, [&](const Row* row) { return !known.insert(row->digest).second; });
}

GatheredEvents::Maker::Maker(const GatheredEvents& events)
    : gathered_(events),
      events_(events.parts_.front().event_columns_,
              events.parts_.front().item_columns_) {}

void GatheredEvents::Maker::PrefetchBehind(size_t place) const {
  const std::vector<const Row*>& rows = gathered_.rows_;
  if (place + kPrefetched < rows.size()) {
    __builtin_prefetch(rows[place + kPrefetched]);
  }
  if (place + kPrefetched / 2 < rows.size()) {
    rows[place + kPrefetched / 2]->meaning.Prefetch();
  }
}

void GatheredEvents::Maker::TakeEvents() {
  const size_t session_column = gathered_.parts_.front().session_column_;
  events_.Clear();
  for (const Row* row : rows_) {
    events_.AddUnnamed(row->time, row->meaning.class_id(), row->digest,
                       row->meaning.cells(), row->meaning.item_cells());
    events_.SetCell(events_.size() - 1, session_column, row->session);
  }
}

History GatheredEvents::Maker::HistoryOf(uint32_t profile, Copies copies) {
  const auto& begins = gathered_.begins_;
  rows_.clear();
  for (size_t i = begins[profile]; i < begins[profile + 1]; ++i) {
    rows_.push_back(gathered_.rows_[i]);
    PrefetchBehind(i);
  }
  const bool has_copies = copies != Copies::kNone && HasCopies(rows_);
  if (has_copies) DropLaterCopies(rows_);
  if (!std::is_sorted(rows_.begin(), rows_.end(), IsBefore)) {
    std::sort(rows_.begin(), rows_.end(), IsBefore);
  }
  TakeEvents();
  History history(events_);

  const auto& statements = gathered_.statements_;
  for (auto said =
           std::lower_bound(statements.begin(), statements.end(), profile,
                            [](const auto*statement, uint32_t wanted) {
                              return statement->profile < wanted;
                            });
       said != statements.end() && (*said)->profile == profile; ++said) {
    // That of a later copy goes with it.
    const Row* const row = (*said)->row;
    const bool is_kept =
        !has_copies || row == nullptr ||
        std::find(rows_.begin(), rows_.end(), row) != rows_.end();
    if (is_kept) history.InsertRemnant((*said)->event);
  }
  return history;
}

}  // namespace audienced
