#ifndef AUDIENCED_EXAMPLES_SHOP_VISIT_H_
#define AUDIENCED_EXAMPLES_SHOP_VISIT_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "examples/shop/catalogue.h"
#include "examples/shop/journal.h"
#include "examples/shop/person.h"
#include "examples/shop/random.h"

namespace audienced::shop {

// One visit to the shop, from the first page to the last: what the person
// looks at, carts, drops and buys, under the event names of Google Analytics 4.
class Visit {
 public:
  // Borrows everything. `person` carries the cart from visit to visit.
  Visit(const Catalogue& catalogue, Person& person, Journal& journal,
        Random& random, int64_t start_ms);

  // `first`: nobody has seen the person before.
  void Run(bool first);

  // When its last event happened.
  int64_t end_ms() const { return now_ms_; }

 private:
  void Arrive();
  void Introduce(bool first);
  void Browse();
  void LookAt(const Product& product);
  void FillCart();
  void DropFromCart();
  void CheckOut();
  void ReadEbook();

  // Lets `least` to `most` seconds pass.
  void Pass(int64_t least, int64_t most);
  void Tell(std::string_view event, const Json& more);
  Json Item(size_t product, int quantity, bool with_addresses) const;
  // The items of the cart, their currency and what they come to.
  Json Cart() const;

  const Catalogue& catalogue_;
  Person& person_;
  Journal& journal_;
  Random& random_;
  int64_t now_ms_;
  const std::string session_id_;
  std::vector<size_t> seen_;  // products, as they were looked at
};

}  // namespace audienced::shop

#endif  // AUDIENCED_EXAMPLES_SHOP_VISIT_H_
