#include "daemon/ctl/client/profile_name.h"

#include <algorithm>
#include <array>
#include <utility>

#include "rules/source/message.h"

namespace audienced {
namespace {

// A kind of the sender's own must be named.
constexpr std::array<const char*, 6> kKinds = {
    "user_id", "profile", "email", "phone", "anonymous_id", "advertising_id"};

bool IsKind(const std::string& text) {
  if (text.empty() || text[0] < 'a' || text[0] > 'z') return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

v1::ProfileReference Reference(const std::string& kind,
                               const std::string& value) {
  v1::ProfileReference reference;
  reference.mutable_identifier()->set_kind(kind);
  reference.mutable_identifier()->set_value(value);
  return reference;
}

std::string TextOf(const v1::ProfileReference& reference) {
  if (!reference.has_identifier()) return reference.profile();
  return Concat(reference.identifier().kind(), ":",
                reference.identifier().value());
}

std::string KindList() {
  std::string list;
  for (const char* kind : kKinds)
    list += Concat(list.empty() ? "" : ", ", kind);
  return list;
}

}  // namespace

std::vector<v1::ProfileReference> MeaningsOf(const std::string& name) {
  std::vector<v1::ProfileReference> meanings;
  const size_t colon = name.find(':');
  if (colon != std::string::npos && colon + 1 < name.size() &&
      IsKind(name.substr(0, colon))) {
    meanings.push_back(
        Reference(name.substr(0, colon), name.substr(colon + 1)));
  }
  for (const char* kind : kKinds) meanings.push_back(Reference(kind, name));
  v1::ProfileReference permanent;
  permanent.set_profile(name);
  meanings.push_back(std::move(permanent));
  return meanings;
}

absl::StatusOr<v1::ProfileReference> ResolveProfile(
    const Connection& connection, v1::AudienceService::Stub& stub,
    const std::string& audience, const std::string& name) {
  const std::vector<v1::ProfileReference> meanings = MeaningsOf(name);
  v1::BatchGetMembershipsRequest request;
  request.add_audiences(audience);
  for (const v1::ProfileReference& meaning : meanings) {
    *request.add_profiles() = meaning;
  }
  v1::BatchGetMembershipsResponse response;
  const absl::Status status = connection.Call(
      stub, &v1::AudienceService::Stub::BatchGetMemberships, request, response);
  if (!status.ok()) return status;

  // One for each meaning, in their order.
  std::string profile;
  std::string found;
  const v1::ProfileReference* first = nullptr;
  const size_t count = std::min(
      meanings.size(), static_cast<size_t>(response.memberships_size()));
  for (size_t i = 0; i < count; ++i) {
    const v1::Membership& membership =
        response.memberships(static_cast<int>(i));
    if (membership.profile().empty() || membership.profile() == profile) {
      continue;
    }
    found += Concat(found.empty() ? "" : ", ", TextOf(meanings[i]));
    if (first != nullptr) {
      return absl::InvalidArgumentError(
          Concat(Quoted(name), " means more than one profile: ", found,
                 "; name one of these"));
    }
    first = &meanings[i];
    profile = membership.profile();
  }
  if (first != nullptr) return *first;
  return absl::NotFoundError(Concat("there is no profile ", Quoted(name),
                                    " by ", KindList(),
                                    "; write kind:value for another kind"));
}

}  // namespace audienced
