// Settings: their layers, their faults, and the file that is printed.

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "daemon/config/invocation.h"
#include "daemon/config/print_config.h"
#include "daemon/config/setting_table.h"
#include "daemon/config/settings_file.h"
#include "tests/unit/read_whole.h"

namespace audienced {
namespace {

// Gives a file its content and removes it in the end.
class ScratchFile {
 public:
  explicit ScratchFile(const std::string& content) {
    const int descriptor = mkstemp(path_.data());
    if (descriptor >= 0) close(descriptor);
    std::ofstream(path_) << content;
  }
  ~ScratchFile() { std::remove(path_.c_str()); }
  const std::string& path() const { return path_; }

 private:
  std::string path_ = testing::TempDir() + "settings_XXXXXX";
};

absl::StatusOr<Invocation> Read(
    const std::vector<std::string>& arguments,
    const std::map<std::string, std::string>& variables = {}) {
  const Environment environment =
      [&](const std::string& name) -> std::optional<std::string> {
    const auto variable = variables.find(name);
    if (variable == variables.end()) return std::nullopt;
    return variable->second;
  };
  return ReadInvocation(arguments, environment, "1.2.3");
}

std::string FaultsOf(const absl::StatusOr<Invocation>& invocation) {
  EXPECT_EQ(invocation.status().code(), absl::StatusCode::kInvalidArgument);
  return std::string(invocation.status().message());
}

TEST(SettingsTest, DefaultsServeOnLoopbackWithAPrivateDatabase) {
  const absl::StatusOr<Invocation> invocation = Read({});
  ASSERT_TRUE(invocation.ok()) << invocation.status();
  EXPECT_EQ(invocation->action, Invocation::Action::kServe);
  const Settings& settings = invocation->settings;
  ASSERT_EQ(settings.listen.size(), 1u);
  EXPECT_EQ(ListenAddressText(settings.listen[0]), "127.0.0.1:8450");
  EXPECT_EQ(ListenAddressText(*settings.http_listen), "127.0.0.1:8451");
  EXPECT_EQ(settings.database, "");
  EXPECT_EQ(settings.max_queued_events, 20000);
}

// Each layer goes before the ones under it.
TEST(SettingsTest, FlagBeforeEnvironmentBeforeFileBeforeDefault) {
  const ScratchFile file("late_after: 2m\n");
  const std::vector<std::string> config = {"--config", file.path()};
  const std::vector<std::string> flag = {"--config", file.path(),
                                         "--late-after", "4m"};
  const std::map<std::string, std::string> variable = {
      {"AUDIENCED_LATE_AFTER", "3m"}};
  EXPECT_EQ(Read({})->settings.late_after, absl::Minutes(1));
  EXPECT_EQ(Read(config)->settings.late_after, absl::Minutes(2));
  EXPECT_EQ(Read(config, variable)->settings.late_after, absl::Minutes(3));
  EXPECT_EQ(Read(flag, variable)->settings.late_after, absl::Minutes(4));
  EXPECT_EQ(Read({}, {{"AUDIENCED_CONFIG", file.path()}})->settings.late_after,
            absl::Minutes(2));
  EXPECT_EQ(Read({}, {{"AUDIENCED_LATE_AFTER", ""}})->settings.late_after,
            absl::Minutes(1))
      << "an empty variable counts as not set";
}

TEST(SettingsTest, AListIsReplacedAsAWhole) {
  const ScratchFile file("listen: [127.0.0.1:1, '[::1]:2']\n");
  const std::vector<std::string> config = {"--config", file.path()};
  EXPECT_EQ(Read(config)->settings.listen.size(), 2u);
  const auto by_variable =
      Read(config, {{"AUDIENCED_LISTEN", "localhost:3,127.1.2.3:4,[::1]:5"}});
  EXPECT_EQ(by_variable->settings.listen.size(), 3u);
  const auto by_flag =
      Read({"--config", file.path(), "--listen", "127.0.0.1:6"});
  ASSERT_EQ(by_flag->settings.listen.size(), 1u);
  EXPECT_EQ(by_flag->settings.listen[0].port, 6);
  EXPECT_EQ(Read({"--listen", "[::1]:7", "--listen", "[::1]:8"})
                ->settings.listen.size(),
            2u);
}

TEST(SettingsTest, ASecretCanLieInAFile) {
  const ScratchFile secret("postgresql://shop:s3cret@db/shop\n");
  const auto invocation =
      Read({}, {{"AUDIENCED_DATABASE_FILE", secret.path()}});
  ASSERT_TRUE(invocation.ok()) << invocation.status();
  EXPECT_EQ(invocation->settings.database, "postgresql://shop:s3cret@db/shop");

  const std::string both =
      FaultsOf(Read({}, {{"AUDIENCED_DATABASE_FILE", secret.path()},
                         {"AUDIENCED_DATABASE", "postgresql://x"}}));
  EXPECT_TRUE(absl::StrContains(both, "are both set [conflicting-settings]"))
      << both;
  const std::string none =
      FaultsOf(Read({}, {{"AUDIENCED_DATABASE_FILE", "/does/not/exist"}}));
  EXPECT_TRUE(absl::StrContains(none, "cannot read the file '/does/not/exist'"))
      << none;
  // As a mount that was forgotten leaves it.
  const std::string folder =
      FaultsOf(Read({}, {{"AUDIENCED_DATABASE_FILE", "/tmp"}}));
  EXPECT_TRUE(absl::StrContains(folder, "'/tmp': Is a directory")) << folder;
  // Only secrets have such a variable.
  EXPECT_TRUE(Read({}, {{"AUDIENCED_DATA_FILE", "/does/not/exist"}}).ok());
}

struct FileFault {
  const char* content;
  const char* position;  // line:column
  const char* part;      // of the message
};

TEST(SettingsTest, EveryFaultOfAFileHasItsPlace) {
  const FileFault kFaults[] = {
      {"late_afer: 5m\n", "1:1", "did you mean 'late_after'?"},
      {"wherever: 5m\n", "1:1", "'audienced --print-config' shows them all"},
      {"data: a\nlate_after: 1m\ndata: b\n", "3:1", "[duplicate-key]"},
      {"late_after: soon\n", "1:13", "is a duration like 30s"},
      {"late_after: 2d\n", "1:13", "is a duration from 0s to 1d"},
      {"late_after: -1m\n", "1:13", "[bad-duration]"},
      {"late_after: [1m]\n", "1:13", "found a list; 'late_after' has a"},
      // Clients are promised a checkpoint every 30 s.
      {"checkpoint_interval: 31s\n", "1:22", "is a duration from 1s to 30s"},
      {"max_watchers: 0\n", "1:15", "is a whole number from 1 to 100000"},
      {"max_watchers: 100001\n", "1:15", "[bad-number]"},
      {"max_watchers: 1e3\n", "1:15", "[bad-number]"},
      {"max_watchers: +5\n", "1:15", "[bad-number]"},
      {"max_watchers: 99999999999999999999\n", "1:15", "[bad-number]"},
      {"max_watchers: \"5\"\n", "1:15", "[quoted-number]"},
      {"log_level: warn\n", "1:12", "is one of debug|info|warning|error"},
      {"log_format: xml\n", "1:13", "is one of json|console"},
      {"listen: 8450\n", "1:9", "'listen' is HOST:PORT"},
      {"listen: []\n", "1:9", "'listen' is an empty list"},
      {"http_listen: 192.168.1.1:80\n", "1:14", "open to other machines"},
      {"http_listen: 127.0.0.1:65536\n", "1:14", "is HOST:PORT"},
      {"identifier_limits: [email=5, phone]\n", "1:30", "form KIND=NUMBER"},
      {"identifier_limits: email=0\n", "1:20", "[bad-limit]"},
      {"identifier_limits: E=1\n", "1:20", "[bad-limit]"},
      {"identifier_limits: []\n", "1:20", "is an empty list"},
      {"phone_region: UK\n", "1:15", "is a country of two letters"},
      {"phone_region: gb\n", "1:15", "[bad-region]"},
      {"destination_consents: [google]\n", "1:24", "has the form DESTINATION="},
      {"destination_consents: [bing=ads]\n", "1:24", "[bad-consents]"},
      {"data: ''\n", "1:7", "'data' is empty"},
      {"data: {a: b}\n", "1:7", "found a mapping"},
      {"- data\n", "1:1", "settings are a mapping"},
      {"data: &a x\n", "1:7", "[yaml-anchor]"},
      {"data: [x\n", "", "[yaml-syntax]"},
  };
  for (const FileFault& fault : kFaults) {
    const ScratchFile file(fault.content);
    const std::string text = FaultsOf(Read({"--config", file.path()}));
    EXPECT_TRUE(absl::StrContains(text, file.path() + ":" + fault.position))
        << fault.content << text;
    EXPECT_TRUE(absl::StrContains(text, fault.part)) << fault.content << text;
  }
}

TEST(SettingsTest, TheEdgesOfALimitAreIncluded) {
  for (const char* content :
       {"late_after: 0s\n", "late_after: 1d\n", "max_watchers: 1\n",
        "max_watchers: 100000\n", "http_listen: 127.0.0.1:65535\n",
        "listen: 127.0.0.1:0\n", "http_listen: none\n",
        "blocked_identifiers: []\n", "identifier_limits: [e=10000, f=1]\n",
        "phone_region: none\n", "phone_region: 'NO'\n",
        "destination_consents: [meta=a, google=a+b]\n",
        "destination_consents: []\n", "database: ''\n", "",
        "# nothing is set\n"}) {
    const ScratchFile file(content);
    EXPECT_TRUE(Read({"--config", file.path()}).ok()) << content;
  }
}

TEST(SettingsTest, AllFaultsOfAllLayersAreToldInOneRun) {
  const ScratchFile file("max_watchers: 0\nlate_afer: 1m\n");
  const std::string text =
      FaultsOf(Read({"--config", file.path(), "--log-level", "loud"},
                    {{"AUDIENCED_LATE_AFTER", "soon"}}));
  const size_t first = text.find("max_watchers: 0");
  const size_t second = text.find("[unknown-key]");
  const size_t third = text.find("in variable AUDIENCED_LATE_AFTER");
  const size_t fourth = text.find("in flag --log-level");
  EXPECT_LT(first, second) << text;
  EXPECT_LT(second, third) << text;
  EXPECT_LT(third, fourth) << text;
  EXPECT_NE(fourth, std::string::npos) << text;
}

TEST(SettingsTest, SettingsThatContradictEachOtherAreRefused) {
  EXPECT_TRUE(Read({"--max-queued-events", "2000"}).ok());
  const std::string text = FaultsOf(Read({"--max-queued-events", "1999"}));
  EXPECT_TRUE(absl::StrContains(text,
                                "'max_commit_events' is 2000, above "
                                "'max_queued_events', which is 1999"))
      << text;
}

TEST(SettingsTest, OtherMachinesAreServedWithTlsAlone) {
  const std::string open_listen = "--listen=127.0.0.1:1,0.0.0.0:2";
  const std::string certificate = "--tls-certificate=/c";
  const std::string key = "--tls-key=/k";
  EXPECT_TRUE(Read({open_listen, certificate, key}).ok());
  EXPECT_TRUE(
      absl::StrContains(FaultsOf(Read({open_listen})),
                        "found '0.0.0.0:2', which is open to other machines"));
  EXPECT_TRUE(
      absl::StrContains(FaultsOf(Read({certificate})), "only one is set"));
  EXPECT_TRUE(absl::StrContains(FaultsOf(Read({key})), "only one is set"));
  EXPECT_TRUE(absl::StrContains(FaultsOf(Read({"--tls-client-ca=/a"})),
                                "is set without 'tls_certificate'"));
}

TEST(SettingsTest, FaultsOfTheCommandLine) {
  for (const std::vector<std::string>& arguments :
       std::vector<std::vector<std::string>>{{"--no-such-flag"},
                                             {"stray"},
                                             {"--data"},
                                             {"--data="},
                                             {"--data", "a", "--data", "b"},
                                             {"--config", "/does/not/exist"}}) {
    const std::string text = FaultsOf(Read(arguments));
    EXPECT_EQ(text.rfind("error: ", 0), 0u) << text;
    EXPECT_EQ(text.back(), '\n');
  }
  EXPECT_EQ(Read({"--database=", "--data=x"})->settings.data, "x");
}

TEST(SettingsTest, HelpNamesEverySetting) {
  const auto help = Read({"--help"});
  ASSERT_TRUE(help.ok());
  EXPECT_EQ(help->action, Invocation::Action::kPrint);
  for (const SettingSection& section : SettingSections()) {
    for (const Setting& setting : section.settings) {
      EXPECT_TRUE(absl::StrContains(help->output, FlagOf(setting) + " "));
    }
  }
  EXPECT_EQ(Read({"--version"})->output, "audienced 1.2.3\n");
}

TEST(SettingsTest, NamesAreDistinctAndMadeFromTheKey) {
  std::set<std::string_view> names;
  for (const SettingSection& section : SettingSections()) {
    for (const Setting& setting : section.settings) {
      EXPECT_TRUE(names.insert(setting.name).second) << setting.name;
      EXPECT_EQ(FindSetting(setting.name), &setting);
    }
  }
  EXPECT_EQ(FlagOf(*FindSetting("late_after")), "--late-after");
  EXPECT_EQ(VariableOf(*FindSetting("late_after")), "AUDIENCED_LATE_AFTER");
  EXPECT_EQ(FindSetting("nothing"), nullptr);
}

// --- The file that is printed -----------------------------------------------

// Every setting, with a value that is not its default.
std::vector<std::string> NoDefaults() {
  return {"--print-config",
          "--listen=[::1]:1,127.0.0.1:2",
          "--http-listen=none",
          "--tls-certificate=/c",
          "--tls-key=/k",
          "--tls-client-ca=/a",
          "--require-authentication=true",
          "--client-requests-per-second=7",
          "--client-concurrent-calls=7",
          "--audit-retention=90d",
          "--change-log-retention=8d",
          "--subscription-log-limit=31d",
          "--data=/a \"b\"\\c: d # e",
          "--database=postgresql://u@h/d",
          "--rules=~",
          "--hold-back-percent=0",
          "--hold-back-profiles=7",
          "--new-audiences=entered",
          "--log-format=console",
          "--log-level=error",
          "--late-after=1h1m1s",
          "--future-tolerance=0s",
          "--max-event-bytes=2048",
          "--max-batch-events=1",
          "--max-queued-events=100",
          "--max-commit-events=10",
          "--blocked-identifiers=tester,x@example.com",
          "--identifier-limits=user_id=2",
          "--other-identifiers-limit=7",
          "--large-profile-events=500",
          "--phone-region=NO",
          "--destination-consents=google=a+b",
          "--max-watchers=7",
          "--checkpoint-interval=1s",
          "--shutdown-grace=1h",
          "--max-lag=3s",
          "--retention=90d",
          "--history-memory=100",
          "--history-cache=false"};
}

TEST(PrintConfigTest, ReadsBackAsItWas) {
  const auto first = Read(NoDefaults());
  ASSERT_TRUE(first.ok()) << first.status();
  const ScratchFile file(first->output);
  const auto second = Read({"--config", file.path(), "--print-config"});
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_EQ(second->output, first->output);
  EXPECT_EQ(second->settings.data, "/a \"b\"\\c: d # e");
  EXPECT_EQ(second->settings.rules, "~");
  EXPECT_EQ(second->settings.http_listen, std::nullopt);
  // Every line of the defaults differs: no setting was left out above.
  std::istringstream lines(SettingsFileText(Settings()));
  for (std::string line; std::getline(lines, line);) {
    if (line.empty() || line[0] == '#') continue;
    EXPECT_FALSE(absl::StrContains(first->output, "\n" + line + "\n")) << line;
  }
}

TEST(PrintConfigTest, TheExampleFileIsTheDefaults) {
  EXPECT_EQ(ReadWhole(AUDIENCED_SOURCE_DIR "/daemon/audienced.yaml"),
            SettingsFileText(Settings()))
      << "to renew it: audienced --print-config > daemon/audienced.yaml";
}

TEST(PrintConfigTest, PasswordsAreNeitherPrintedNorShownBesideFaults) {
  const char* const kSecrets[] = {
      "postgresql://shop:s3cret@db/shop",
      "postgresql://shop:s3c@r:s3cret@db/shop",
      "postgresql://db/shop?user=a&password=s3cret&sslmode=require",
      "host=db password=s3cret user=shop",
      "host=db password = 's3 \\' s3cret' user=shop",
      "host=db sslpassword='s3cret",
  };
  for (const std::string secret : kSecrets) {
    const auto printed = Read({"--print-config", "--database", secret});
    ASSERT_TRUE(printed.ok());
    EXPECT_FALSE(absl::StrContains(printed->output, "s3c")) << printed->output;
    EXPECT_TRUE(absl::StrContains(printed->output, "REDACTED"));
    EXPECT_TRUE(absl::StrContains(printed->output, "db")) << printed->output;

    // The line of the secret stands beside that of the fault.
    const ScratchFile file("database: " + secret + "\nlate_afer: 1m\n");
    const std::string faults = FaultsOf(Read({"--config", file.path()}));
    EXPECT_TRUE(absl::StrContains(faults, "REDACTED")) << faults;
    EXPECT_FALSE(absl::StrContains(faults, "s3c")) << faults;
    EXPECT_TRUE(absl::StrContains(faults, ":2:1:")) << faults;
  }
  EXPECT_TRUE(absl::StrContains(
      Read({"--print-config", "--database", "postgresql://h:5432/d"})->output,
      "database: \"postgresql://h:5432/d\""));
}

TEST(MisspeltVariables, AreThoseThatComeNearASetting) {
  const char* variables[] = {"AUDIENCED_REQUIRE_AUTENTICATION=true",
                             "AUDIENCED_REQUIRE_AUTHENTICATION=true",
                             "AUDIENCED_SERVER=127.0.0.1:1",
                             "AUDIENCED_DATABASE_FILE=/x",
                             "AUDIENCED_TEST_CLOCK=x",
                             "HOME=/",
                             nullptr};
  EXPECT_EQ(MisspeltVariables(variables),
            (std::vector<std::string>{
                "the variable AUDIENCED_REQUIRE_AUTENTICATION is no setting; "
                "did you mean AUDIENCED_REQUIRE_AUTHENTICATION?"}));
}

}  // namespace
}  // namespace audienced
