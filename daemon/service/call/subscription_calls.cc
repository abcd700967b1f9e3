#include "daemon/service/call/subscription_calls.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "daemon/ingest/error_reason.h"
#include "daemon/service/conversion/subscription_conversion.h"
#include "daemon/service/query/change_reader.h"

namespace audienced {
namespace {

using PendingCallPtr = std::shared_ptr<PendingCall>;

constexpr size_t kNameLimitBytes = 64;

absl::Status CheckName(const std::string& name, const std::string& field) {
  const bool has_form =
      !name.empty() && name.size() <= kNameLimitBytes &&
      absl::ascii_isalnum(name.front()) &&
      std::all_of(name.begin(), name.end(), [](unsigned char c) {
        return absl::ascii_isalnum(c) || c == '-' || c == '_' || c == '.';
      });
  if (has_form) return absl::OkStatus();
  return InvalidField(
      v1::ERROR_REASON_INVALID_REQUEST, field,
      absl::StrCat("the name of a subscription has 1 to ", kNameLimitBytes,
                   " letters, digits, '-', '_' and '.', and begins with a "
                   "letter or digit"));
}

// The position that `cursor` names for a filter; not ahead of the log.
absl::StatusOr<Cursor> Decode(const Stages& stages, const std::string& cursor,
                              const std::vector<std::string>& audiences) {
  absl::StatusOr<Cursor> position = stages.cursors.DecodeCursor(cursor);
  if (!position.ok()) return position;
  if (position->audiences != audiences) return CursorFilterMismatch();
  if (!NotBehind(stages.feed.heads(), position->positions)) {
    return CursorAhead();
  }
  return position;
}

// The subscription of the caller, all audiences of which it may still see.
absl::StatusOr<SubscriptionRecord> Find(const Stages& stages,
                                        const Caller& caller,
                                        const std::string& name) {
  const absl::Status named = CheckName(name, "subscription");
  if (!named.ok()) return named;
  std::optional<SubscriptionRecord> known =
      stages.pipeline.subscriptions().Find({caller.name(), name});
  if (!known) return SubscriptionNotFound(name);
  const auto visible = AudienceFilter(
      stages, caller, {known->audiences.begin(), known->audiences.end()},
      /*may_be_gone=*/true);
  if (!visible.ok()) return visible.status();
  return *std::move(known);
}

}  // namespace

absl::Status BeginCreate(const Stages& stages, const PendingCallPtr& call,
                         const v1::CreateSubscriptionRequest& request,
                         v1::CreateSubscriptionResponse& response) {
  const absl::Status named = CheckName(request.name(), "name");
  if (!named.ok()) return named;
  absl::StatusOr<std::vector<std::string>> audiences =
      AudienceFilter(stages, call->caller(), request.audiences(),
                     /*may_be_gone=*/!request.cursor().empty());
  if (!audiences.ok()) return audiences.status();
  SubscriptionRecord subscription;
  subscription.name = {call->caller().name(), request.name()};
  subscription.audiences = *std::move(audiences);
  subscription.positions = stages.feed.heads();
  if (!request.cursor().empty()) {
    const absl::StatusOr<Cursor> position =
        Decode(stages, request.cursor(), subscription.audiences);
    if (!position.ok()) return position.status();
    if (!NotBehind(position->positions, stages.store.LogStart())) {
      return CursorExpired();
    }
    subscription.positions = position->positions;
  }
  stages.pipeline.CreateSubscription(
      std::move(subscription),
      [&stages, call,
       &response](const absl::StatusOr<SubscriptionRecord>& created) {
        call->End(created.status(), [&] {
          *response.mutable_subscription() = ToSubscription(stages, *created);
          response.mutable_subscription()->set_cursor(
              CursorOf(stages, *created));
        });
      });
  return absl::OkStatus();
}

absl::Status BeginAck(const Stages& stages, const PendingCallPtr& call,
                      const v1::AckChangesRequest& request,
                      v1::AckChangesResponse& response) {
  const absl::StatusOr<SubscriptionRecord> known =
      Find(stages, call->caller(), request.subscription());
  if (!known.ok()) return known.status();
  const absl::StatusOr<Cursor> position =
      Decode(stages, request.cursor(), known->audiences);
  if (!position.ok()) return position.status();
  stages.pipeline.Acknowledge(
      known->name, position->positions,
      [&stages, call, acknowledged = position->positions,
       &response](const absl::StatusOr<SubscriptionRecord>& moved) {
        call->End(moved.status(), [&] {
          response.set_cursor(CursorOf(stages, *moved));
          response.set_ahead(moved->positions != acknowledged);
        });
      });
  return absl::OkStatus();
}

absl::Status BeginDelete(const Stages& stages, const PendingCallPtr& call,
                         const v1::DeleteSubscriptionRequest& request,
                         v1::DeleteSubscriptionResponse&) {
  const absl::Status named = CheckName(request.subscription(), "subscription");
  if (!named.ok()) return named;
  stages.pipeline.DeleteSubscription(
      {call->caller().name(), request.subscription()},
      [call](const absl::StatusOr<SubscriptionRecord>& deleted) {
        call->End(deleted.status());
      });
  return absl::OkStatus();
}

}  // namespace audienced
