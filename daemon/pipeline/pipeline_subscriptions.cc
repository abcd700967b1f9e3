// How the pipeline remembers who follows the changes, and up to where.

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "daemon/ingest/error_reason.h"
#include "daemon/pipeline/pipeline.h"

namespace audienced {
namespace {

// More callers than these are not kept waiting.
constexpr size_t kAcknowledgementLimit = 10'000;

absl::Status SubscriptionExists(const std::string& name) {
  return WithReason(absl::AlreadyExistsError(absl::StrCat(
                        "this client has a subscription '", name, "'")),
                    v1::ERROR_REASON_SUBSCRIPTION_EXISTS,
                    {{"subscription", name}});
}

absl::Status TooManySubscriptions() {
  return WithReason(absl::ResourceExhaustedError(
                        absl::StrCat("all ", Subscriptions::kLimit,
                                     " subscriptions are taken; delete one")),
                    v1::ERROR_REASON_TOO_MANY_SUBSCRIPTIONS,
                    {{"limit", absl::StrCat(Subscriptions::kLimit)}});
}

absl::Status TooManyAcknowledgements() {
  return WithRetryDelay(
      WithReason(absl::ResourceExhaustedError("too many positions wait to be "
                                              "committed"),
                 v1::ERROR_REASON_OVERLOADED),
      absl::Milliseconds(100));
}

}  // namespace

void Pipeline::CreateSubscription(SubscriptionRecord subscription,
                                  SubscriptionDone done) {
  Post([this, subscription = std::move(subscription),
        done = std::move(done)](const absl::Status& status) {
    if (!status.ok()) return done(status);
    const auto created = CreateOne(subscription);
    if (absl::IsUnavailable(created.status())) RecoverDatabase();
    done(created);
  });
}

void Pipeline::DeleteSubscription(SubscriptionName name,
                                  SubscriptionDone done) {
  Post([this, name = std::move(name),
        done = std::move(done)](const absl::Status& status) {
    if (!status.ok()) return done(status);
    const auto deleted = DeleteOne(name);
    if (absl::IsUnavailable(deleted.status())) RecoverDatabase();
    done(deleted);
  });
}

void Pipeline::Acknowledge(SubscriptionName name,
                           const StreamPositions& positions,
                           SubscriptionDone done) {
  absl::Status refused;
  {
    absl::MutexLock lock(&mutex_);
    refused = HealthLocked();
    if (refused.ok() && acknowledgements_.size() >= kAcknowledgementLimit) {
      refused = TooManyAcknowledgements();
    }
    if (refused.ok()) {
      acknowledgements_.push_back({std::move(name), positions, done});
      work_.Signal();
      return;
    }
  }
  done(refused);
}

absl::Status Pipeline::LoadSubscriptions() {
  const absl::Status read =
      store_.LoadSubscriptions([&](SubscriptionRecord subscription) {
        subscriptions_.Put(std::move(subscription));
      });
  if (!read.ok()) return read;
  const std::optional<StreamPositions> acknowledged =
      subscriptions_.Acknowledged(instance_.database_id, instance_.log_start);
  if (acknowledged) erasures_.Acknowledge(*acknowledged);
  return FindLogStart();
}

absl::StatusOr<SubscriptionRecord> Pipeline::CreateOne(
    SubscriptionRecord subscription) {
  if (subscriptions_.Find(subscription.name)) {
    return SubscriptionExists(subscription.name.name);
  }
  if (subscriptions_.size() >= Subscriptions::kLimit) {
    return TooManySubscriptions();
  }
  CommitBuilder builder = NewCommit();
  subscription.database_id = instance_.database_id;
  subscription.created_at = builder.rows().commit_time;
  subscription.acknowledged_at = builder.rows().commit_time;
  builder.rows().subscriptions = {subscription};
  const absl::Status status = Finish(builder);
  if (!status.ok()) return status;
  return subscription;
}

absl::StatusOr<SubscriptionRecord> Pipeline::DeleteOne(
    const SubscriptionName& name) {
  std::optional<SubscriptionRecord> known = subscriptions_.Find(name);
  if (!known) return SubscriptionNotFound(name.name);
  CommitBuilder builder = NewCommit();
  builder.rows().deleted_subscriptions = {name};
  const absl::Status status = Finish(builder);
  if (!status.ok()) return status;
  return *std::move(known);
}

std::vector<Acknowledgement> Pipeline::TakeAcknowledgements() {
  absl::MutexLock lock(&mutex_);
  return std::exchange(acknowledgements_, {});
}

// One row each subscription, whatever came for it. A position of the database
// that was restored since is replaced: nothing is ahead of it.
void Pipeline::Collect(const std::vector<Acknowledgement>& acknowledgements,
                       CommitBatch& rows) const {
  std::map<SubscriptionName, SubscriptionRecord> moved;
  for (const Acknowledgement& each : acknowledgements) {
    const std::optional<SubscriptionRecord> known =
        subscriptions_.Find(each.name);
    if (!known) continue;
    SubscriptionRecord& record =
        moved.try_emplace(each.name, *known).first->second;
    if (record.database_id != instance_.database_id) {
      record.database_id = instance_.database_id;
      record.positions = {};
    }
    for (int stream = 0; stream < kStreamCount; ++stream) {
      record.positions[stream] =
          std::max(record.positions[stream], each.positions[stream]);
    }
  }
  for (auto& [name, record] : moved) {
    const std::optional<SubscriptionRecord> known = subscriptions_.Find(name);
    if (known->positions == record.positions &&
        known->database_id == record.database_id) {
      continue;
    }
    record.acknowledged_at = rows.commit_time;
    rows.subscriptions.push_back(std::move(record));
  }
}

void Pipeline::Answer(std::vector<Acknowledgement> acknowledgements,
                      const absl::Status& status) {
  for (const Acknowledgement& each : acknowledgements) {
    if (!status.ok()) {
      each.done(status);
      continue;
    }
    const std::optional<SubscriptionRecord> known =
        subscriptions_.Find(each.name);
    if (known) {
      each.done(*known);
    } else {
      each.done(SubscriptionNotFound(each.name.name));
    }
  }
}

// Makes visible what a commit made of them, and does away with what was kept
// for them alone.
void Pipeline::AcceptSubscriptions(const CommitBatch& rows) {
  if (rows.subscriptions.empty() && rows.deleted_subscriptions.empty()) return;
  for (const SubscriptionRecord& subscription : rows.subscriptions) {
    subscriptions_.Put(subscription);
  }
  for (const SubscriptionName& name : rows.deleted_subscriptions) {
    subscriptions_.Remove(name);
  }
  const std::optional<StreamPositions> acknowledged =
      subscriptions_.Acknowledged(instance_.database_id, instance_.log_start);
  if (acknowledged) erasures_.Acknowledge(*acknowledged);
  const absl::Time due =
      std::max(oldest_change_at() + options_.change_log_retention,
               ToTime(last_trim_at_) + absl::Minutes(1));
  trim_at_ = std::min(trim_at_, ToInstant(due));
}

}  // namespace audienced
