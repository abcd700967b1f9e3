#ifndef AUDIENCED_RULES_ENGINE_PROJECT_PROJECTION_H_
#define AUDIENCED_RULES_ENGINE_PROJECT_PROJECTION_H_

#include <algorithm>
#include <array>
#include <atomic>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/container/inlined_vector.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "rules/engine/compile/compiled_rulebook.h"
#include "rules/engine/project/append_only_table.h"
#include "rules/engine/project/history_numbers.h"
#include "rules/history/event.h"
#include "rules/history/history.h"

namespace audienced {

inline bool HasBit(absl::Span<const uint64_t> set, uint32_t number) {
  return ((set[number / 64] >> (number % 64)) & 1) != 0;
}

// Reduces events to what one rulebook can ask of them, so that evaluation never
// looks at a property twice: which selectors an event satisfies becomes a small
// class id, the properties that are grouped, counted or added become cells.
//
// Histories belong to the projection that made them, and to all that Reads()
// says so of. Thread-safe.
class Projection : private HistoryNumbers::Reader {
 public:
  explicit Projection(std::shared_ptr<const CompiledRulebook> rulebook);
  // One that reads histories that were kept outside of memory with `numbers`,
  // which are those of an equal rulebook.
  Projection(std::shared_ptr<const CompiledRulebook> rulebook,
             HistoryNumbers::Table numbers);
  // For rules that come after those of `former`: one that reads the histories
  // that `former` made, where they tell all that these rules ask.
  static std::shared_ptr<Projection> After(
      const Projection& former, std::shared_ptr<const CompiledRulebook> rules);
  ~Projection() override;
  Projection(const Projection&) = delete;
  Projection& operator=(const Projection&) = delete;

  // Whether the histories that `maker` makes are as if made by this.
  bool Reads(const Projection& maker) const {
    return numbers_ == maker.numbers_;
  }

  const CompiledRulebook& rulebook() const { return *rulebook_; }
  const std::shared_ptr<const CompiledRulebook>& shared_rulebook() const {
    return rulebook_;
  }

  // An empty history of this projection's widths.
  History NewHistory() const;

  ProjectedEvent Project(Event&& event);
  ProjectedEvent Project(const Event& event);

  // Whether what is made of an event can depend on a `property` of it or of its
  // items: events that agree on their names and on all such properties have the
  // same class and the same cells. Traits and consents are not meant.
  bool Asks(std::string_view property) const {
    return asked_.contains(absl::string_view(property.data(), property.size()));
  }

  // Whether an event's session is in the cell of the session alone: what is
  // made of it else does not depend on which one it is.
  bool TellsSessionsApartOnly() const { return tells_sessions_apart_only_; }

  // Whether events of class `class_id` satisfy `selector`.
  bool Satisfies(uint32_t class_id, uint32_t selector) const {
    return HasBit(classes_[class_id].selectors, selector);
  }
  // Whether `filter` of the program means events of class `class_id`, leaving
  // aside which of them count by `once_per`.
  bool Means(uint32_t class_id, uint32_t filter) const {
    return HasBit(FiltersOf(class_id), filter);
  }
  // The same of all filters: one bit each.
  absl::Span<const uint64_t> FiltersOf(uint32_t class_id) const {
    return classes_[class_id].filters;
  }
  // Classes are numbered from 0. Those of a history are among them.
  uint32_t class_count() const { return classes_.size(); }
  // The filters that mean them, of those that are counted (Screen::counting).
  absl::Span<const uint32_t> CountedFiltersOf(uint32_t class_id) const {
    return classes_[class_id].counted;
  }
  // Of events with these `marks`: at this age and older none of them speaks for
  // an audience (Screen::demands).
  Micros DemandHorizon(ClassMarks marks) const {
    Micros horizon = 0;
    for (size_t part = 0; part < kMarkParts; ++part) {
      const auto& of_part = demand_horizons_[part][PartOf(marks, part)];
      horizon = std::max(horizon, of_part.load(std::memory_order_relaxed));
    }
    return horizon;
  }
  // The marks of the counted filters that may mean one of the classes with
  // these `marks`; every other one means none of them.
  Screen::FilterMarks FiltersAmong(ClassMarks marks) const {
    Screen::FilterMarks filters = 0;
    for (size_t part = 0; part < kMarkParts; ++part) {
      const auto& of_part = filters_among_[part][PartOf(marks, part)];
      filters |= of_part.load(std::memory_order_relaxed);
    }
    return filters;
  }

  // The numbers in its histories, as they are now.
  HistoryNumbers::Table numbers() const { return numbers_->table(); }
  // Sets of `texts`, by number, those that stand in `history`. Numbers beyond
  // are passed over.
  void MarkTexts(const History& history, std::vector<bool>& texts) const;

  // The text of a text cell; empty for kAbsent.
  std::string_view Text(Cell cell) const;
  // The cell of `text`, which is made if it is new.
  Cell CellOf(std::string_view text) { return numbers_->texts().Intern(text); }

 private:
  using BitSet = std::vector<uint64_t>;
  // So many marks are looked up at once, by all that they can be together.
  static constexpr size_t kMarksAtOnce = 8;
  static constexpr size_t kMarkParts = kClassMarkCount / kMarksAtOnce;
  static constexpr size_t kPartValues = size_t{1} << kMarksAtOnce;
  static size_t PartOf(ClassMarks marks, size_t part) {
    return (marks >> (kMarksAtOnce * part)) % kPartValues;
  }

  // What is known of all events that satisfy the same selectors.
  struct EventClass {
    SelectorSet selectors;
    BitSet filters;                            // one bit a filter
    absl::InlinedVector<uint32_t, 8> counted;  // numbers
  };

  ProjectedEvent ProjectWith(const Event& event,
                             const std::vector<Properties>& items);
  uint32_t ClassOf(const Event& event, const std::vector<Properties>& items);
  Cells EventCells(const Event& event);
  Cells ItemCells(const Event& event, const std::vector<Properties>& items,
                  uint32_t class_id);
  Projection(std::shared_ptr<const CompiledRulebook> rulebook,
             std::shared_ptr<HistoryNumbers> numbers);
  void Learn(const SelectorSet& selectors) override;
  EventClass Describe(const SelectorSet& selectors) const;
  // Makes known what the mark of a class that comes says.
  void Mark(uint32_t class_id, absl::Span<const uint32_t> counted);

  const std::shared_ptr<const CompiledRulebook> rulebook_;
  const std::shared_ptr<HistoryNumbers> numbers_;
  const absl::flat_hash_set<std::string> asked_;
  const bool tells_sessions_apart_only_;

  // All written by Learn(), before anyone has the number of the class.
  AppendOnlyTable<EventClass> classes_;
  // By part of the marks and what it can be: what DemandHorizon() and
  // FiltersAmong() say of it.
  template <typename Answer>
  using ByMarks =
      std::array<std::array<std::atomic<Answer>, kPartValues>, kMarkParts>;
  ByMarks<Micros> demand_horizons_{};
  ByMarks<Screen::FilterMarks> filters_among_{};
};

// Tells events of one profile apart: a digest of origin and event_id.
uint64_t EventDigest(std::string_view origin, std::string_view event_id);

}  // namespace audienced

#endif  // AUDIENCED_RULES_ENGINE_PROJECT_PROJECTION_H_
