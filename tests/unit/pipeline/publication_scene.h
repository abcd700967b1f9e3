#ifndef AUDIENCED_TESTS_UNIT_PIPELINE_PUBLICATION_SCENE_H_
#define AUDIENCED_TESTS_UNIT_PIPELINE_PUBLICATION_SCENE_H_

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "daemon/pipeline/commit_builder.h"

namespace audienced {

// A pipeline without clock and database, for what of audiences is published:
// what is committed is applied. Persons are named by `profile`.
class PublicationScene {
 public:
  // How everyone comes to other rules.
  enum class Way {
    kMove,      // as in the daemon: only what is another audience is asked
    kEvaluate,  // histories are made anew, and every audience is asked
  };

  // `audiences` as in ShopWith(). Events count for `retention`.
  explicit PublicationScene(
      const std::string& audiences, Way way = Way::kMove,
      absl::Duration retention = absl::InfiniteDuration());

  // Puts other rules in force, as a rebuild does.
  void Use(const std::string& audiences) {
    Begin(audiences);
    MoveAll();
  }
  // The two steps of it. In between whoever does something moves first.
  void Begin(const std::string& audiences);
  void MoveAll();

  void At(int64_t second) { now_ = Instant{second * 1'000'000}; }
  // Lets all deadlines come that lie at or before that second, each in its
  // turn. What they published together.
  std::string WaitUntil(int64_t second);
  // The same all at once, as where nobody had the time before.
  std::string WakeAt(int64_t second);

  // Calls `see` with each profile of a commit, as it was before and as it is;
  // null: there was none.
  using Seer = std::function<void(const Profile* before, const Profile& after)>;
  void SeeCommits(Seer see) { see_ = std::move(see); }

  // An event of the present that occurred at that second.
  std::string SendOf(int64_t second, const std::string& person,
                     const std::string& name) {
    return Send(person, name, {}, Instant{second * 1'000'000});
  }
  std::string View(const std::string& person) {
    return Send(person, "view_item", {}, now_);
  }
  std::string Cart(const std::string& person) {
    return Send(person, "add_to_cart", {}, now_);
  }
  std::string Buy(const std::string& person) {
    return Send(person, "purchase", {}, now_);
  }
  std::string Consent(const std::string& person, bool granted) {
    return Send(person, "$identify", {{"email", granted}}, now_);
  }
  std::string ConsentOf(int64_t second, const std::string& person,
                        bool granted) {
    return Send(person, "$identify", {{"email", granted}},
                Instant{second * 1'000'000});
  }

  // What the last commit published: `ann entered event`, one a line; with more
  // audiences than one `ann entered event in carters`.
  const std::string& published() const { return published_; }
  Instant now() const { return now_; }
  // Of the first audience.
  const Tally& tally() const { return tallies_.front(); }
  // Of all, by number.
  const std::vector<Tally>& tallies() const { return tallies_; }
  const Projection& projection() const { return *projection_; }

 private:
  std::string Send(const std::string& person, const std::string& name,
                   std::vector<std::pair<std::string, bool>> consents,
                   Instant occurred_at);
  void Move(const std::vector<Directory::ProfilePtr>& profiles);
  // All that are due, in one commit.
  void FireDeadlines();
  CommitBuilder NewCommit();
  absl::StatusOr<Histories> ReadHistories(
      const std::vector<Directory::ProfilePtr>& profiles);
  void Finish(CommitBuilder& builder);

  const Way way_;
  const absl::Duration retention_;
  std::shared_ptr<Projection> projection_;
  std::shared_ptr<const RuleDifference> difference_ =
      std::make_shared<RuleDifference>();
  bool are_all_counted_ = true;
  Directory directory_;
  NameRegistry names_;
  std::vector<Tally> tallies_;
  std::vector<IncomingEvent> events_;
  Instant now_{1'000'000'000};
  Seer see_ = [](const Profile*, const Profile&) {};
  std::string published_;
};

}  // namespace audienced

#endif  // AUDIENCED_TESTS_UNIT_PIPELINE_PUBLICATION_SCENE_H_
