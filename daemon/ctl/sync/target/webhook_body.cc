#include "daemon/ctl/sync/target/webhook_body.h"

#include <nlohmann/json.hpp>

#include "daemon/ctl/text/message_json.h"
#include "daemon/ctl/text/printable.h"
#include "rules/source/message.h"

namespace audienced {
namespace {

using Json = nlohmann::ordered_json;

Json JsonOfList(const IdentifierList& identifiers) {
  Json list = Json::array();
  for (const v1::Identifier& one : identifiers) list.push_back(JsonOf(one));
  return list;
}

Json Change(const Delivery& delivery) {
  return {{"id", delivery.id},
          {"change", JsonOf(delivery.change)},
          {"added_identifiers", JsonOfList(delivery.added)},
          {"removed_identifiers", JsonOfList(delivery.removed)}};
}

// The first value of a kind; empty where there is none.
std::string ValueOf(const IdentifierList& identifiers,
                    const std::string& kind) {
  for (const v1::Identifier& one : identifiers) {
    if (one.kind() == kind) return one.value();
  }
  return "";
}

Json ExternalIds(const IdentifierList& identifiers) {
  Json ids = Json::array();
  for (const v1::Identifier& one : identifiers) {
    ids.push_back({{"id", one.value()},
                   {"type", one.kind()},
                   {"collection", "users"},
                   {"encoding", "none"}});
  }
  return ids;
}

// Who it is, as Segment names people. One without id of its own goes by the
// name of the profile.
void SayWho(const v1::MembershipChange& change,
            const IdentifierList& identifiers, Json& call) {
  const std::string user = ValueOf(identifiers, "user_id");
  const std::string visitor = ValueOf(identifiers, "anonymous_id");
  if (!user.empty()) call["userId"] = user;
  if (user.empty() || !visitor.empty()) {
    call["anonymousId"] = visitor.empty() ? change.profile() : visitor;
  }
}

Json TrackCall(const v1::MembershipChange& change, const std::string& id,
               bool entered, const IdentifierList& identifiers) {
  Json call = {{"type", "track"},
               {"messageId", id},
               {"event", entered ? "Audience Entered" : "Audience Exited"}};
  SayWho(change, identifiers, call);
  if (change.has_commit_time()) {
    call["timestamp"] = ExactTime(change.commit_time());
  }
  const std::string& audience = change.audience();
  Json properties = {{"audience_key", audience},
                     {audience, entered},
                     {"episode", change.episode()},
                     {"idempotency_key", change.idempotency_key()}};
  if (entered) properties["existing"] = change.existing();
  if (change.has_context()) properties["context"] = JsonOf(change.context());
  call["properties"] = std::move(properties);
  Json context = {
      {"personas",
       {{"computation_class", "audience"}, {"computation_key", audience}}},
      {"externalIds", ExternalIds(identifiers)}};
  for (const char* kind : {"email", "phone"}) {
    const std::string value = ValueOf(identifiers, kind);
    if (!value.empty()) context["traits"][kind] = value;
  }
  call["context"] = std::move(context);
  return call;
}

// A person is told to have left by the identifiers that nobody holds any more;
// of one who stays in, those alone, so that the rest stays too.
void AddCalls(const Delivery& delivery, Json& batch) {
  const v1::MembershipChange& change = delivery.change;
  switch (change.kind()) {
    case v1::CHANGE_KIND_LEFT:
      batch.push_back(TrackCall(change, delivery.id, false, delivery.removed));
      return;
    case v1::CHANGE_KIND_ENTERED:
      break;
    default:
      if (delivery.added.empty() && delivery.removed.empty()) return;
  }
  if (!delivery.removed.empty()) {
    v1::MembershipChange former = change;
    former.set_profile(Concat(change.profile(), "-former"));
    former.clear_context();
    batch.push_back(TrackCall(former, Concat(delivery.id, "-former"), false,
                              delivery.removed));
  }
  batch.push_back(TrackCall(change, delivery.id, true, change.identifiers()));
}

}  // namespace

std::string WebhookBody(WebhookShape shape,
                        absl::Span<const Delivery> deliveries) {
  Json list = Json::array();
  for (const Delivery& delivery : deliveries) {
    if (shape == WebhookShape::kSegment) {
      AddCalls(delivery, list);
    } else {
      list.push_back(Change(delivery));
    }
  }
  if (list.empty()) return "";
  const char* name = shape == WebhookShape::kSegment ? "batch" : "changes";
  return JsonText(Json{{name, std::move(list)}});
}

}  // namespace audienced
