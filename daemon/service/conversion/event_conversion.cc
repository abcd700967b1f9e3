#include "daemon/service/conversion/event_conversion.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "daemon/ingest/error_reason.h"
#include "daemon/ingest/identity/large_profile.h"
#include "daemon/service/conversion/property_conversion.h"
#include "daemon/service/conversion/refusal.h"
#include "daemon/service/conversion/time_conversion.h"
#include "rules/source/message.h"

namespace audienced {
namespace {

bool IsKind(const std::string& kind) {
  if (kind.empty() || kind[0] < 'a' || kind[0] > 'z') return false;
  return std::all_of(kind.begin(), kind.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

void CheckIdentifierForm(const v1::Identifier& identifier, Refusal& refusal) {
  CheckText(identifier.kind(), kIdentifierKindLimitBytes, "kind", refusal);
  CheckText(identifier.value(), kIdentifierValueLimitBytes, "value", refusal);
  if (!IsKind(identifier.kind())) {
    refusal.Add(v1::ERROR_REASON_INVALID_IDENTIFIER, "kind",
                Concat("the kind ", Quoted(identifier.kind()),
                       " is not made of a-z, 0-9 and _ with a letter first"));
  }
  if (identifier.value().empty()) {
    refusal.Add(v1::ERROR_REASON_INVALID_IDENTIFIER, "value",
                "the value is missing");
  }
}

// A name that an event cannot do without.
void CheckRequired(const std::string& text, size_t limit_bytes,
                   v1::ErrorReason missing, const char* field,
                   Refusal& refusal) {
  if (text.empty()) {
    refusal.Add(missing, field, absl::StrCat(field, " is missing"));
  }
  CheckText(text, limit_bytes, field, refusal);
}

void CheckCount(int count, int limit, const char* field, Refusal& refusal) {
  if (count <= limit) return;
  refusal.Add(v1::ERROR_REASON_TOO_MANY_ELEMENTS, field,
              absl::StrCat(count, " ", field, " are given; at most ", limit,
                           " are taken"));
}

void ReadIdentifiers(const v1::Event& event, IncomingEvent& into,
                     Refusal& refusal) {
  if (event.identifiers().empty()) {
    refusal.Add(v1::ERROR_REASON_MISSING_IDENTIFIER, "identifiers",
                "no identifier says who did it");
  }
  CheckCount(event.identifiers_size(), kIdentifierLimit, "identifiers",
             refusal);
  for (int i = 0; i < event.identifiers_size() && !refusal.found(); ++i) {
    const v1::Identifier& identifier = event.identifiers(i);
    CheckIdentifierForm(identifier, refusal);
    for (const Identifier& other : into.identifiers) {
      if (other.kind != identifier.kind()) continue;
      refusal.Add(v1::ERROR_REASON_INVALID_IDENTIFIER, "kind",
                  Concat("the kind ", Quoted(other.kind), " is given twice"));
    }
    if (refusal.found()) refusal.MoveInto("identifiers", i);
    into.identifiers.push_back({identifier.kind(), identifier.value()});
  }
}

absl::Time ReadTime(const google::protobuf::Timestamp& timestamp,
                    const char* field, Refusal& refusal) {
  const std::optional<absl::Time> time = ToTime(timestamp);
  if (time) return *time;
  refusal.Add(
      v1::ERROR_REASON_INVALID_TIME, field,
      absl::StrCat(timestamp.seconds(), " seconds and ", timestamp.nanos(),
                   " nanoseconds are no time of "
                   "the years 1970 to 9999"));
  return absl::UnixEpoch();
}

void ReadTimes(const v1::Event& event, const Arrival& arrival, Event& into,
               Refusal& refusal) {
  if (!event.has_occurred_time()) {
    refusal.Add(v1::ERROR_REASON_MISSING_OCCURRED_TIME, "occurred_time",
                "occurred_time is missing");
  }
  into.occurred_at = ReadTime(event.occurred_time(), "occurred_time", refusal);
  into.received_at = arrival.received_at;
}

void ReadConsents(const v1::Event& event, Event& into, Refusal& refusal) {
  CheckCount(event.consents_size(), kConsentLimit, "consents", refusal);
  for (int i = 0; i < event.consents_size() && !refusal.found(); ++i) {
    const v1::Consent& consent = event.consents(i);
    CheckRequired(consent.purpose(), kPropertyNameLimitBytes,
                  v1::ERROR_REASON_INVALID_CONSENT, "purpose", refusal);
    for (const auto& [purpose, granted] : into.consents) {
      if (purpose != consent.purpose()) continue;
      refusal.Add(v1::ERROR_REASON_INVALID_CONSENT, "purpose",
                  Concat("the purpose ", Quoted(purpose), " is given twice"));
    }
    if (consent.state() != v1::Consent::STATE_GRANTED &&
        consent.state() != v1::Consent::STATE_DENIED) {
      refusal.Add(v1::ERROR_REASON_INVALID_CONSENT, "state",
                  "the state is neither STATE_GRANTED nor STATE_DENIED");
    }
    if (refusal.found()) refusal.MoveInto("consents", i);
    into.consents.emplace_back(consent.purpose(),
                               consent.state() == v1::Consent::STATE_GRANTED);
  }
}

void ReadKnownProperties(const v1::Event& event, Properties& into,
                         Refusal& refusal) {
  ReadText(event.session_id(), "session_id", into, refusal);
  if (event.has_value()) {
    ReadNumber(event.value(), "value", into, refusal);
  } else if (event.has_exact_value()) {
    ReadDecimal(event.exact_value(), "value", "exact_value", into, refusal);
  }
  ReadText(event.currency(), "currency", into, refusal);
  ReadText(event.transaction_id(), "transaction_id", into, refusal);
  ReadText(event.source(), "source", into, refusal);
  ReadText(event.medium(), "medium", into, refusal);
  ReadText(event.campaign(), "campaign", into, refusal);
  ReadText(event.device(), "device", into, refusal);
  ReadText(event.country(), "country", into, refusal);
  ReadText(event.page_path(), "page_path", into, refusal);
  ReadText(event.page_location(), "page_location", into, refusal);
}

void ReadItems(const v1::Event& event, Event& into, Refusal& refusal) {
  CheckCount(event.items_size(), kItemLimit, "items", refusal);
  for (int i = 0; i < event.items_size() && !refusal.found(); ++i) {
    into.items.push_back(ReadItem(event.items(i), refusal));
    if (refusal.found()) refusal.MoveInto("items", i);
  }
}

}  // namespace

absl::StatusOr<IncomingEvent> ToIncomingEvent(const v1::Event& event,
                                              const Arrival& arrival) {
  Refusal refusal;
  const auto size_bytes = static_cast<int64_t>(event.ByteSizeLong());
  if (size_bytes > arrival.event_limit_bytes) {
    refusal.Add(v1::ERROR_REASON_EVENT_TOO_LARGE, "",
                absl::StrCat("the event has ", size_bytes, " bytes; at most ",
                             arrival.event_limit_bytes, " are taken"));
    return refusal.ToStatus();
  }
  IncomingEvent incoming;
  Event& into = incoming.event;
  CheckRequired(event.event_id(), kEventIdLimitBytes,
                v1::ERROR_REASON_MISSING_EVENT_ID, "event_id", refusal);
  CheckRequired(event.event(), kEventNameLimitBytes,
                v1::ERROR_REASON_MISSING_EVENT_NAME, "event", refusal);
  ReadTimes(event, arrival, into, refusal);
  ReadIdentifiers(event, incoming, refusal);
  ReadItems(event, into, refusal);
  ReadKnownProperties(event, into.properties, refusal);
  ReadProperties(event.properties(), kEventPropertyLimit, into.properties,
                 refusal);
  ReadTraits(event.traits(), into.traits, refusal);
  ReadConsents(event, into, refusal);
  if (refusal.found()) return refusal.ToStatus();

  into.origin = arrival.origin;
  into.event_id = event.event_id();
  into.name = event.event();
  NormalizeKnownNames(into);
  return incoming;
}

absl::StatusOr<std::string> OriginOf(const std::string& origin) {
  if (origin.empty()) return std::string("default");
  Refusal refusal;
  CheckText(origin, kOriginLimitBytes, "origin", refusal);
  if (origin == kOwnOrigin) {
    refusal.Add(v1::ERROR_REASON_INVALID_REQUEST, "origin",
                Concat("the origin ", Quoted(kOwnOrigin),
                       " is that of the daemon's own events"));
  }
  if (!refusal.found()) return origin;
  return InvalidField(v1::ERROR_REASON_INVALID_REQUEST, "origin",
                      std::string(refusal.ToStatus().message()));
}

absl::Status CheckBatchSize(int64_t count, int64_t limit) {
  if (count == 0) {
    return InvalidField(v1::ERROR_REASON_INVALID_REQUEST, "events",
                        "events is empty; a batch has at least one");
  }
  if (count <= limit) return absl::OkStatus();
  return WithReason(
      absl::InvalidArgumentError(absl::StrCat(
          "the batch has ", count, " events; at most ", limit, " are taken")),
      v1::ERROR_REASON_BATCH_TOO_LARGE,
      {{"field", "events"},
       {"found", absl::StrCat(count)},
       {"limit", absl::StrCat(limit)}});
}

absl::Status CheckIdentifier(const v1::Identifier& identifier,
                             const std::string& field) {
  Refusal refusal;
  CheckIdentifierForm(identifier, refusal);
  if (!refusal.found()) return absl::OkStatus();
  return InvalidField(v1::ERROR_REASON_INVALID_REQUEST, field,
                      std::string(refusal.ToStatus().message()));
}

v1::EventResult RefusedResult(const absl::Status& status) {
  v1::EventResult result;
  result.set_status(v1::EventResult::STATUS_REFUSED);
  result.set_reason(ReasonOf(status));
  result.set_message(std::string(status.message()));
  const google::rpc::ErrorInfo info = ErrorInfoOf(status);
  const auto field = info.metadata().find("field");
  if (field != info.metadata().end()) result.set_field(field->second);
  return result;
}

}  // namespace audienced
