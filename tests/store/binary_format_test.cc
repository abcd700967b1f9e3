#include "daemon/store/postgres/binary_format.h"

#include "gtest/gtest.h"

namespace audienced {
namespace {

TEST(BinaryFormat, IntegersAreBigEndian) {
  std::string bytes;
  AppendInteger<int32_t>(-2, bytes);
  AppendInteger<uint16_t>(0x1234, bytes);
  EXPECT_EQ(std::string("\xff\xff\xff\xfe\x12\x34"), bytes);
  EXPECT_EQ(-2, ReadInteger<int32_t>(bytes.data()));
  EXPECT_EQ(0x1234, ReadInteger<uint16_t>(bytes.data() + 4));
}

TEST(BinaryFormat, InstantsComeBack) {
  for (const Instant instant :
       {Instant::Never(), Instant::Forever(), Instant{0}, Instant{-1},
        Instant{1'715'949'296'789'012}, Instant{-62'135'596'800'000'000}}) {
    EXPECT_EQ(instant, FromPostgresMicros(ToPostgresMicros(instant)));
  }
  EXPECT_EQ(0, ToPostgresMicros(Instant{946'684'800'000'000}));
}

TEST(BinaryFormat, InstantsBeforeTimestamptzAreInfinite) {
  const auto written = [](int64_t micros) {
    return FromPostgresMicros(ToPostgresMicros(Instant{micros}));
  };
  const int64_t first = -210'866'803'200'000'000;  // 4714-11-24 BC
  EXPECT_EQ(Instant{first}, written(first));
  EXPECT_EQ(Instant::Never(), written(first - 1));
  EXPECT_EQ(Instant::Never(), written(INT64_MIN + 1));
  EXPECT_EQ(Instant{INT64_MAX - 1}, written(INT64_MAX - 1));
}

}  // namespace
}  // namespace audienced
