#include "examples/shop/visit.h"

#include <array>

#include "absl/strings/str_cat.h"

namespace audienced::shop {
namespace {

constexpr char kSite[] = "https://shop.example";
constexpr std::string_view kCurrency = "GBP";

// How often, in percent of those who could.
constexpr int kBrowsesList = 65;
constexpr int kStaysWithFavourite = 70;
constexpr int kCustomerCarts = 24;
constexpr int kVisitorCarts = 9;
constexpr int kCartsSecondItem = 30;
constexpr int kDropsItem = 10;
constexpr int kChecksOutAtOnce = 48;
constexpr int kChecksOutOldCart = 22;
constexpr int kFinishesCheckout = 66;
constexpr int kReadsEbook = 4;
constexpr int kLeavesAddressForEbook = 60;

struct Source {
  std::string_view source, medium, campaign;
};
constexpr std::array<Source, 6> kSources = {{
    {"google", "organic", ""},
    {"google", "cpc", "outdoor-generic"},
    {"direct", "none", ""},
    {"newsletter", "email", "weekly-picks"},
    {"instagram", "social", "trail-season"},
    {"partner", "referral", ""},
}};

constexpr std::array<std::string_view, 5> kEbooks = {
    "boot-care-ebook.pdf", "first-winter-tour-ebook.pdf",
    "packing-light-ebook.epub", "camp-recipes-e-book.pdf",
    "reading-maps-ebook.epub"};

// Amounts are kept in pence and told in pounds.
double Pounds(int64_t pence) { return static_cast<double>(pence) / 100; }

std::string PageOf(const Product& product) {
  return absl::StrCat(kSite, "/p/", product.slug);
}

}  // namespace

Visit::Visit(const Catalogue& catalogue, Person& person, Journal& journal,
             Random& random, int64_t start_ms)
    : catalogue_(catalogue),
      person_(person),
      journal_(journal),
      random_(random),
      now_ms_(start_ms),
      session_id_(absl::StrCat(start_ms / 1000, ".", person.id)) {}

void Visit::Run(bool first) {
  const bool old_cart = !person_.cart.empty();
  Arrive();
  if (first) Introduce(first);
  Browse();
  if (random_.Chance(kReadsEbook) && !(person_.customer && !first)) ReadEbook();
  const int carts = person_.customer ? kCustomerCarts : kVisitorCarts;
  const bool fills = !seen_.empty() && random_.Chance(carts);
  if (fills) FillCart();
  if (person_.cart.empty()) return;
  if (random_.Chance(kDropsItem)) DropFromCart();
  const int buys = fills ? kChecksOutAtOnce : old_cart ? kChecksOutOldCart : 0;
  if (!person_.cart.empty() && random_.Chance(buys)) CheckOut();
}

void Visit::Arrive() {
  if (person_.customer) person_.email_is_known = !person_.account_is_new;
  const Source& from = kSources[random_.Below(kSources.size())];
  Json more = {{"source", from.source}, {"medium", from.medium}};
  if (!from.campaign.empty()) more["campaign"] = from.campaign;
  more["device"] = random_.Chance(62) ? "mobile" : "desktop";
  more["country"] = person_.country;
  more["page_location"] = absl::StrCat(kSite, "/");
  Tell("session_start", more);
  Tell("page_view", {{"page_location", absl::StrCat(kSite, "/")}});
}

// Customers sign up or sign in, and say whether they want mail.
void Visit::Introduce(bool first) {
  if (!person_.customer) return;
  Pass(10, 90);
  person_.email_is_known = true;
  if (first && person_.account_is_new) {
    person_.account_is_new = false;
    Tell("sign_up", {{"method", "email"}});
  }
  Json more = {{"traits",
                {{"first_name", person_.first_name},
                 {"country", person_.country},
                 {"loyalty_tier", person_.tier}}}};
  if (person_.marketing_email != Consent::kUnsaid) {
    const bool granted = person_.marketing_email == Consent::kGranted;
    more["consent"] = {{"marketing_email", granted ? "granted" : "denied"}};
  }
  Tell("$identify", more);
}

void Visit::Browse() {
  if (random_.Chance(kBrowsesList)) {
    Pass(5, 40);
    const size_t category = person_.favourite_category;
    const std::string& name = catalogue_.categories()[category];
    Json items = Json::array();
    for (int i = 0; i < 3; ++i) {
      const Product& product = catalogue_.PickFrom(category, random_);
      items.push_back({{"item_id", product.id}, {"item_name", product.name}});
    }
    Tell("view_item_list", {{"item_list_name", name}, {"items", items}});
  }
  const int64_t looks = random_.Below(10) < 2 ? 0 : random_.Between(1, 5);
  for (int64_t i = 0; i < looks; ++i) {
    Pass(15, 240);
    LookAt(random_.Chance(kStaysWithFavourite)
               ? catalogue_.PickFrom(person_.favourite_category, random_)
               : catalogue_.PickAny(random_));
  }
}

void Visit::LookAt(const Product& product) {
  const size_t index =
      static_cast<size_t>(&product - catalogue_.products().data());
  seen_.push_back(index);
  Tell("view_item", {{"currency", kCurrency},
                     {"value", Pounds(product.price_pence)},
                     {"page_location", PageOf(product)},
                     {"items", Json::array({Item(index, 1, true)})}});
}

void Visit::FillCart() {
  const int wanted = random_.Chance(kCartsSecondItem) ? 2 : 1;
  for (int i = 0; i < wanted; ++i) {
    // People cart what they saw last, or go back to something before it.
    const size_t product =
        i == 0 ? seen_.back() : seen_[random_.Below(seen_.size())];
    const int quantity = random_.Chance(12) ? 2 : 1;
    person_.cart[product] += quantity;
    Pass(10, 120);
    const Product& carted = catalogue_.products()[product];
    Tell("add_to_cart",
         {{"currency", kCurrency},
          {"value", Pounds(carted.price_pence * quantity)},
          {"page_location", PageOf(carted)},
          {"items", Json::array({Item(product, quantity, true)})}});
  }
}

void Visit::DropFromCart() {
  Pass(10, 200);
  const auto dropped = person_.cart.begin();
  const auto [product, quantity] = *dropped;
  person_.cart.erase(dropped);
  const int64_t pence = catalogue_.products()[product].price_pence * quantity;
  Tell("remove_from_cart",
       {{"currency", kCurrency},
        {"value", Pounds(pence)},
        {"page_location", absl::StrCat(kSite, "/cart")},
        {"items", Json::array({Item(product, quantity, false)})}});
}

void Visit::CheckOut() {
  Pass(20, 180);
  Json more = Cart();
  more["page_location"] = absl::StrCat(kSite, "/checkout");
  Tell("begin_checkout", more);
  if (!random_.Chance(kFinishesCheckout)) return;
  Pass(60, 400);
  more["transaction_id"] = absl::StrCat("T-", now_ms_ / 1000, "-", person_.id);
  more["page_location"] = absl::StrCat(kSite, "/checkout/thanks");
  Tell("purchase", more);
  person_.cart.clear();
}

void Visit::ReadEbook() {
  Pass(20, 120);
  const std::string file(kEbooks[random_.Below(kEbooks.size())]);
  Tell("file_download", {{"file_name", absl::StrCat("/guides/", file)},
                         {"file_extension", file.substr(file.rfind('.') + 1)},
                         {"page_location", absl::StrCat(kSite, "/guides")}});
  if (person_.customer || !random_.Chance(kLeavesAddressForEbook)) return;
  Pass(5, 40);
  person_.email_is_known = true;
  Json more = {{"traits", {{"first_name", person_.first_name}}}};
  if (person_.marketing_email == Consent::kGranted) {
    more["consent"] = {{"marketing_email", "granted"}};
  }
  Tell("$identify", more);
}

void Visit::Pass(int64_t least, int64_t most) {
  now_ms_ += random_.Between(least * 1000, most * 1000);
}

void Visit::Tell(std::string_view event, const Json& more) {
  journal_.Add(now_ms_, person_, event, session_id_, more, random_);
  now_ms_ += random_.Between(200, 3000);
}

Json Visit::Item(size_t product, int quantity, bool with_addresses) const {
  const Product& sold = catalogue_.products()[product];
  Json item = {{"item_id", sold.id},
               {"item_name", sold.name},
               {"item_category", catalogue_.categories()[sold.category]},
               {"price", Pounds(sold.price_pence)},
               {"quantity", quantity}};
  if (with_addresses) {
    item["image_url"] = absl::StrCat(kSite, "/img/", sold.id, ".jpg");
    item["url"] = PageOf(sold);
  }
  return item;
}

Json Visit::Cart() const {
  Json items = Json::array();
  int64_t pence = 0;
  for (const auto& [product, quantity] : person_.cart) {
    items.push_back(Item(product, quantity, false));
    pence += catalogue_.products()[product].price_pence * quantity;
  }
  return {{"currency", kCurrency}, {"value", Pounds(pence)}, {"items", items}};
}

}  // namespace audienced::shop
