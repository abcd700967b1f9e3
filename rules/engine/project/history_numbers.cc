#include "rules/engine/project/history_numbers.h"

#include <utility>

namespace audienced {

HistoryNumbers::HistoryNumbers(Table table)
    : texts_(std::move(table.texts)), classes_(std::move(table.classes)) {
  for (uint32_t i = 0; i < classes_.size(); ++i) {
    numbers_.emplace(classes_[i], i);
  }
}

HistoryNumbers::Table HistoryNumbers::table() const {
  Table table;
  for (uint32_t i = 0; i < texts_.size(); ++i) {
    table.texts.emplace_back(texts_.Text(i));
  }
  absl::ReaderMutexLock lock(&mutex_);
  table.classes = classes_;
  return table;
}

void HistoryNumbers::Add(Reader& reader) {
  absl::MutexLock lock(&mutex_);
  for (const SelectorSet& known : classes_) reader.Learn(known);
  readers_.push_back(&reader);
}

void HistoryNumbers::Remove(Reader& reader) {
  absl::MutexLock lock(&mutex_);
  std::erase(readers_, &reader);
}

uint32_t HistoryNumbers::ClassOf(SelectorSet selectors) {
  {  // Almost always it is known.
    absl::ReaderMutexLock lock(&mutex_);
    const auto found = numbers_.find(selectors);
    if (found != numbers_.end()) return found->second;
  }
  absl::MutexLock lock(&mutex_);
  const auto [entry, is_new] =
      numbers_.emplace(selectors, static_cast<uint32_t>(classes_.size()));
  if (!is_new) return entry->second;
  for (Reader* reader : readers_) reader->Learn(selectors);
  classes_.push_back(std::move(selectors));
  return entry->second;
}

}  // namespace audienced
