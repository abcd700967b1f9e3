#include "daemon/service/tls_credentials.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <sys/stat.h>

#include <array>
#include <optional>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "daemon/logging/log.h"
#include "daemon/system/read_file.h"
#include "grpc/grpc_security.h"
#include "grpcpp/security/server_credentials.h"

namespace audienced {
namespace {

// What the files hold: a certificate, its key, and authorities that can be used
// together.
struct TlsTexts {
  std::string certificate;
  std::string key;
  std::string client_ca;
  absl::Time expiry;
};

using Bio = std::unique_ptr<BIO, decltype(&BIO_free)>;
using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;
using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Context = std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)>;

absl::Status Unusable(const std::string& setting, const std::string& file,
                      const std::string& fault) {
  const unsigned long error = ERR_peek_last_error();
  const char* reason = error == 0 ? nullptr : ERR_reason_error_string(error);
  ERR_clear_error();
  return absl::InvalidArgumentError(
      absl::StrCat(setting, ": '", file, "' ", fault,
                   reason == nullptr ? "" : absl::StrCat(" (", reason, ")")));
}

absl::StatusOr<std::string> TextOf(const std::string& setting,
                                   const std::string& file) {
  absl::StatusOr<std::string> text = ReadFile(file);
  if (!text.ok()) {
    return absl::InvalidArgumentError(
        absl::StrCat(setting, ": ", text.status().message()));
  }
  return text;
}

// Nobody is there to be asked for the password of a key.
int NoPassword(char*, int, int, void*) { return 0; }

Bio Open(const std::string& text) {
  return {BIO_new_mem_buf(text.data(), static_cast<int>(text.size())),
          &BIO_free};
}

// The next one; null: there is none, or it is no good.
Certificate ReadCertificate(const Bio& bio) {
  return {PEM_read_bio_X509(bio.get(), nullptr, &NoPassword, nullptr),
          &X509_free};
}

// Whether the last certificate was read, and nothing worse happened.
bool IsAtEnd() {
  const unsigned long error = ERR_peek_last_error();
  const bool is_end = ERR_GET_LIB(error) == ERR_LIB_PEM &&
                      ERR_GET_REASON(error) == PEM_R_NO_START_LINE;
  if (is_end) ERR_clear_error();
  return is_end;
}

// The first is the daemon's own, the others lead to its authority.
bool UseCertificates(const std::string& text, SSL_CTX* context,
                     absl::Time& expiry) {
  const Bio bio = Open(text);
  const Certificate own = ReadCertificate(bio);
  if (own == nullptr || SSL_CTX_use_certificate(context, own.get()) != 1) {
    return false;
  }
  std::tm parts = {};
  ASN1_TIME_to_tm(X509_get0_notAfter(own.get()), &parts);
  expiry = absl::FromTM(parts, absl::UTCTimeZone());
  while (const Certificate next = ReadCertificate(bio)) {
    if (SSL_CTX_add1_chain_cert(context, next.get()) != 1) return false;
  }
  return IsAtEnd();
}

bool UseKey(const std::string& text, SSL_CTX* context) {
  const Bio bio = Open(text);
  const Key key(
      PEM_read_bio_PrivateKey(bio.get(), nullptr, &NoPassword, nullptr),
      &EVP_PKEY_free);
  return key != nullptr && SSL_CTX_use_PrivateKey(context, key.get()) == 1 &&
         SSL_CTX_check_private_key(context) == 1;
}

// gRPC itself would serve nobody, and say little: all that it does with the
// texts is tried before.
absl::StatusOr<TlsTexts> ReadTexts(const TlsFiles& files) {
  const Context context(SSL_CTX_new(TLS_server_method()), &SSL_CTX_free);
  if (context == nullptr) return absl::InternalError("OpenSSL has no memory");
  absl::StatusOr<std::string> certificate =
      TextOf("tls_certificate", files.certificate);
  if (!certificate.ok()) return certificate.status();
  absl::StatusOr<std::string> key = TextOf("tls_key", files.key);
  if (!key.ok()) return key.status();
  TlsTexts texts{*std::move(certificate), *std::move(key), "", {}};
  if (!UseCertificates(texts.certificate, context.get(), texts.expiry)) {
    return Unusable("tls_certificate", files.certificate,
                    "is no certificate that can be used");
  }
  if (!UseKey(texts.key, context.get())) {
    return Unusable("tls_key", files.key,
                    "is no private key of the certificate that can be used");
  }
  if (files.client_ca.empty()) return texts;
  absl::StatusOr<std::string> client_ca =
      TextOf("tls_client_ca", files.client_ca);
  if (!client_ca.ok()) return client_ca.status();
  texts.client_ca = *std::move(client_ca);
  if (ReadCertificate(Open(texts.client_ca)) == nullptr) {
    return Unusable("tls_client_ca", files.client_ca,
                    "holds no certificate that can be read");
  }
  return texts;
}

// Differs where the file was replaced or written to.
using FileStamp = std::tuple<ino_t, off_t, time_t, long>;
using FileStamps = std::array<FileStamp, 3>;

FileStamp StampOf(const std::string& file) {
  struct stat found = {};
  if (stat(file.c_str(), &found) != 0) return {};
  return {found.st_ino, found.st_size, found.st_mtim.tv_sec,
          found.st_mtim.tv_nsec};
}

FileStamps StampsOf(const TlsFiles& files) {
  return {StampOf(files.certificate), StampOf(files.key),
          StampOf(files.client_ca)};
}

class FileCredentials final : public grpc::ServerCredentials {
 public:
  // `texts` are what the files held at `stamps`, or later.
  FileCredentials(TlsFiles files, FileStamps stamps, TlsTexts texts)
      : files_(std::move(files)), stamps_(stamps), texts_(std::move(texts)) {
    grpc_ssl_server_credentials_options* options =
        grpc_ssl_server_credentials_create_options_using_config_fetcher(
            files_.client_ca.empty()
                ? GRPC_SSL_DONT_REQUEST_CLIENT_CERTIFICATE
                : GRPC_SSL_REQUEST_CLIENT_CERTIFICATE_AND_VERIFY,
            [](void* self, grpc_ssl_server_certificate_config** config) {
              return static_cast<FileCredentials*>(self)->Fetch(*config);
            },
            this);
    credentials_ = grpc_ssl_server_credentials_create_with_options(options);
  }
  ~FileCredentials() override { grpc_server_credentials_release(credentials_); }

