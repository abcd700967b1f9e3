#include "tests/benchmark/client/probe.h"

#include "absl/strings/str_cat.h"
#include "tests/benchmark/client/calls.h"
#include "tests/benchmark/shop/event_forms.h"

namespace audienced::benchmark_shop {

v1::Event MakeProbe(const std::string& audience, uint32_t person,
                    absl::Time occurred) {
  v1::Event event;
  event.set_event_id(absl::StrCat(audience, "-", person));
  event.set_event(audience);
  const int64_t micros = absl::ToUnixMicros(occurred);
  event.mutable_occurred_time()->set_seconds(micros / 1'000'000);
  event.mutable_occurred_time()->set_nanos(
      static_cast<int32_t>(micros % 1'000'000 * 1000));
  v1::Identifier* who = event.add_identifiers();
  who->set_kind("user_id");
  who->set_value(UserId(person));
  return event;
}

AudienceWatch::AudienceWatch(const std::shared_ptr<grpc::Channel>& channel,
                             const std::string& audience)
    : stub_(v1::AudienceService::NewStub(channel)) {
  v1::WatchMembershipsRequest request;
  request.add_audiences(audience);
  reader_ = stub_->WatchMemberships(&context_, request);
  Next();
}

AudienceWatch::~AudienceWatch() {
  context_.TryCancel();
  while (reader_->Read(&message_)) {
  }
  reader_->Finish();
}

const v1::WatchMembershipsResponse& AudienceWatch::Next() {
  if (!reader_->Read(&message_)) Fail(reader_->Finish().error_message());
  return message_;
}

}  // namespace audienced::benchmark_shop
