#ifndef AUDIENCED_EXAMPLES_SHOP_PERSON_H_
#define AUDIENCED_EXAMPLES_SHOP_PERSON_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "examples/shop/random.h"

namespace audienced::shop {

enum class Consent { kUnsaid, kGranted, kDenied };

// Someone who comes to the shop. Customers have an account, are signed in from
// their first page on and are known by `user_id`; visitors are known to their
// browser only, by `anonymous_id`. No identifier ever belongs to two people.
struct Person {
  bool customer = false;
  bool account_is_new = false;  // signs up at the first visit
  std::string id;               // the user_id or the anonymous_id
  std::string first_name;
  std::string email;    // of customers, and of visitors who leave it
  std::string phone;    // empty for most
  std::string country;  // ISO 3166, two letters
  std::string tier;     // of customers: bronze, silver or gold
  Consent marketing_email = Consent::kUnsaid;
  size_t favourite_category = 0;

  // What lies in the cart between visits: product, quantity.
  std::map<size_t, int> cart;
  bool email_is_known = false;  // to the shop

  std::string_view id_kind() const {
    return customer ? "user_id" : "anonymous_id";
  }
};

// The person of `number` (from 0). Depends on nothing but the random numbers,
// `number` and how many categories there are to like.
Person MakePerson(size_t number, size_t categories, Random& random);

}  // namespace audienced::shop

#endif  // AUDIENCED_EXAMPLES_SHOP_PERSON_H_
