#ifndef AUDIENCED_DAEMON_STORE_TABLES_ROW_ORDER_H_
#define AUDIENCED_DAEMON_STORE_TABLES_ROW_ORDER_H_

#include <algorithm>
#include <vector>

#include "absl/types/span.h"

namespace audienced {

// In the order of a key that the primary key begins with: rows that follow each
// other fall into the same page of its index, and who reads them later finds
// them in few pages of the table.
template <typename Record, typename Key>
std::vector<const Record*> InOrderOf(Key Record::*key,
                                     absl::Span<const Record> records) {
  std::vector<const Record*> ordered;
  ordered.reserve(records.size());
  for (const Record& record : records) ordered.push_back(&record);
  std::stable_sort(ordered.begin(), ordered.end(),
                   [key](const Record* left, const Record* right) {
                     return left->*key < right->*key;
                   });
  return ordered;
}

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_STORE_TABLES_ROW_ORDER_H_
