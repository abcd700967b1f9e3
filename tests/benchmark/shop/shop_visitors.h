#ifndef AUDIENCED_TESTS_BENCHMARK_SHOP_SHOP_VISITORS_H_
#define AUDIENCED_TESTS_BENCHMARK_SHOP_SHOP_VISITORS_H_

#include <cstdint>
#include <functional>
#include <vector>

#include "tests/benchmark/shop/shop_event.h"

namespace audienced::benchmark_shop {

// The events of `person_count` visitors over 90 days, in the order in which
// they arrive: by time, at one time by person. 10 events a person on average,
// few for most and up to 5000 for some (Pareto with 1.3); half of the views go
// to a few of 50,000 items. Depends on nothing but its argument: the first
// persons of a larger number do the same. No person does two things in one
// second. `progress` is told how many persons are done.
std::vector<ShopEvent> MakeShopEvents(
    uint32_t person_count, const std::function<void(uint32_t)>& progress);

}  // namespace audienced::benchmark_shop

#endif  // AUDIENCED_TESTS_BENCHMARK_SHOP_SHOP_VISITORS_H_
