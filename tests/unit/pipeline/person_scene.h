#ifndef AUDIENCED_TESTS_UNIT_PIPELINE_PERSON_SCENE_H_
#define AUDIENCED_TESTS_UNIT_PIPELINE_PERSON_SCENE_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "daemon/pipeline/commit_builder.h"

namespace audienced {

inline Identifier User(const std::string& value) { return {"user_id", value}; }
inline Identifier Device(const std::string& value) {
  return {"anonymous_id", value};
}
inline Identifier Email(const std::string& value) { return {"email", value}; }

// A pipeline without clock and database, for what becomes of persons: what is
// committed is applied, and every event that was stored can be read again. Its
// rules have one audience, `tested`: who carted and did not purchase, with the
// consent `email`.
class PersonScene {
 public:
  // When what is committed is put into the directory: at once, or when the next
  // commit has its events, as where the database is still busy with it.
  enum class Landing { kAtOnce, kBehindTheNext };

  explicit PersonScene(Landing landing = Landing::kAtOnce);

  // The instant of the next commit, in seconds.
  void At(int64_t second);

  // One event of a batch.
  struct Sent {
    std::vector<Identifier> identifiers;
    std::string name = "add_to_cart";
    std::string event_id = "";  // empty: one of its own
    int64_t occurred = -1;      // seconds; -1: now
    std::vector<std::pair<std::string, bool>> consents = {};
    bool backfill = false;
  };
  // Commits the events together.
  std::vector<EventOutcome> Send(const std::vector<Sent>& events);
  EventOutcome Send(Sent event);

  // The same in steps: the events of a commit come one after the other.
  void Begin();
  absl::Status Prepare(ProfileId id) { return open_->Prepare({id}); }
  std::vector<EventOutcome> Take(const std::vector<Sent>& events);
  void End();

  void Merge(ProfileId absorbed, ProfileId survivor);
  void Erase(ProfileId id);

  // The directory has everything.
  void Land();

  // Lets go of all histories: they have to be read again, which works or not.
  void LetGo();
  void SetReadable(bool readable) { is_readable_ = readable; }

  // Who is meant now, 0: nobody.
  int64_t Who(const std::string& kind, const std::string& value) const;
  Directory::ProfilePtr Find(int64_t number) const;
  // The numbers under which the last commit stored events: `1 1 2`.
  std::string stored_under() const;
  // The change that the last commit published last.
  const ChangeRecord& last_change() const { return rows_.changes.back(); }
  // What it goes on with: `1/2` is the second episode of the first profile.
  // Empty: nothing.
  std::string continued() const;
  // What the last commit published, in order: `2 left merge, 1 entered merge`.
  std::string published() const;
  const CommitBatch& rows() const { return rows_; }

  IdentityPolicy& policy() { return *policy_; }
  Separations& separations() { return separations_; }

 private:
  std::unique_ptr<CommitBuilder> NewCommit();
  void Finish(std::unique_ptr<CommitBuilder> builder);
  std::vector<EventRecord> Read(const std::vector<ProfileId>& numbers) const;

  const Landing landing_;
  std::shared_ptr<IdentityPolicy> policy_ = std::make_shared<IdentityPolicy>();
  CommitRules rules_;
  Directory directory_;
  NameRegistry names_;
  ErasureRegistry erasures_;
  Separations separations_;
  InstanceRecord instance_;
  std::vector<Tally> tallies_;
  std::vector<EventRecord> stored_;
  Instant now_;
  int sent_ = 0;
  bool is_readable_ = true;
  CommitBatch rows_;                        // of the last commit
  std::unique_ptr<CommitBuilder> written_;  // null: all is in the directory
  std::unique_ptr<CommitBuilder> open_;     // from Begin() to End()
};

// An event that says so and nothing else.
inline PersonScene::Sent Consenting(std::vector<Identifier> identifiers,
                                    bool granted = true) {
  return {std::move(identifiers), "$identify", "", -1, {{"email", granted}}};
}

}  // namespace audienced

#endif  // AUDIENCED_TESTS_UNIT_PIPELINE_PERSON_SCENE_H_
