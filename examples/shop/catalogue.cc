#include "examples/shop/catalogue.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <string_view>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

namespace audienced::shop {
namespace {

struct Kind {
  std::string_view name;
  int64_t price_pounds;  // of the plainest line
};

// Every kind is sold in every line: five by five products a category.
struct Section {
  std::string_view category;
  std::array<std::string_view, 5> lines;  // the plainest first
  std::array<Kind, 5> kinds;
};

constexpr std::array<Section, 12> kSections = {{
    {"Footwear",
     {"Fellside", "Kestrel", "Drover", "Tarn", "Summit"},
     {{{"Trail Running Shoe", 79},
       {"Walking Boot", 99},
       {"Approach Shoe", 89},
       {"Winter Boot", 129},
       {"Camp Sandal", 39}}}},
    {"Jackets",
     {"Harbour", "Skerry", "Northerly", "Gale", "Cornice"},
     {{{"Rain Jacket", 85},
       {"Insulated Jacket", 119},
       {"Windproof Smock", 65},
       {"Softshell", 95},
       {"Down Parka", 189}}}},
    {"Base Layers",
     {"Heron", "Merle", "Linnet", "Dunlin", "Curlew"},
     {{{"Merino Tee", 45},
       {"Long Sleeve Crew", 52},
       {"Thermal Leggings", 48},
       {"Half Zip Top", 58},
       {"Sports Bra", 32}}}},
    {"Trousers",
     {"Gritstone", "Slate", "Basalt", "Granite", "Gabbro"},
     {{{"Walking Trousers", 65},
       {"Zip-off Trousers", 72},
       {"Waterproof Overtrousers", 59},
       {"Hiking Shorts", 42},
       {"Winter Tights", 55}}}},
    {"Rucksacks",
     {"Pedlar", "Carrier", "Porter", "Courier", "Voyager"},
     {{{"Daypack 20 L", 55},
       {"Trekking Pack 45 L", 115},
       {"Expedition Pack 65 L", 165},
       {"Running Vest", 75},
       {"Travel Duffel", 69}}}},
    {"Tents",
     {"Hollow", "Coppice", "Moorland", "Saddle", "Ridgeway"},
     {{{"One-Person Tent", 149},
       {"Two-Person Tent", 199},
       {"Family Tent", 349},
       {"Tarp Shelter", 79},
       {"Bivvy Bag", 89}}}},
    {"Sleeping",
     {"Dormouse", "Owl", "Badger", "Otter", "Marten"},
     {{{"Summer Sleeping Bag", 69},
       {"Three-Season Sleeping Bag", 119},
       {"Winter Sleeping Bag", 219},
       {"Inflatable Mat", 75},
       {"Inflatable Pillow", 19}}}},
    {"Camp Kitchen",
     {"Ember", "Kindling", "Beacon", "Hearth", "Furnace"},
     {{{"Gas Stove", 39},
       {"Cooking Pot Set", 45},
       {"Insulated Mug", 18},
       {"Water Filter", 42},
       {"Folding Cutlery", 12}}}},
    {"Lighting",
     {"Glow-worm", "Lantern", "Lodestar", "Polaris", "Meridian"},
     {{{"Head Torch", 29},
       {"Camp Lantern", 35},
       {"Bike Light", 32},
       {"Solar Charger", 59},
       {"Power Bank", 44}}}},
    {"Navigation",
     {"Cairn", "Waymark", "Bearing", "Contour", "Trigpoint"},
     {{{"Base Plate Compass", 22},
       {"Map Case", 16},
       {"Altimeter Watch", 139},
       {"Walking Poles", 49},
       {"Route Guide", 14}}}},
    {"Climbing",
     {"Crux", "Arete", "Belay", "Traverse", "Overhang"},
     {{{"Climbing Shoe", 75},
       {"Harness", 55},
       {"Helmet", 49},
       {"Chalk Bag", 17},
       {"Rope 60 m", 119}}}},
    {"Accessories",
     {"Bramble", "Sorrel", "Fern", "Heather", "Juniper"},
     {{{"Wool Beanie", 22},
       {"Liner Gloves", 19},
       {"Hiking Socks", 15},
       {"Neck Gaiter", 13},
       {"Sun Cap", 21}}}},
}};

std::string Slug(const std::string& name) {
  return absl::StrReplaceAll(absl::AsciiStrToLower(name), {{" ", "-"}});
}

}  // namespace

Catalogue::Catalogue(uint64_t seed) {
  for (const Section& section : kSections) {
    for (size_t line = 0; line < section.lines.size(); ++line) {
      for (const Kind& kind : section.kinds) {
        Product product;
        product.id = absl::StrCat("sku-", 1001 + products_.size());
        product.name =
            std::string(section.lines[line]) + " " + std::string(kind.name);
        product.slug = Slug(product.name);
        product.category = categories_.size();
        // Each line costs a fifth more than the one before, and ends in 95.
        const int64_t pounds =
            kind.price_pounds * (5 + static_cast<int64_t>(line)) / 5;
        product.price_pence = pounds * 100 - 5;
        products_.push_back(std::move(product));
      }
    }
    categories_.emplace_back(section.category);
  }
  Rank(seed);
}

void Catalogue::Rank(uint64_t seed) {
  std::vector<size_t> ranked(products_.size());
  std::iota(ranked.begin(), ranked.end(), size_t{0});
  Random random(seed, 0);
  for (size_t i = ranked.size() - 1; i > 0; --i) {
    std::swap(ranked[i], ranked[random.Below(i + 1)]);
  }
  by_category_.resize(categories_.size());
  const auto put = [](Shelf& shelf, size_t product) {
    const uint64_t weight = 1'000'000 / (shelf.products.size() + 1);
    shelf.products.push_back(product);
    shelf.sums.push_back((shelf.sums.empty() ? 0 : shelf.sums.back()) + weight);
  };
  for (const size_t product : ranked) {
    put(everything_, product);
    put(by_category_[products_[product].category], product);
  }
}

const Product& Catalogue::Pick(const Shelf& shelf, Random& random) const {
  const uint64_t drawn = random.Below(shelf.sums.back());
  const auto above =
      std::upper_bound(shelf.sums.begin(), shelf.sums.end(), drawn);
  return products_[shelf.products[static_cast<size_t>(above -
                                                      shelf.sums.begin())]];
}

const Product& Catalogue::PickAny(Random& random) const {
  return Pick(everything_, random);
}

const Product& Catalogue::PickFrom(size_t category, Random& random) const {
  return Pick(by_category_[category], random);
}

}  // namespace audienced::shop
