// The draws of random numbers, and the arithmetic on them, are the data: none
// may be added, dropped or moved without every event changing.

#include "tests/benchmark/shop/shop_visitors.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace audienced::benchmark_shop {
namespace {

constexpr uint32_t kItems = 50'000;
constexpr uint32_t kSpan = kEndSecond - kFirstSecond;
constexpr double kParetoExponent = 1.3;
constexpr double kMeanEvents = 10.0;
constexpr double kMostEvents = 5000.0;
constexpr size_t kFavourites = 32;

class Dice {
 public:
  explicit Dice(uint64_t seed) : state_(seed) {}

  // In [0, 1).
  double Share() {
    const uint64_t bits = Mix(state_);
    state_ += 0x9E3779B97F4A7C15;
    return static_cast<double>(bits >> 11) * 0x1.0p-53;
  }
  bool Happens(double probability) { return Share() < probability; }
  // In [0, n).
  uint32_t Below(uint32_t n) { return static_cast<uint32_t>(Share() * n); }
  // Of an exponential distribution.
  double Wait(double mean) { return -mean * std::log(1 - Share()); }
  // In [0, n), the small ones more often.
  uint8_t SmallBelow(int n) {
    const double first = Share();
    return static_cast<uint8_t>(first * Share() * n);
  }

 private:
  uint64_t state_;
};

// How many events a person has, where the fewest are `scale`.
uint32_t EventCount(uint32_t person, double scale) {
  Dice dice(Mix(person * uint64_t{7919} + 17));
  const double drawn = scale * std::pow(1 - dice.Share(), -1 / kParetoExponent);
  return static_cast<uint32_t>(
      std::min(kMostEvents, std::max(1.0, std::floor(drawn))));
}

// The scale for which a person has kMeanEvents on average, found by halving.
double FindScale() {
  constexpr uint32_t kPersons = 1'000'000;
  constexpr uint32_t kStep = 7;  // of these every seventh is asked
  double low = 0.5;
  double high = 10;
  for (int i = 0; i < 40; ++i) {
    const double middle = (low + high) / 2;
    double sum = 0;
    for (uint32_t person = 0; person < kPersons; person += kStep) {
      sum += EventCount(person, middle);
    }
    (sum * kStep / 1e6 > kMeanEvents ? high : low) = middle;
  }
  return (low + high) / 2;
}

// Item n is looked at 1/n as often as the first: shares, added up.
std::vector<double> ItemShares() {
  std::vector<double> shares(kItems);
  double sum = 0;
  for (uint32_t i = 0; i < kItems; ++i) {
    sum += 1.0 / std::pow(i + 1, 1.0);
    shares[i] = sum;
  }
  for (double& share : shares) share /= sum;
  return shares;
}

// From 5.00 to 199.75 in steps of 0.25.
float PriceOf(uint32_t item) {
  return 0.25f * (20 + static_cast<uint32_t>(Mix(item) % 780));
}

// One person in the shop, from the first session to the last.
class Visitor {
 public:
  Visitor(uint32_t person, uint32_t event_count,
          const std::vector<double>& item_shares)
      : person_(person),
        left_(event_count),
        item_shares_(item_shares),
        dice_(Mix(uint64_t{0xABCDEF} * person + 3)) {}

  std::vector<ShopEvent> Visit();

 private:
  struct Want {
    uint32_t item;
    float value;
  };

  std::vector<uint32_t> SessionStarts();
  void Session(uint32_t event_count);
  // What visitors do beside shopping; false where it is shopping's turn.
  bool LookAround();
  void Shop();
  // Behind a cart of `want`.
  void CheckOut(const Want& want);
  uint32_t ChooseItem();
  void Do(Kind kind, Want want, double mean_gap);
  // No two events in one second, none after the end.
  void Spread();

