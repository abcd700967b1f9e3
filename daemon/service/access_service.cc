#include "daemon/service/access_service.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "daemon/access/token.h"
#include "daemon/ingest/error_reason.h"
#include "daemon/service/call/unary_call.h"
#include "daemon/service/conversion/access_conversion.h"
#include "daemon/service/query/access_query.h"

namespace audienced {
namespace {

absl::Status TokenNotFound() {
  return WithReason(absl::NotFoundError("there is no token with this id; see "
                                        "'audiencectl token list'"),
                    v1::ERROR_REASON_TOKEN_NOT_FOUND);
}

// Whether the certificate name of `record` may be given to its client.
absl::Status CheckCertificateName(const ClientRegistry& clients,
                                  const TokenRecord& record, absl::Time now) {
  if (record.certificate_name.empty()) return absl::OkStatus();
  const auto known = clients.FindByCertificate({record.certificate_name});
  if (!known.ok() || !(*known)->Check(now).ok() ||
      (*known)->record().client == record.client) {
    return absl::OkStatus();
  }
  return WithReason(absl::AlreadyExistsError(absl::StrCat(
                        "the certificate name belongs to the client '",
                        (*known)->record().client, "'; revoke that first")),
                    v1::ERROR_REASON_CERTIFICATE_NAME_TAKEN);
}

}  // namespace

grpc::ServerUnaryReactor* AccessService::CreateToken(
    grpc::CallbackServerContext* context, const v1::CreateTokenRequest* request,
    v1::CreateTokenResponse* response) {
  const Call call = PendingCall::Begin(entrance_, *context,
                                       "AccessService.CreateToken", calls_);
  if (!call->is_admitted()) return call.get();
  const absl::Status begun = Create(call, *request, *response);
  if (!begun.ok()) call->End(begun);
  return call.get();
}

grpc::ServerUnaryReactor* AccessService::ListTokens(
    grpc::CallbackServerContext* context, const v1::ListTokensRequest*,
    v1::ListTokensResponse* response) {
  return AnswerOnPool(entrance_, pool_, context, "AccessService.ListTokens",
                      [this, response](const Caller&) {
                        audienced::ListTokens(entrance_.stages(), *response);
                        return absl::OkStatus();
                      });
}

grpc::ServerUnaryReactor* AccessService::RevokeToken(
    grpc::CallbackServerContext* context, const v1::RevokeTokenRequest* request,
    v1::RevokeTokenResponse* response) {
  const Call call = PendingCall::Begin(entrance_, *context,
                                       "AccessService.RevokeToken", calls_);
  if (!call->is_admitted()) return call.get();
  const absl::Status begun = Revoke(call, *request, *response);
  if (!begun.ok()) call->End(begun);
  return call.get();
}

grpc::ServerUnaryReactor* AccessService::ListAuditEntries(
    grpc::CallbackServerContext* context,
    const v1::ListAuditEntriesRequest* request,
    v1::ListAuditEntriesResponse* response) {
  return AnswerOnPool(entrance_, pool_, context,
                      "AccessService.ListAuditEntries",
                      [this, request, response](const Caller&) {
                        return audienced::ListAuditEntries(entrance_.stages(),
                                                           *request, *response);
                      });
}

absl::Status AccessService::Create(const Call& call,
                                   const v1::CreateTokenRequest& request,
                                   v1::CreateTokenResponse& response) {
  const absl::Time now = entrance_.stages().clock.Now();
  absl::StatusOr<TokenRecord> record =
      ToTokenRecord(request, call->caller(), now);
  if (!record.ok()) return record.status();
  const absl::Status free =
      CheckCertificateName(entrance_.stages().access.clients(), *record, now);
  if (!free.ok()) return free;
  record->id = NewTokenId();
  std::string secret;
  if (record->certificate_name.empty()) {
    secret = NewToken(record->id);
    record->digest = Sha256(secret);
  }
  entrance_.stages().access.Create(
      call->caller(), *record,
      [call, record = *record, secret = std::move(secret),
       &response](const absl::Status& status) {
        call->End(status, [&] {
          *response.mutable_token() = ToToken(record);
          response.set_secret(secret);
        });
      });
  return absl::OkStatus();
}

absl::Status AccessService::Revoke(const Call& call,
                                   const v1::RevokeTokenRequest& request,
                                   v1::RevokeTokenResponse& response) {
  const ClientRegistry::ClientPtr client =
      entrance_.stages().access.clients().Find(request.token());
  if (client == nullptr) return TokenNotFound();
  if (client->revoked_at()) {
    call->End(absl::OkStatus(),
              [&] { *response.mutable_token() = ToToken(*client); });
    return absl::OkStatus();
  }
  entrance_.stages().access.Revoke(
      call->caller(), request.token(),
      [call, client, &response](const absl::Status& status) {
        call->End(status,
                  [&] { *response.mutable_token() = ToToken(*client); });
      });
  return absl::OkStatus();
}

}  // namespace audienced
