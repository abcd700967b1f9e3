#include "daemon/service/conversion/member_writer.h"

#include <google/protobuf/io/coded_stream.h>

#include <cstring>
#include <string_view>

#include "audienced/v1/audience_service.pb.h"
#include "daemon/service/conversion/audience_conversion.h"
#include "daemon/service/conversion/profile_name.h"
#include "daemon/service/conversion/time_conversion.h"

namespace audienced {
namespace {

using google::protobuf::Timestamp;
using google::protobuf::io::CodedOutputStream;

// As protobuf's encoding has them.
enum class WireType : uint32_t { kVarint = 0, kBytes = 2 };
constexpr uint32_t Tag(int field, WireType type) {
  return static_cast<uint32_t>(field) << 3 | static_cast<uint32_t>(type);
}

// More than the tag and the length of a field take.
constexpr size_t kFrameBytes = 16;
// More than a member takes without the texts in it: frames, numbers, times.
constexpr size_t kNumbersBytes = 512;
// The same of a consent, an identifier, or one that is omitted.
constexpr size_t kPartBytes = 64;

// Each of these writes one field and returns where it ends. What a field is
// when nobody has set it is not written.

uint8_t* WriteNumber(int field, int64_t value, uint8_t* at) {
  if (value == 0) return at;
  at = CodedOutputStream::WriteTagToArray(Tag(field, WireType::kVarint), at);
  return CodedOutputStream::WriteVarint64ToArray(static_cast<uint64_t>(value),
                                                 at);
}

uint8_t* WriteText(int field, std::string_view text, uint8_t* at) {
  if (text.empty()) return at;
  at = CodedOutputStream::WriteTagToArray(Tag(field, WireType::kBytes), at);
  at = CodedOutputStream::WriteVarint32ToArray(
      static_cast<uint32_t>(text.size()), at);
  return CodedOutputStream::WriteRawToArray(text.data(),
                                            static_cast<int>(text.size()), at);
}

// A message, of the fields that `write` writes.
template <typename Write>
uint8_t* WriteMessage(int field, uint8_t* at, Write write) {
  at = CodedOutputStream::WriteTagToArray(Tag(field, WireType::kBytes), at);
  uint8_t* const begin = at + 1;  // most lengths are one byte
  const auto size = static_cast<uint32_t>(write(begin) - begin);
  uint8_t* const moved = at + CodedOutputStream::VarintSize32(size);
  if (moved != begin) std::memmove(moved, begin, size);
  CodedOutputStream::WriteVarint32ToArray(size, at);
  return moved + size;
}

uint8_t* WriteTime(int field, Instant instant, uint8_t* at) {
  return WriteMessage(field, at, [&](uint8_t* in) {
    const SecondsAndNanos time = ToSecondsAndNanos(instant);
    in = WriteNumber(Timestamp::kSecondsFieldNumber, time.seconds, in);
    return WriteNumber(Timestamp::kNanosFieldNumber, time.nanos, in);
  });
}

uint8_t* WriteIdentifier(const Identifier& identifier, uint8_t* at) {
  return WriteMessage(
      v1::Member::kIdentifiersFieldNumber, at, [&](uint8_t* in) {
        in = WriteText(v1::Identifier::kKindFieldNumber, identifier.kind, in);
        return WriteText(v1::Identifier::kValueFieldNumber, identifier.value,
                         in);
      });
}

uint8_t* WriteConsent(const ConsentStanding& consent, uint8_t* at) {
  return WriteMessage(v1::Member::kConsentsFieldNumber, at, [&](uint8_t* in) {
    in = WriteText(v1::ConsentState::kPurposeFieldNumber, consent.purpose, in);
    in = WriteNumber(v1::ConsentState::kGrantedFieldNumber,
                     static_cast<int64_t>(consent.granted), in);
    if (consent.told_at == Instant::Never()) return in;
    return WriteTime(v1::ConsentState::kToldTimeFieldNumber, consent.told_at,
                     in);
  });
}

uint8_t* WriteOmitted(const OmittedIdentifier& omitted, uint8_t* at) {
  return WriteMessage(
      v1::Member::kOmittedIdentifiersFieldNumber, at, [&](uint8_t* in) {
        in = WriteText(v1::OmittedIdentifier::kKindFieldNumber, omitted.kind,
                       in);
        return WriteText(v1::OmittedIdentifier::kReasonFieldNumber,
                         Name(omitted.omission), in);
      });
}

uint8_t* WriteContinued(const ContinuedEpisode& continued,
                        const std::string& audience, uint8_t* at) {
  const std::string profile = ProfileName(continued.profile);
  return WriteMessage(v1::Member::kContinuesFieldNumber, at, [&](uint8_t* in) {
    in = WriteText(v1::ContinuedEpisode::kProfileFieldNumber, profile, in);
    in = WriteNumber(v1::ContinuedEpisode::kEpisodeFieldNumber,
                     continued.episode, in);
    return WriteText(v1::ContinuedEpisode::kIdempotencyKeyFieldNumber,
                     IdempotencyKey(audience, profile, continued.episode), in);
  });
}

size_t TextBytes(const ToldMember& member) {
  size_t size = 0;
  for (const Identifier* each : member.person.identifiers) {
    size += each->kind.size() + each->value.size() + kPartBytes;
  }
  for (const OmittedIdentifier& each : member.person.omitted) {
    size += each.kind.size() + Name(each.omission).size() + kPartBytes;
  }
  for (const ConsentStanding& each : member.consents) {
    size += each.purpose.size() + kPartBytes;
  }
  if (member.context != nullptr) size += member.context->ByteSizeLong();
  return size;
}

}  // namespace

MemberWriter::MemberWriter(const std::string& audience) : audience_(audience) {}

void MemberWriter::Append(const ToldMember& member, std::string& bytes) {
  const std::string profile = ProfileName(member.profile);
  SetIdempotencyKey(audience_, profile, member.stay.membership.episode, key_);
  // The keys of what it continues are longer by a number at the most.
  const size_t keys = 1 + member.stay.continues.size();
  const size_t limit = kFrameBytes + audience_.size() +
                       keys * (key_.size() + kPartBytes) + kNumbersBytes +
                       TextBytes(member);
  if (member_.size() < limit) member_.resize(limit);
  uint8_t* const begin =
      reinterpret_cast<uint8_t*>(member_.data()) + kFrameBytes;
  const uint8_t* const end = Write(member, profile, begin);
  // Its frame ends where it begins.
  constexpr uint32_t kTag =
      Tag(v1::ListMembersResponse::kMembersFieldNumber, WireType::kBytes);
  const auto size = static_cast<uint32_t>(end - begin);
  uint8_t* const frame = begin - CodedOutputStream::VarintSize32(kTag) -
                         CodedOutputStream::VarintSize32(size);
  CodedOutputStream::WriteVarint32ToArray(
      size, CodedOutputStream::WriteTagToArray(kTag, frame));
  bytes.append(reinterpret_cast<const char*>(frame),
               static_cast<size_t>(end - frame));
}

uint8_t* MemberWriter::Write(const ToldMember& member,
                             const std::string& profile, uint8_t* at) const {
  const Membership& stay = member.stay.membership;
  at = WriteText(v1::Member::kAudienceFieldNumber, audience_, at);
  at = WriteText(v1::Member::kProfileFieldNumber, profile, at);
  for (const Identifier* each : member.person.identifiers) {
    at = WriteIdentifier(*each, at);
  }
  at = WriteNumber(v1::Member::kEpisodeFieldNumber, stay.episode, at);
  at = WriteText(v1::Member::kIdempotencyKeyFieldNumber, key_, at);
  at = WriteTime(v1::Member::kEnteredTimeFieldNumber, stay.entered_at, at);
  at = WriteTime(v1::Member::kEffectiveTimeFieldNumber, stay.effective_at, at);
  at =
      WriteTime(v1::Member::kCommitTimeFieldNumber, member.stay.changed_at, at);
  if (IsInstant(stay.announced_flip)) {
    at = WriteTime(v1::Member::kExpireTimeFieldNumber, stay.announced_flip, at);
  }
  at = WriteNumber(v1::Member::kExistingFieldNumber,
                   static_cast<int64_t>(member.stay.existing), at);
  at = WriteNumber(v1::Member::kRuleVersionFieldNumber,
                   member.stay.rule_version, at);
  if (member.context != nullptr) {
    at = WriteMessage(v1::Member::kContextFieldNumber, at, [&](uint8_t* in) {
      return member.context->SerializeWithCachedSizesToArray(in);
    });
  }
  for (const ConsentStanding& each : member.consents) {
    at = WriteConsent(each, at);
  }
  for (const OmittedIdentifier& each : member.person.omitted) {
    at = WriteOmitted(each, at);
  }
  for (const ContinuedEpisode& each : member.stay.continues) {
    at = WriteContinued(each, audience_, at);
  }
  return at;
}

}  // namespace audienced
