// The bytes of a listed member are those that the message of the API has: of
// seeded random stays and people, with each field set and not set.

#include "daemon/service/conversion/member_writer.h"

#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>

#include <iterator>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "audienced/v1/audience_service.pb.h"
#include "daemon/service/conversion/audience_conversion.h"
#include "daemon/service/conversion/time_conversion.h"

namespace audienced {
namespace {

using google::protobuf::util::MessageDifferencer;

constexpr uint64_t kSeed = 20261126;
constexpr int kMembers = 5'000;
// Of lengths at which the length of a length changes, and of 0.
constexpr size_t kTextSizes[] = {0, 1, 20, 127, 128, 300, 16'384};

struct Scene {
  StayRecord stay;
  std::vector<Identifier> identifiers;
  std::vector<ConsentStanding> consents;
  std::vector<OmittedIdentifier> omitted;
};

// Makes scenes; the same ones in each run.
class Dice {
 public:
  explicit Dice(uint64_t seed) : bits_(seed) {}

  Scene Next(const std::string& audience) {
    Scene scene;
    StayRecord& stay = scene.stay;
    stay.profile = ProfileId{Number(1, int64_t{1} << Number(0, 62))};
    stay.audience = audience;
    stay.membership.episode = Number(0, int64_t{1} << Number(0, 40));
    stay.membership.entered_at = Time();
    stay.membership.effective_at = Time();
    stay.membership.announced_flip = OneIn(2) ? Instant::Forever() : Time();
    if (OneIn(2)) stay.membership.context = R"({"value":[{"amount":"9.5"}]})";
    if (OneIn(40)) stay.membership.context = LongContext();
    stay.existing = OneIn(2);
    stay.rule_version = Number(0, 300);
    stay.changed_at = ToTime(Time());
    for (auto left = Number(0, 3); left > 0; --left) {
      scene.identifiers.push_back({Text(), Text()});
      scene.consents.push_back(
          {Text(), OneIn(2), OneIn(2) ? Instant::Never() : Time()});
      scene.omitted.push_back({Text(), static_cast<Omission>(Number(0, 4))});
    }
    for (auto left = OneIn(2) ? Number(0, 20) : 0; left > 0; --left) {
      stay.continues.push_back({ProfileId{Number(1, int64_t{1} << 62)},
                                Number(0, int64_t{1} << 40)});
    }
    return scene;
  }

 private:
  int64_t Number(int64_t least, int64_t most) {
    return std::uniform_int_distribution<int64_t>(least, most)(bits_);
  }
  bool OneIn(int64_t count) { return Number(1, count) == 1; }

  std::string Text() {
    const auto last = static_cast<int64_t>(std::size(kTextSizes)) - 1;
    const int64_t choice = OneIn(50) ? last : Number(0, last - 1);
    return std::string(kTextSizes[choice],
                       static_cast<char>('a' + Number(0, 25)));
  }

  // The epoch, whole seconds, and both sides of each.
  Instant Time() {
    const int64_t seconds = Number(-1, 1) * Number(0, 2'000'000'000);
    return {seconds * 1'000'000 + Number(-1, 1) * Number(0, 999'999)};
  }

  std::string LongContext() {
    return R"({"value":[{"amount":")" + std::string(20'000, '1') + R"("}]})";
  }

  std::mt19937_64 bits_;
};

// As the API's message, by the definition that other calls use.
v1::Member AsMessage(const Scene& scene) {
  v1::Member member = ToMember(scene.stay);
  FillConsents(scene.consents, member);
  for (const Identifier& each : scene.identifiers) {
    FillIdentifier(each, *member.add_identifiers());
  }
  for (const OmittedIdentifier& each : scene.omitted) {
    v1::OmittedIdentifier& omitted = *member.add_omitted_identifiers();
    omitted.set_kind(each.kind);
    omitted.set_reason(std::string(Name(each.omission)));
  }
  return member;
}

void Write(const Scene& scene, MemberWriter& writer, std::string& bytes) {
  AudienceMembership stay;
  stay.membership = scene.stay.membership;
  stay.existing = scene.stay.existing;
  stay.continues = scene.stay.continues;
  stay.rule_version = scene.stay.rule_version;
  stay.changed_at = ToInstant(scene.stay.changed_at);
  ToldPerson person;
  for (const Identifier& each : scene.identifiers) {
    person.identifiers.push_back(&each);
  }
  person.omitted = scene.omitted;
  const std::optional<v1::Context> context =
      ContextOf(stay.membership.context, scene.stay.audience);
  writer.Append({scene.stay.profile, stay, person, scene.consents,
                 context ? &*context : nullptr},
                bytes);
}

TEST(MemberWriterTest, WritesTheBytesOfTheMessage) {
  Dice dice(kSeed);
  std::set<int> told;  // numbers of fields
  for (const std::string& audience :
       {std::string("everybody"), std::string(200, 'a')}) {
    MemberWriter writer(audience);
    v1::ListMembersResponse wanted;
    std::string written;
    for (int i = 0; i < kMembers; ++i) {
      const Scene scene = dice.Next(audience);
      const v1::Member& member = *wanted.add_members() = AsMessage(scene);
      std::string bytes;
      Write(scene, writer, bytes);
      v1::ListMembersResponse read;
      ASSERT_TRUE(read.ParseFromString(bytes)) << i;
      ASSERT_EQ(read.members_size(), 1) << i;
      ASSERT_TRUE(MessageDifferencer::Equals(read.members(0), member))
          << i << ": " << read.members(0).ShortDebugString() << "\nwanted "
          << member.ShortDebugString();
      written += bytes;
      std::vector<const google::protobuf::FieldDescriptor*> fields;
      v1::Member::GetReflection()->ListFields(member, &fields);
      for (const auto* field : fields) told.insert(field->number());
    }
    EXPECT_EQ(written, wanted.SerializeAsString());
  }
  // A field that the API gets is written too, or this fails.
  EXPECT_EQ(static_cast<int>(told.size()),
            v1::Member::descriptor()->field_count());
}

}  // namespace
}  // namespace audienced
