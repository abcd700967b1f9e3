#ifndef AUDIENCED_EXAMPLES_SHOP_CATALOGUE_H_
#define AUDIENCED_EXAMPLES_SHOP_CATALOGUE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "examples/shop/random.h"

namespace audienced::shop {

struct Product {
  std::string id;       // `sku-1042`
  std::string name;     // `Kestrel Trail Running Shoe`
  std::string slug;     // its name in addresses: `kestrel-trail-running-shoe`
  size_t category = 0;  // index of Catalogue::categories()
  int64_t price_pence = 0;
};

// What the shop sells: 300 products in 12 categories. Interest follows Zipf's
// law: the product of rank r is looked at about 1/r as often as the first.
// Immutable, so thread-safe.
class Catalogue {
 public:
  // The seed decides which products are the popular ones.
  explicit Catalogue(uint64_t seed);

  const std::vector<std::string>& categories() const { return categories_; }
  const std::vector<Product>& products() const { return products_; }

  const Product& PickAny(Random& random) const;
  const Product& PickFrom(size_t category, Random& random) const;

 private:
  // Products with running sums of their weights, the popular ones first.
  struct Shelf {
    std::vector<size_t> products;
    std::vector<uint64_t> sums;
  };

  void Rank(uint64_t seed);
  const Product& Pick(const Shelf& shelf, Random& random) const;

  std::vector<std::string> categories_;
  std::vector<Product> products_;
  Shelf everything_;
  std::vector<Shelf> by_category_;
};

}  // namespace audienced::shop

#endif  // AUDIENCED_EXAMPLES_SHOP_CATALOGUE_H_
