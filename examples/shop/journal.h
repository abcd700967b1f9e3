#ifndef AUDIENCED_EXAMPLES_SHOP_JOURNAL_H_
#define AUDIENCED_EXAMPLES_SHOP_JOURNAL_H_

#include <cstddef>
#include <cstdint>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "examples/shop/person.h"
#include "examples/shop/random.h"
#include "nlohmann/json.hpp"

namespace audienced::shop {

using Json = nlohmann::ordered_json;

// The shop's events, one line of JSON each, as `audiencectl import` reads
// them. Instants are milliseconds since 1970.
class Journal {
 public:
  // Keeps what happens before `end_ms` and drops the rest.
  explicit Journal(int64_t end_ms) : end_ms_(end_ms) {}

  // `more`: the keys after those that every event has.
  void Add(int64_t at_ms, const Person& person, std::string_view event,
           std::string_view session_id, const Json& more, Random& random);

  size_t size() const { return lines_.size(); }

  // In the order of time.
  void Write(std::ostream& out);

 private:
  struct Line {
    int64_t at_ms;
    std::string text;
  };

  const int64_t end_ms_;
  std::vector<Line> lines_;
};

}  // namespace audienced::shop

#endif  // AUDIENCED_EXAMPLES_SHOP_JOURNAL_H_
