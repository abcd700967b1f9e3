#include "daemon/ctl/export/export_run.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "daemon/ctl/client/destination_proto.h"
#include "daemon/ctl/client/member_pages.h"
#include "daemon/ctl/export/net_changes.h"
#include "daemon/ctl/text/member_text.h"

namespace audienced {
namespace {

constexpr int kPageSize = 10'000;

}  // namespace

ExportRun::ExportRun(const Connection& connection, const Format& format,
                     std::string audience, MemberSink& sink)
    : connection_(connection),
      format_(format),
      audience_(std::move(audience)),
      sink_(sink),
      stub_(v1::AudienceService::NewStub(connection.channel())),
      progress_(absl::StrCat("exporting ", audience_)) {}

absl::Status ExportRun::ReadSnapshot(Manifest& manifest) {
  const absl::StatusOr<int64_t> total = CountMembers();
  if (!total.ok()) return total.status();
  v1::ListMembersRequest request;
  request.set_audience(audience_);
  request.set_page_size(kPageSize);
  request.set_destination(ToProto(format_.destination()));
  MemberPages pages(connection_, std::move(request));
  int64_t done = 0;
  while (!pages.at_end()) {
    absl::Status status = pages.Next();
    if (!status.ok()) return status;
    v1::ListMembersResponse& page = pages.page();
    for (v1::Member& member : *page.mutable_members()) {
      status = Hand(FileAction::kAdd, member, manifest);
      if (!status.ok()) return status;
      progress_.Update(++done, *total);
    }
    manifest.rule_version = page.rule_version();
    manifest.cursor = page.cursor();
    manifest.evaluated_through = page.evaluated_through_time();
    manifest.withheld = WithholdingText(page.withholding());
  }
  return absl::OkStatus();
}

absl::Status ExportRun::ReadChanges(const std::string& cursor,
                                    Manifest& manifest) {
  v1::ListChangesRequest request;
  request.add_audiences(audience_);
  request.set_page_size(kPageSize);
  request.set_destination(ToProto(format_.destination()));
  request.set_cursor(cursor);
  NetChanges changes;
  v1::ListChangesResponse page;
  do {
    page.Clear();
    const absl::Status status = connection_.Call(
        *stub_, &v1::AudienceService::Stub::ListChanges, request, page);
    if (!status.ok()) return status;
    for (const v1::MembershipChange& change : page.changes()) {
      changes.Take(change);
      manifest.rule_version = change.rule_version();
    }
    request.set_cursor(page.cursor());
  } while (page.more());
  manifest.is_snapshot = false;
  manifest.cursor = page.cursor();
  manifest.evaluated_through = page.evaluated_through_time();
  for (v1::Member& member : changes.Removed(format_.is_by_identifier())) {
    absl::Status status = sink_.Add(FileAction::kRemove, member);
    if (!status.ok()) return status;
  }
  for (v1::Member& member : changes.Added()) {
    absl::Status status = Hand(FileAction::kAdd, member, manifest);
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status ExportRun::Hand(FileAction action, v1::Member& member,
                             Manifest& manifest) {
  for (const v1::OmittedIdentifier& one : member.omitted_identifiers()) {
    ++manifest
          .omitted_identifiers[absl::StrCat(one.kind(), ": ", one.reason())];
  }
  if (format_.is_by_identifier() && !written_.Keep(member)) {
    sink_.Skip(kWrittenBefore);
    return absl::OkStatus();
  }
  return sink_.Add(action, member);
}

absl::StatusOr<int64_t> ExportRun::CountMembers() {
  v1::GetAudienceRequest request;
  request.set_audience(audience_);
  v1::GetAudienceResponse response;
  absl::Status status = connection_.Call(
      *stub_, &v1::AudienceService::Stub::GetAudience, request, response);
  if (!status.ok()) return status;
  return response.audience().member_count();
}

}  // namespace audienced
