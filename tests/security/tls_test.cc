// Who can connect from other machines, and how.

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <string>

#include "tests/end_to_end/operator.h"
#include "tests/security/secured_daemon.h"

namespace audienced {
namespace {

class TlsTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    daemon_ = new SecuredDaemon();
    Certificates& certificates = daemon_->certificates();
    certificates.MakeAuthority("stranger");
    certificates.Make("mailer", "authority", "mailer.example.com");
    certificates.Make("nobody", "authority", "nobody.example.com");
    certificates.Make("forged", "stranger", "mailer.example.com");
    daemon_->MakeCertificateClient("mailer", "mailer.example.com");
  }
  static void TearDownTestSuite() { delete daemon_; }
  // The value of the metric `audienced_tls_certificate_NAME`; NaN: none.
  static double Metric(const std::string& name) {
    const std::string text = HttpGet(daemon_->process(), "/metrics");
    const std::string start = "\naudienced_tls_certificate_" + name + " ";
    const size_t found = text.find(start);
    if (found == std::string::npos) return std::nan("");
    return std::stod(text.substr(found + start.size()));
  }
  static SecuredDaemon* daemon_;
};
SecuredDaemon* TlsTest::daemon_ = nullptr;

// The connection fails before there is an answer with a reason.
void ExpectNoConnection(const std::shared_ptr<grpc::Channel>& channel,
                        const std::string& token) {
  EXPECT_EQ(Ask(channel, token), "UNAVAILABLE");
}

TEST_F(TlsTest, ATokenLetsIn) {
  const auto channel = daemon_->TlsChannel("authority", "");
  EXPECT_EQ(Ask(channel, daemon_->admin()), "OK");
  EXPECT_EQ(Ask(channel, ""), "MISSING_TOKEN");
}

TEST_F(TlsTest, ACertificateNamesItsClient) {
  EXPECT_EQ(Ask(daemon_->TlsChannel("authority", "mailer"), ""), "OK");
}

TEST_F(TlsTest, ACertificateThatNamesNobodyIsNoClient) {
  EXPECT_EQ(Ask(daemon_->TlsChannel("authority", "nobody"), ""),
            "UNKNOWN_CERTIFICATE");
  EXPECT_EQ(Ask(daemon_->TlsChannel("authority", "nobody"), daemon_->admin()),
            "OK");
}

TEST_F(TlsTest, ACertificateOfAnotherAuthorityIsNone) {
  ExpectNoConnection(daemon_->TlsChannel("authority", "forged"), "");
  ExpectNoConnection(daemon_->TlsChannel("authority", "forged"),
                     daemon_->admin());
}

TEST_F(TlsTest, ADaemonOfAnotherAuthorityIsNotTrusted) {
  ExpectNoConnection(daemon_->TlsChannel("stranger", ""), daemon_->admin());
}

TEST_F(TlsTest, PlaintextAtATlsAddressIsNoConnection) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  ExpectNoConnection(grpc::CreateCustomChannel(
                         "127.0.0.1:" + std::to_string(daemon_->tls_port()),
                         grpc::InsecureChannelCredentials(), arguments),
                     daemon_->admin());
}

TEST_F(TlsTest, TlsAtAPlaintextAddressIsNoConnection) {
  grpc::SslCredentialsOptions options;
  options.pem_root_certs = daemon_->certificates().Text("authority.pem");
  ExpectNoConnection(grpc::CreateChannel(daemon_->process().address(),
                                         grpc::SslCredentials(options)),
                     daemon_->admin());
}

TEST_F(TlsTest, AudiencectlSpeaksIt) {
  const Certificates& files = daemon_->certificates();
  const std::string at =
      " --tls-ca " + files.Path("authority.pem") +
      " --server 127.0.0.1:" + std::to_string(daemon_->tls_port());
  const std::string program = AUDIENCED_AUDIENCECTL;
  const CommandOutput refused = Shell(program + " audiences" + at);
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_NE(refused.text.find("AUDIENCED_TOKEN"), std::string::npos)
      << refused.text;
  const CommandOutput by_token = Shell("AUDIENCED_TOKEN=" + daemon_->admin() +
                                       " " + program + " audiences" + at);
  EXPECT_EQ(by_token.exit_code, 0) << by_token.text;
  const CommandOutput by_certificate = Shell(
      program + " audiences" + at + " --tls-cert " + files.Path("mailer.pem") +
      " --tls-key " + files.Path("mailer.key"));
  EXPECT_EQ(by_certificate.exit_code, 0) << by_certificate.text;
  EXPECT_NE(by_certificate.text.find("cart-abandoners"), std::string::npos);
}

