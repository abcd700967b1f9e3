// The forms in which destinations compare values: tables of what goes in and
// what comes out, and input that nobody should send.

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "daemon/destination/destination.h"
#include "daemon/destination/normal_form/advertising_id.h"
#include "daemon/destination/normal_form/birthday.h"
#include "daemon/destination/normal_form/email.h"
#include "daemon/destination/normal_form/name.h"
#include "daemon/destination/normal_form/phone.h"
#include "daemon/destination/normal_form/place.h"
#include "daemon/destination/normal_form/united_states.h"
#include "daemon/digest/digest.h"

namespace audienced {
namespace {

// What went in, and either the form or the name of the reason in brackets.
struct Case {
  std::string value;
  std::string expected;
};

std::string Told(const NormalForm& form) {
  return form.left_out() ? "[" + std::string(Name(form.omission)) + "]"
                         : form.text;
}

template <typename Form>
void Expect(Form form, const std::vector<Case>& cases) {
  for (const Case& one : cases) {
    EXPECT_EQ(Told(form(one.value)), one.expected) << one.value.substr(0, 80);
  }
}

TEST(Sha256Test, HashesInLowerCaseHexadecimalDigits) {
  EXPECT_EQ(Sha256Hex("abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(Sha256Hex(""),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_TRUE(IsSha256Hex(Sha256Hex("abc")));
  EXPECT_TRUE(IsSha256Hex(std::string(64, 'A')));
  EXPECT_FALSE(IsSha256Hex(std::string(64, 'g')));
  EXPECT_FALSE(IsSha256Hex(std::string(63, 'a')));
  EXPECT_FALSE(IsSha256Hex(std::string(65, 'a')));
}

TEST(NormalFormTest, GoogleTakesDotsAndPlusOutOfGmailAddresses) {
  Expect(GoogleEmail,
         {{" Cloudy.San.Francisco+shopping@GMAIL.com ",
           "cloudysanfrancisco@gmail.com"},
          {"user.name+NYC@Example.com", "user.name+nyc@example.com"},
          {"a.b.c+x@gmail.com", "abc@gmail.com"},
          {"A.B@googlemail.com", "ab@googlemail.com"},
          {"a.b@mail.gmail.com", "a.b@mail.gmail.com"},
          {"ann smith@example.com", "annsmith@example.com"},
          {"+x@gmail.com", "[not_an_email]"},
          {"...@gmail.com", "[not_an_email]"}});
}

TEST(NormalFormTest, OthersKeepDotsAndPlus) {
  Expect(PlainEmail, {{" Cloudy.San.Francisco+shopping@GMAIL.com ",
                       "cloudy.san.francisco+shopping@gmail.com"},
                      {"ann smith@example.com", "[not_an_email]"},
                      {"\xC2\xA0"
                       "ann@example.com\t\n",
                       "ann@example.com"},
                      {"ÉLAN@Bücher.example", "élan@bücher.example"}});
  Expect(SpacelessEmail,
         {{"a.b+c @ gmail.com", "a.b+c@gmail.com"}, {"", "[empty]"}});
}

TEST(NormalFormTest, WhatIsNoAddressIsLeftOut) {
  const std::vector<Case> cases = {
      {"", "[empty]"},
      {" \t ", "[empty]"},
      {"ann", "[not_an_email]"},
      {"@example.com", "[not_an_email]"},
      {"ann@", "[not_an_email]"},
      {"ann@localhost", "[not_an_email]"},
      {"ann@@example.com", "[not_an_email]"},
      {"ann@example..com", "[not_an_email]"},
      {"ann@example.com.", "[not_an_email]"},
      {"ann@.example.com", "[not_an_email]"},
      {"Ann <ann@example.com>", "[not_an_email]"},
      {"ann@example.com,bob@example.com", "[not_an_email]"},
      {"ann\xFF@example.com", "[not_text]"},
      {std::string("ann\0@example.com", 16), "[not_text]"},
      {std::string(100 << 10, 'a') + "@example.com", "[too_long]"}};
  Expect(PlainEmail, cases);
  Expect(GoogleEmail, cases);
}

TEST(NormalFormTest, PhonesAreReadByTheirCountry) {
  Expect([](const std::string& value) { return PhoneWithPlus(value, "US"); },
         {{"(800)555-0100", "+18005550100"},
          {"+33 (0)1 23 45 67 89", "+33123456789"},
          {"1-800-555-0100", "+18005550100"}});
  Expect([](const std::string& value) { return PhoneDigits(value, "US"); },
         {{"(800)555-0100", "18005550100"},
          {"555-2671", "[not_a_phone_number]"},  // of a town, without its code
          {"+1 555 2671", "[not_a_phone_number]"},
          {"+33 (0)1 23 45 67 89", "33123456789"},
          {"+0000000000", "[not_a_phone_number]"}});
  Expect([](const std::string& value) { return PhoneWithPlus(value, "GB"); },
         {{"020 7946 0958", "+442079460958"},
          {"+44 (0)20 7946 0958", "+442079460958"},
          {"00 1 800 555 0100", "+18005550100"}});
}

TEST(NormalFormTest, WhatIsNoPhoneIsLeftOut) {
  const std::vector<Case> cases = {{"", "[empty]"},
                                   {"+0000000000", "[not_a_phone_number]"},
                                   {"0000000000", "[not_a_phone_number]"},
                                   {"12", "[not_a_phone_number]"},
                                   {"none", "[not_a_phone_number]"},
                                   {"ann@example.com", "[not_a_phone_number]"},
                                   {"+44 20\xFF 7946 0958", "[not_text]"},
                                   {std::string(100 << 10, '1'), "[too_long]"}};
  Expect([](const std::string& value) { return PhoneWithPlus(value, "GB"); },
         cases);
  Expect([](const std::string& value) { return PhoneDigits(value, ""); },
         cases);
  // Without a region only numbers with a country code are known.
  Expect([](const std::string& value) { return PhoneWithPlus(value, ""); },
         {{"020 7946 0958", "[not_a_phone_number]"},
          {"+442079460958", "+442079460958"}});
  EXPECT_TRUE(IsPhoneRegion("GB"));
  EXPECT_FALSE(IsPhoneRegion("UK"));
  EXPECT_FALSE(IsPhoneRegion("gb"));
  EXPECT_FALSE(IsPhoneRegion(""));
}

TEST(NormalFormTest, NamesKeepTheirMarks) {
  Expect(PlainName, {{" José-María ", "josémaría"},
                     {"Jose\xCC\x81", "josé"},  // e and the mark are one letter
                     {"O'Brien", "obrien"},
                     {"Anna   Lena", "anna lena"},
                     {"ŁUKASZ", "łukasz"},
                     {"Ν\xCE\xAFκος", "νίκος"},
                     {"王", "王"},
                     {"J.", "j"},
                     {"...", "[not_a_name]"},
                     {"", "[empty]"},
                     {"\xC3(", "[not_text]"},
                     {std::string(100 << 10, 'a'), "[too_long]"}});
}

TEST(NormalFormTest, GoogleWantsNamesWithoutTitles) {
  Expect(NameWithoutTitle, {{"Mrs. Ann", "ann"},
                            {"Prof. Dr. Ann Lee", "ann lee"},
                            {"Dr", "dr"},
                            {"Drew", "drew"},
                            {" ", "[empty]"}});
  Expect(NameWithoutSuffix, {{"Smith, Jr.", "smith"},
                             {"Smith III", "smith"},
                             {"Smith Ph.D.", "smith"},
                             {"Jr.", "jr"},
                             {"de la Cruz", "de la cruz"}});
}

TEST(NormalFormTest, Genders) {
  Expect(Gender, {{"Female", "f"},
                  {"f", "f"},
                  {" M ", "m"},
                  {"man", "m"},
                  {"divers", "[unknown_gender]"},
                  {"", "[empty]"}});
}

TEST(NormalFormTest, Countries) {
  Expect(Country, {{"US", "US"},
                   {" us ", "US"},
                   {"USA", "US"},
                   {"United States", "US"},
                   {"United States of America", "US"},
                   {"UK", "GB"},
                   {"United Kingdom", "GB"},
                   {"Germany", "DE"},
                   {"Côte d\xE2\x80\x99Ivoire", "CI"},
                   {"XX", "[unknown_country]"},
                   {"12", "[unknown_country]"},
                   {"", "[empty]"},
                   {"\xFF", "[not_text]"},
                   {std::string(100 << 10, 'a'), "[too_long]"}});
  Expect(LowerCountry, {{"US", "us"}, {"Atlantis", "[unknown_country]"}});
}

TEST(NormalFormTest, CitiesAndStates) {
  Expect(City, {{"St. Louis", "stlouis"},
                {"Saint-Étienne", "saintétienne"},
                {"123", "[not_a_name]"},
                {"", "[empty]"}});
  Expect([](const std::string& value) { return State(value, "US"); },
         {{"California", "ca"},
          {"CA", "ca"},
          {"New York", "ny"},
          {"U.S. Virgin Islands", "vi"},
          {"Nowhere", "nowhere"}});
  Expect([](const std::string& value) { return State(value, "FR"); },
         {{"Île-de-France", "îledefrance"}, {"California", "california"}});
  EXPECT_EQ(StateCode("wyoming"), "wy");
  EXPECT_EQ(StateCode("alabama"), "al");
  EXPECT_EQ(StateCode("zzz"), "");
}

TEST(NormalFormTest, PostalCodes) {
  Expect([](const std::string& value) { return ShortPostalCode(value, "US"); },
         {{"94016-1234", "94016"},
          {"94016", "94016"},
          {"9401", "[not_a_postal_code]"},
          {"SW1A 1AA", "[not_a_postal_code]"}});
  Expect([](const std::string& value) { return ShortPostalCode(value, ""); },
         {{"94016-1234", "94016"}, {"SW1A 1AA", "sw1a1aa"}});
  Expect([](const std::string& value) { return ShortPostalCode(value, "GB"); },
         {{"SW1A 1AA", "sw1a1"}, {"m1 1ae", "m11"}, {"SW1A", "sw1a"}});
  Expect([](const std::string& value) { return ShortPostalCode(value, "PL"); },
         {{"00-950", "00950"}, {"-", "[not_a_postal_code]"}});
  Expect(PostalCode, {{" 94016-1234 ", "94016-1234"},
                      {"SW1A 1AA", "SW1A 1AA"},
                      {"somewhere in the north", "[not_a_postal_code]"},
                      {"1\xFF", "[not_a_postal_code]"},
                      {"", "[empty]"}});
}

TEST(NormalFormTest, DatesOfBirth) {
  const std::vector<std::string> dates = {
      "1990-02-28", "19900228", "1990-02-28T00:00:00Z", " 1990-02-28 10:00 "};
  for (const std::string& date : dates) {
    EXPECT_EQ(Told(BirthYear(date)), "1990") << date;
    EXPECT_EQ(Told(BirthMonth(date)), "02") << date;
    EXPECT_EQ(Told(BirthDay(date)), "28") << date;
  }
  Expect(BirthDay, {{"2000-02-29", "29"},
                    {"1900-02-29", "[not_a_date]"},
                    {"1990-13-01", "[not_a_date]"},
                    {"1990-00-01", "[not_a_date]"},
                    {"1899-12-31", "[not_a_date]"},
                    {"1900-01-01", "01"},
                    {"2100-01-01", "[not_a_date]"},
                    {"02/28/1990", "[not_a_date]"},
                    {"1990-2-28", "[not_a_date]"},
                    {"1990", "[not_a_date]"},
                    {"", "[empty]"},
                    {std::string(100 << 10, '1'), "[not_a_date]"}});
}

TEST(NormalFormTest, AdvertisingIds) {
  Expect(AdvertisingId,
         {{" AECE52E7-03EE-455A-B3C4-E57283966239 ",
           "aece52e7-03ee-455a-b3c4-e57283966239"},
          {"00000000-0000-0000-0000-000000000000", "[not_an_advertising_id]"},
          {"aece52e703ee455ab3c4e57283966239", "[not_an_advertising_id]"},
          {"", "[empty]"}});
}

}  // namespace
}  // namespace audienced
