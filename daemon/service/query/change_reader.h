#ifndef AUDIENCED_DAEMON_SERVICE_QUERY_CHANGE_READER_H_
#define AUDIENCED_DAEMON_SERVICE_QUERY_CHANGE_READER_H_

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "audienced/v1/audience_service.pb.h"
#include "daemon/access/caller.h"
#include "daemon/service/conversion/identifier_view.h"
#include "daemon/service/query/destination_people.h"
#include "daemon/service/stages.h"

namespace audienced {

// Limits of audienced/v1/audience_service.proto.
inline constexpr int kWatchBatchLimit = 1000;
inline constexpr int kChangePageDefault = 1000;
inline constexpr int kChangePageLimit = 10'000;

// The names, sorted, each once. NOT_FOUND where one does not exist for
// `caller`; with `may_be_gone` it need not be in the rules any more: its exits
// are still to be told. INVALID_ARGUMENT where they are too many.
absl::StatusOr<std::vector<std::string>> AudienceFilter(
    const Stages& stages, const Caller& caller,
    const google::protobuf::RepeatedPtrField<std::string>& names,
    bool may_be_gone);

// Reads the change log on from a cursor, for one consumer: the changes of some
// audiences, in portions that fit a message. Holds at most one page of the
// feed. Not thread-safe.
//
// It is read in one of two ways: as messages of the API (Next()), or as they go
// over the wire (NextTold()), which form is made once for all consumers with
// the same view.
class ChangeReader {
 public:
  // A portion: some changes of the filter, or none.
  struct Portion {
    google::protobuf::RepeatedPtrField<v1::MembershipChange> changes;
    bool at_head = false;  // nothing was committed behind it yet
  };

  // The same as it goes over the wire: the field `changes` of
  // WatchMembershipsResponse, in parts that follow each other.
  struct ToldPortion {
    ToldCommit parts;
    int count = 0;  // changes
    size_t bytes = 0;
    bool at_head = false;
  };

  // Starts behind `cursor`; where that is empty, behind what `subscription` has
  // acknowledged; without either at the heads. Fails as the proto says of
  // WatchMemberships. Reads what `caller` may see, whoever the cursor
  // was given to, with identifiers for `destination`.
  static absl::StatusOr<ChangeReader> Open(
      const Stages& stages, const Caller& caller,
      const google::protobuf::RepeatedPtrField<std::string>& audiences,
      const std::string& cursor, const std::string& subscription,
      v1::Destination destination);

  // The next portion: at most `limit` changes and, but for the last one of
  // them, kAnswerLimitBytes. Empty and not at the head where a stretch of the
  // log holds nothing of the filter. Fails with CONSENT_NOT_REQUIRED where by
  // the rules in force an audience does not require what the destination needs.
  absl::StatusOr<Portion> Next(int limit);

  // The same for the wire: at most kWatchBatchLimit changes.
  absl::StatusOr<ToldPortion> NextTold();

  // Behind the last portion.
  std::string cursor() const;
  const StreamPositions& positions() const { return position_.positions; }
  // Whether the last portion was no longer in memory.
  bool reads_log() const { return page_.from_log; }

 private:
  ChangeReader(const Stages& stages, Caller caller, IdentifierView view)
      : stages_(&stages), caller_(std::move(caller)), view_(std::move(view)) {}

  // Has a page at hand where the one before is handed out.
  absl::Status Prepare(int limit);
  // Reads the next page and what is to be told with it.
  absl::Status ReadPage(int limit);
  // The page is handed out; whether that was the head of the log.
  bool EndPage();

  const ChangeFeed::Due& due() const { return page_.commits[commit_]; }
  const PublishedCommit& commit() const { return *due().commit; }
  // Whether there is a change at hand; moves on to the next commit of the page.
  bool HasChange();
  void TakeChange(google::protobuf::RepeatedPtrField<v1::MembershipChange>& to,
                  size_t& size_bytes);
  v1::MembershipChange Tell(const ChangeRecord& change) const;

  // Whether the commit at hand is told in a form that others may share. What a
  // destination matches by is told as it stands at the answer, so it is not.
  bool IsShared() const {
    return due().is_whole && commit().views != nullptr && !view_.uses_traits();
  }
  // Has `told_` at hand.
  void TellCommit();
  std::shared_ptr<const ToldChanges> TellPart(size_t begin) const;
  // Goes past the part of `told_` at hand.
  void PassPart();
  bool Wanted(const ChangeRecord& change) const {
    return (filter_.empty() || filter_.contains(change.audience)) &&
           caller_.MaySee(change.audience);
  }

  const Stages* stages_;
  Caller caller_;
  IdentifierView view_;
  Cursor position_;  // behind what was handed out
  absl::flat_hash_set<std::string> filter_;
  std::string view_key_;  // of what is told, for CommitViews
  ChangeFeed::Page page_;
  TraitTable traits_;  // of whom the page tells
  size_t commit_ = 0;  // in the page
  size_t change_ = 0;  // in the commit
  // The commit at hand, from its first change on, and the part of it that
  // begins with the change at hand; null until it is asked for.
  std::shared_ptr<const ToldCommit> told_;
  size_t part_ = 0;
};

// Answers AudienceService.ListChanges.
absl::Status ListChanges(const Stages& stages, const Caller& caller,
                         const v1::ListChangesRequest& request,
                         v1::ListChangesResponse& response);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_SERVICE_QUERY_CHANGE_READER_H_
