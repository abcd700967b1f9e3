#ifndef AUDIENCED_RULES_ENGINE_PROJECT_TEXT_DICTIONARY_H_
#define AUDIENCED_RULES_ENGINE_PROJECT_TEXT_DICTIONARY_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/synchronization/mutex.h"
#include "rules/engine/project/append_only_table.h"

namespace audienced {

// Numbers for texts, so that histories hold a text once. Thread-safe; Text()
// takes no lock.
class TextDictionary {
 public:
  TextDictionary() = default;
  // Of texts by number; absent: nobody has the number, nor will anyone get it.
  explicit TextDictionary(std::vector<std::optional<std::string>> texts) {
    for (std::optional<std::string>& text : texts) {
      const bool is_known = text.has_value();
      const uint32_t id = texts_.Append(std::move(text).value_or(""));
      if (is_known) ids_.emplace(absl::string_view(texts_[id]), id);
    }
  }

  uint32_t Intern(std::string_view text) {
    const absl::string_view key(text.data(), text.size());
    {  // Almost always it is known.
      absl::ReaderMutexLock lock(&mutex_);
      const auto found = ids_.find(key);
      if (found != ids_.end()) return found->second;
    }
    absl::MutexLock lock(&mutex_);
    const auto found = ids_.find(key);
    if (found != ids_.end()) return found->second;
    const uint32_t id = texts_.Append(std::string(text));
    const std::string& stored = texts_[id];
    ids_.emplace(absl::string_view(stored), id);
    return id;
  }

  const std::string& Text(uint32_t id) const { return texts_[id]; }

  uint32_t size() const {
    absl::ReaderMutexLock lock(&mutex_);
    return texts_.size();
  }

 private:
  mutable absl::Mutex mutex_;
  // Keys point into texts_.
  absl::flat_hash_map<absl::string_view, uint32_t> ids_ ABSL_GUARDED_BY(mutex_);
  AppendOnlyTable<std::string> texts_;  // written under mutex_
};

}  // namespace audienced

#endif  // AUDIENCED_RULES_ENGINE_PROJECT_TEXT_DICTIONARY_H_