  // Calls are let in elsewhere: see AccessGate.
  void SetAuthMetadataProcessor(
      const std::shared_ptr<grpc::AuthMetadataProcessor>&) override {}

 private:
  int AddPortToServer(const std::string& address,
                      grpc_server* server) override {
    return grpc_server_add_http2_port(server, address.c_str(), credentials_);
  }

  // gRPC asks before each handshake, one after the other. It goes on with what
  // it has where nothing is new.
  grpc_ssl_certificate_config_reload_status Fetch(
      grpc_ssl_server_certificate_config*& config) {
    const FileStamps stamps = StampsOf(files_);
    if (stamps != stamps_) {
      stamps_ = stamps;
      absl::StatusOr<TlsTexts> texts = ReadTexts(files_);
      if (texts.ok()) {
        LogInfo("tls", "the certificate was replaced",
                {{"expires", texts->expiry}});
        texts_ = *std::move(texts);
      } else {
        LogError("tls",
                 "the new certificate is no good; the one before stays in use",
                 {{"status", texts.status()}});
      }
    }
    if (!texts_) return GRPC_SSL_CERTIFICATE_CONFIG_RELOAD_UNCHANGED;
    const grpc_ssl_pem_key_cert_pair pair{texts_->key.c_str(),
                                          texts_->certificate.c_str()};
    // There has to be an authority, also where no client is asked for anything.
    const std::string& authority =
        files_.client_ca.empty() ? texts_->certificate : texts_->client_ca;
    config =
        grpc_ssl_server_certificate_config_create(authority.c_str(), &pair, 1);
    texts_.reset();
    return GRPC_SSL_CERTIFICATE_CONFIG_RELOAD_NEW;
  }

  const TlsFiles files_;
  FileStamps stamps_;              // when they were read last
  std::optional<TlsTexts> texts_;  // not handed over yet
  grpc_server_credentials* credentials_;
};

}  // namespace

absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> TlsCredentials(
    const TlsFiles& files) {
  // Stamps first: what changes in between is read again.
  const FileStamps stamps = StampsOf(files);
  absl::StatusOr<TlsTexts> texts = ReadTexts(files);
  if (!texts.ok()) return texts.status();
  return std::make_shared<FileCredentials>(files, stamps, *std::move(texts));
}

absl::StatusOr<absl::Time> CertificateExpiry(const TlsFiles& files) {
  const absl::StatusOr<TlsTexts> texts = ReadTexts(files);
  if (!texts.ok()) return texts.status();
  return texts->expiry;
}

}  // namespace audienced
