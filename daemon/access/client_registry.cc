#include "daemon/access/client_registry.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "daemon/access/token.h"
#include "daemon/ingest/error_reason.h"

namespace audienced {
namespace {

absl::Status InvalidToken() {
  return WithReason(
      absl::UnauthenticatedError("the token is not one of this daemon"),
      v1::ERROR_REASON_INVALID_TOKEN);
}

}  // namespace

void ClientRegistry::Add(TokenRecord record) {
  absl::MutexLock lock(&mutex_);
  std::shared_ptr<CallLimiter>& limiter = limiters_[record.client];
  if (limiter == nullptr) limiter = std::make_shared<CallLimiter>(limits_);
  auto client = std::make_shared<Client>(std::move(record), limiter);
  by_id_[client->record().id] = client;
  if (client->record().certificate_name.empty()) return;
  ClientPtr& named = by_certificate_[client->record().certificate_name];
  if (named == nullptr ||
      named->record().created_at <= client->record().created_at) {
    named = client;
  }
}

void ClientRegistry::Revoke(const std::string& id, absl::Time at) {
  absl::MutexLock lock(&mutex_);
  const auto found = by_id_.find(id);
  if (found != by_id_.end()) found->second->Revoke(at);
}

absl::StatusOr<ClientRegistry::ClientPtr> ClientRegistry::FindByToken(
    const std::string& text) const {
  const std::optional<std::string> id = TokenIdOf(text);
  if (!id) return InvalidToken();
  const ClientPtr client = Find(*id);
  if (client == nullptr || !client->record().digest ||
      !IsTokenOf(text, *client->record().digest)) {
    return InvalidToken();
  }
  return client;
}

absl::StatusOr<ClientRegistry::ClientPtr> ClientRegistry::FindByCertificate(
    const std::vector<std::string>& names) const {
  absl::ReaderMutexLock lock(&mutex_);
  for (const std::string& name : names) {
    const auto found = by_certificate_.find(name);
    if (found != by_certificate_.end()) return found->second;
  }
  return WithReason(
      absl::UnauthenticatedError(
          "the certificate names no client; make one with "
          "'audiencectl token create NAME --certificate-name ...'"),
      v1::ERROR_REASON_UNKNOWN_CERTIFICATE);
}

std::vector<ClientRegistry::ClientPtr> ClientRegistry::List() const {
  std::vector<ClientPtr> list;
  {
    absl::ReaderMutexLock lock(&mutex_);
    for (const auto& [id, client] : by_id_) list.push_back(client);
  }
  std::sort(list.begin(), list.end(),
            [](const ClientPtr& left, const ClientPtr& right) {
              const TokenRecord& a = left->record();
              const TokenRecord& b = right->record();
              return std::tie(a.client, a.created_at, a.id) <
                     std::tie(b.client, b.created_at, b.id);
            });
  return list;
}

ClientRegistry::ClientPtr ClientRegistry::Find(const std::string& id) const {
  absl::ReaderMutexLock lock(&mutex_);
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : found->second;
}

}  // namespace audienced