TEST_F(TlsTest, FilesThatAreNoGoodShutNobodyOut) {
  Certificates& certificates = daemon_->certificates();
  const auto ask = [&] {
    return Ask(daemon_->TlsChannel("authority", ""), daemon_->admin());
  };
  const std::string certificate = certificates.Path("daemon.pem");
  const std::string whole = certificates.Text("daemon.pem");
  certificates.Make("misplaced", "authority", "daemon.example.com");
  const std::string misplaced = certificates.Text("misplaced.pem");
  for (const std::string& text : {misplaced, std::string("no certificate"),
                                  whole + "-----BEGIN CERTIFICATE-----\nnone\n"
                                          "-----END CERTIFICATE-----\n"}) {
    std::ofstream(certificate) << text;
    EXPECT_EQ(ask(), "OK");
    EXPECT_EQ(Metric("usable"), 0);
  }
  std::ofstream(certificate) << whole;
  EXPECT_EQ(ask(), "OK");
  EXPECT_EQ(Metric("usable"), 1);
  const double left = Metric("expiry_timestamp_seconds") -
                      absl::ToDoubleSeconds(absl::Now() - absl::UnixEpoch());
  EXPECT_GT(left, 29 * 86'400);
  EXPECT_LE(left, 30 * 86'400);
}

// Last: from here on the daemon has another certificate.
TEST_F(TlsTest, ZACertificateIsReadAgainWhenItChanges) {
  Certificates& certificates = daemon_->certificates();
  certificates.MakeAuthority("successor");
  certificates.Make("renewed", "successor", "daemon.example.com");
  ExpectNoConnection(daemon_->TlsChannel("successor", ""), daemon_->admin());
  certificates.Replace("daemon", "renewed");
  EXPECT_TRUE(Eventually([&] {
    return Ask(daemon_->TlsChannel("successor", ""), daemon_->admin()) == "OK";
  }));
}

// A daemon that would be open, or that cannot serve, does not start.
TEST(TlsSettingsTest, WhatIsNotSafeDoesNotStart) {
  const TestFolder folder;
  Certificates certificates(folder.path() + "/certificates");
  certificates.MakeAuthority("authority");
  certificates.Make("daemon", "authority", "daemon.example.com");
  certificates.Make("other", "authority", "other.example.com");
  const auto start = [&](const std::string& settings) {
    return Shell(settings + " timeout 60 " AUDIENCED_BINARY " --data " +
                 folder.path() +
                 "/data --rules " AUDIENCED_RULES " --http-listen none");
  };
  const CommandOutput open = start("AUDIENCED_LISTEN=0.0.0.0:0");
  EXPECT_EQ(open.exit_code, 78);
  EXPECT_NE(open.text.find("open to other machines"), std::string::npos)
      << open.text;
  const std::string certificate =
      "AUDIENCED_LISTEN=0.0.0.0:0 AUDIENCED_TLS_CERTIFICATE=" +
      certificates.Path("daemon.pem") + " ";
  EXPECT_EQ(start(certificate).exit_code, 78);
  const CommandOutput missing =
      start(certificate + "AUDIENCED_TLS_KEY=/nowhere.key");
  EXPECT_EQ(missing.exit_code, 78);
  EXPECT_NE(missing.text.find("tls_key"), std::string::npos) << missing.text;
  const CommandOutput foreign = start(
      certificate + "AUDIENCED_TLS_KEY=" + certificates.Path("other.key"));
  EXPECT_EQ(foreign.exit_code, 78);
  EXPECT_NE(foreign.text.find("no private key of the certificate"),
            std::string::npos)
      << foreign.text;
}

}  // namespace
}  // namespace audienced
