#include "examples/shop/person.h"

#include <array>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace audienced::shop {
namespace {

constexpr std::array<std::string_view, 36> kFirstNames = {
    "Ada",   "Ben",   "Carla", "Dilip", "Elena", "Femi",  "Greta", "Hamza",
    "Ines",  "Jonas", "Kezia", "Liam",  "Maya",  "Nils",  "Olga",  "Priya",
    "Quinn", "Rosa",  "Sven",  "Tariq", "Uma",   "Vera",  "Wanda", "Xavier",
    "Yusuf", "Zoe",   "Aidan", "Bela",  "Chloe", "Dario", "Esme",  "Finn",
    "Gemma", "Hugo",  "Isla",  "Jamal"};

constexpr std::array<std::string_view, 32> kLastNames = {
    "Abbot",  "Baker",   "Cole",   "Dunne",  "Ekwueme", "Fischer", "Grant",
    "Hughes", "Ibrahim", "Jensen", "Kaur",   "Lopez",   "Murray",  "Novak",
    "Okafor", "Patel",   "Quayle", "Rossi",  "Singh",   "Turner",  "Ueda",
    "Vargas", "Walsh",   "Xu",     "Young",  "Zhang",   "Ahmed",   "Byrne",
    "Clarke", "Doyle",   "Evans",  "Fleming"};

constexpr std::array<std::string_view, 3> kMailDomains = {
    "example.com", "example.org", "example.net"};

// Three in five shop from Great Britain.
constexpr std::array<std::string_view, 10> kCountries = {
    "GB", "GB", "GB", "GB", "GB", "GB", "IE", "DE", "NL", "FR"};

constexpr int kCustomersPercent = 45;
constexpr int kNewAccountsPercent = 50;
// Telephone numbers that are kept for fiction: a thousand of them.
constexpr size_t kPhoneNumbers = 1000;

template <size_t N>
std::string Pick(const std::array<std::string_view, N>& words, Random& random) {
  return std::string(words[random.Below(N)]);
}

Consent DrawConsent(Random& random) {
  const uint64_t drawn = random.Below(100);
  if (drawn < 72) return Consent::kGranted;
  return drawn < 90 ? Consent::kDenied : Consent::kUnsaid;
}

}  // namespace

Person MakePerson(size_t number, size_t categories, Random& random) {
  Person person;
  person.customer = random.Chance(kCustomersPercent);
  person.id =
      person.customer
          ? absl::StrFormat("u-%05d", number + 1)
          : absl::StrFormat("a-%08x%05d", random.Below(1ull << 32), number + 1);
  person.first_name = Pick(kFirstNames, random);
  // The number makes the address one person's.
  person.email = absl::StrCat(absl::AsciiStrToLower(person.first_name), ".",
                              absl::AsciiStrToLower(Pick(kLastNames, random)),
                              number + 1, "@", Pick(kMailDomains, random));
  person.country = Pick(kCountries, random);
  person.favourite_category = random.Below(categories);
  person.marketing_email = DrawConsent(random);
  if (person.customer) {
    person.account_is_new = random.Chance(kNewAccountsPercent);
    person.tier = random.Chance(10)   ? "gold"
                  : random.Chance(30) ? "silver"
                                      : "bronze";
    if (number % 10 == 3 && number / 10 < kPhoneNumbers) {
      person.phone = absl::StrFormat("+447700900%03d", number / 10);
    }
  }
  return person;
}

}  // namespace audienced::shop
