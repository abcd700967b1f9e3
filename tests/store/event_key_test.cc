#include "daemon/store/tables/event_key.h"

#include <string>

#include "absl/strings/escaping.h"
#include "daemon/store/records.h"
#include "gtest/gtest.h"

namespace audienced {
namespace {

std::string Hex(const Uuid& uuid) {
  return absl::BytesToHexString(std::string(uuid.begin(), uuid.end()));
}

// Keys and streams are stored: these values never change.
TEST(EventKey, IsTheBeginOfADigest) {
  // printf '\0\0\0\4shop\0\0\0\2e1' | sha256sum
  EXPECT_EQ("ff65fc2d0a3040712993197d7873549a", Hex(EventKey("shop", "e1")));
  EXPECT_NE(EventKey("shop", "e1"), EventKey("sho", "pe1"));
}

TEST(EventKey, KeepsTheTimeOfATimeOrderedUuid) {
  EXPECT_EQ("018f8e0b2c3d",
            Hex(EventKey("shop", "018f8e0b-2c3d-7abc-8def-0123456789ab"))
                .substr(0, 12));
  EXPECT_EQ("1ef1234567ab",
            Hex(EventKey("shop", "1EF12345-67AB-6abc-bdef-0123456789ab"))
                .substr(0, 12));
}

TEST(EventKey, OtherUuidsAreOnlyTexts) {
  for (const std::string id :
       {"018f8e0b-2c3d-4abc-8def-0123456789ab",  // version 4
        "018f8e0b-2c3d-7abc-cdef-0123456789ab",  // another variant
        "018f8e0b02c3d-7abc-8def-0123456789ab",  // not the form
        "018f8e0b-2c3d-7abc-8def-0123456789ag",  // not a digit
        "018f8e0b-2c3d-7abc-8def-0123456789ab0"}) {
    EXPECT_NE("018f8e0b2c3d", Hex(EventKey("shop", id)).substr(0, 12)) << id;
  }
}

TEST(StreamOf, IsStable) {
  EXPECT_EQ(4, StreamOf("user_id:42"));
  EXPECT_EQ(44, StreamOf("email:ada@example.org"));
}

}  // namespace
}  // namespace audienced
