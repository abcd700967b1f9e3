#ifndef AUDIENCED_TESTS_LIVE_PERSON_CLIENT_H_
#define AUDIENCED_TESTS_LIVE_PERSON_CLIENT_H_

#include <grpcpp/grpcpp.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "audienced/v1/audience_service.grpc.pb.h"
#include "audienced/v1/profile_service.grpc.pb.h"

namespace audienced {

// The ways to name a person.
v1::ProfileReference By(const std::string& kind, const std::string& value);
v1::ProfileReference Named(const std::string& profile);

// `event` with one more identifier.
v1::Event With(v1::Event event, const std::string& kind,
               const std::string& value);
// `event` of a device, of which nothing else is known.
v1::Event Of(const std::string& device, v1::Event event);

// The reason that a call failed with; empty where it did not.
std::string ReasonOf(const grpc::Status& status);

using KeysByProfile = std::map<std::string, std::string>;

// What tests ask about single persons. A call that fails fails the test.
class PersonClient {
 public:
  explicit PersonClient(const std::shared_ptr<grpc::Channel>& channel);

  // All pages as one.
  v1::GetProfileResponse Get(const v1::ProfileReference& profile);
  // The permanent name.
  std::string NameOf(const v1::ProfileReference& profile);
  // Why there is nothing to get.
  std::string RefusalOf(const v1::ProfileReference& profile);
  // All lines.
  std::string Export(const v1::ProfileReference& profile);
  v1::EraseProfileResponse Erase(const v1::ProfileReference& profile);
  void Merge(const v1::ProfileReference& profile,
             const v1::ProfileReference& into);
  // May fail.
  grpc::Status Unmerge(const v1::ProfileReference& profile,
                       v1::UnmergeProfilesResponse& response);
  // All changes after `cursor`.
  std::vector<v1::MembershipChange> ChangesAfter(const std::string& cursor);
  // Of the first page of members: the keys of what each continues, with a blank
  // behind each.
  KeysByProfile Continued(const std::string& audience);

 private:
  std::unique_ptr<v1::ProfileService::Stub> profiles_;
  std::unique_ptr<v1::AudienceService::Stub> audiences_;
};

}  // namespace audienced

#endif  // AUDIENCED_TESTS_LIVE_PERSON_CLIENT_H_