  const uint32_t person_;
  uint32_t left_;          // events still to come
  uint32_t in_session_{};  // of these, in this session
  uint32_t now_ = 0;       // seconds since the beginning
  const std::vector<double>& item_shares_;
  Dice dice_;
  uint8_t country_ = 0;
  uint8_t source_ = 0;
  bool signed_up_ = false;
  std::vector<uint32_t> favourites_;
  std::vector<Want> postponed_;  // checkouts that may be paid later
  std::vector<ShopEvent> events_;
};

std::vector<ShopEvent> Visitor::Visit() {
  country_ = dice_.SmallBelow(10);
  const std::vector<uint32_t> starts = SessionStarts();
  const uint32_t count = static_cast<uint32_t>(starts.size());
  signed_up_ = dice_.Happens(0.15);
  for (uint32_t i = 0; i < count && left_ > 0; ++i) {
    uint32_t events = left_;
    if (i + 1 < count) {
      const double mean = static_cast<double>(left_) / (count - i);
      events = std::min(left_, static_cast<uint32_t>(std::max(
                                   1.0, std::round(dice_.Wait(mean)))));
    }
    now_ = std::max(now_ + 1, starts[i]);
    source_ = dice_.SmallBelow(8);
    Session(events);
  }
  Spread();
  return std::move(events_);
}

// A person comes for a part of the 90 days, in sessions of some 6 events.
std::vector<uint32_t> Visitor::SessionStarts() {
  const uint32_t first = static_cast<uint32_t>(dice_.Share() * kSpan * 0.9);
  uint32_t last = first + static_cast<uint32_t>((kSpan - first) *
                                                std::pow(dice_.Share(), 0.5));
  if (last <= first + 60) last = std::min(kSpan - 1, first + 60);
  const double sessions = left_ / 6.0;
  std::vector<uint32_t> starts(
      std::max(1u, static_cast<uint32_t>(
                       std::lround(sessions * (0.7 + 0.6 * dice_.Share())))));
  for (uint32_t& start : starts) {
    start = first + static_cast<uint32_t>(dice_.Share() * (last - first));
  }
  std::sort(starts.begin(), starts.end());
  return starts;
}

void Visitor::Session(uint32_t event_count) {
  in_session_ = event_count;
  if (in_session_ > 1 && dice_.Happens(0.22)) Do(Kind::kSessionStart, {}, 4);
  while (in_session_ > 0) {
    if (!LookAround()) Shop();
  }
}

bool Visitor::LookAround() {
  if (!postponed_.empty() && dice_.Happens(0.6)) {
    const Want want = postponed_.back();
    postponed_.pop_back();
    Do(Kind::kPurchase, want, 20);
    return true;
  }
  const double share = dice_.Share();
  if (share < 0.028) {
    Do(Kind::kPageView, {}, 40);
  } else if (share < 0.058) {
    Do(Kind::kSearch, {}, 25);
  } else if (share < 0.074) {
    Do(Kind::kFileDownload, {1 + dice_.Below(40), 0}, 60);
  } else if (share < 0.080 ||
             (!signed_up_ && events_.size() < 4 && share < 0.086)) {
    Do(Kind::kSignUp, {}, 60);
    signed_up_ = true;
  } else {
    return false;
  }
  return true;
}

void Visitor::Shop() {
  const uint32_t item = ChooseItem();
  Do(Kind::kViewItem, {item, 0}, 45);
  if (in_session_ == 0 || !dice_.Happens(0.132)) return;
  const uint32_t quantity = dice_.Happens(0.85) ? 1 : 2 + dice_.Below(3);
  const Want want{item, PriceOf(item) * quantity};
  Do(Kind::kAddToCart, want, 60);
  if (dice_.Happens(0.06) && in_session_ > 0) {
    Do(Kind::kPurchase, want, 30);
  } else if (in_session_ > 0 && dice_.Happens(0.46)) {
    CheckOut(want);
  }
}

void Visitor::CheckOut(const Want& want) {
  Do(Kind::kBeginCheckout, want, 90);
  const double share = dice_.Share();
  if (share < 0.62) {
    if (in_session_ > 0) Do(Kind::kPurchase, want, 30);
  } else if (share < 0.80) {
    postponed_.push_back(want);
  } else if (share < 0.84 && in_session_ > 0) {
    now_ += 3000 + dice_.Below(2400);  // about an hour later
    Do(Kind::kPurchase, want, 30);
  }
}

uint32_t Visitor::ChooseItem() {
  if (!favourites_.empty() && dice_.Happens(0.35)) {
    return favourites_[dice_.Below(static_cast<uint32_t>(favourites_.size()))];
  }
  const auto found =
      std::lower_bound(item_shares_.begin(), item_shares_.end(), dice_.Share());
  const uint32_t item =
      std::min(kItems, 1 + static_cast<uint32_t>(found - item_shares_.begin()));
  if (favourites_.size() < kFavourites) {
    favourites_.push_back(item);
  } else {
    favourites_[dice_.Below(kFavourites)] = item;
  }
  return item;
}

void Visitor::Do(Kind kind, Want want, double mean_gap) {
  events_.push_back(
      {person_, now_, want.item, want.value, kind, source_, country_, 0});
  now_ += 1 + static_cast<uint32_t>(dice_.Wait(mean_gap));
  --left_;
  --in_session_;
}

void Visitor::Spread() {
  uint32_t latest = kSpan - 1;
  for (auto event = events_.rbegin(); event != events_.rend(); ++event) {
    event->second = std::min(event->second, latest);
    latest = event->second > 0 ? event->second - 1 : 0;
  }
  for (ShopEvent& event : events_) event.second += kFirstSecond;
}

}  // namespace

std::vector<ShopEvent> MakeShopEvents(
    uint32_t person_count, const std::function<void(uint32_t)>& progress) {
  const double scale = FindScale();
  const std::vector<double> item_shares = ItemShares();
  std::vector<ShopEvent> events;
  events.reserve(static_cast<size_t>(person_count) * 21 / 2);
  for (uint32_t person = 0; person < person_count; ++person) {
    Visitor visitor(person, EventCount(person, scale), item_shares);
    const std::vector<ShopEvent> visits = visitor.Visit();
    events.insert(events.end(), visits.begin(), visits.end());
    if (person % 4096 == 0) progress(person);
  }
  std::stable_sort(events.begin(), events.end(),
                   [](const ShopEvent& left, const ShopEvent& right) {
                     return std::pair(left.second, left.person) <
                            std::pair(right.second, right.person);
                   });
  return events;
}

}  // namespace audienced::benchmark_shop
