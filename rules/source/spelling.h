#ifndef AUDIENCED_RULES_SOURCE_SPELLING_H_
#define AUDIENCED_RULES_SOURCE_SPELLING_H_

#include <string_view>
#include <vector>

namespace audienced {

// The candidate nearest to `word` by edit distance, when it is near enough to
// be a likely misspelling (distance at most a third of the length, at least
// 1); empty otherwise.
std::string_view NearestName(std::string_view word,
                             const std::vector<std::string_view>& candidates);

}  // namespace audienced

#endif  // AUDIENCED_RULES_SOURCE_SPELLING_H_
