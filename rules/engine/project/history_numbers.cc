#include "rules/engine/project/history_numbers.h"

#include <utility>

namespace audienced {

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
