#include "daemon/config/setting_table.h"

#include <algorithm>
#include <array>

namespace audienced {
namespace {

constexpr int64_t kDaySeconds = 24 * 60 * 60;

constexpr std::array kServing = {
    Setting{.name = "listen",
            .member = &Settings::listen,
            .value = "ADDRESSES",
            .description =
                "Where gRPC is served: HOST:PORT, one or several, on the "
                "command line each with a --listen of its own. Loopback "
                "addresses are served in plain; others need 'tls_certificate' "
                "and 'tls_key', and clients that prove who they are."},
    Setting{.name = "http_listen",
            .member = &Settings::http_listen,
            .value = "ADDRESS",
            .description = "Where /healthz, /readyz and /metrics are served; "
                           "'none' turns them off. A loopback address."},
};

constexpr std::array kAccess = {
    Setting{.name = "tls_certificate",
            .member = &Settings::tls_certificate,
            .value = "FILE",
            .description =
                "The certificate of the daemon with those that lead to its "
                "authority, in PEM. Read again when it changes.",
            .may_be_empty = true},
    Setting{.name = "tls_key",
            .member = &Settings::tls_key,
            .value = "FILE",
            .description = "Its private key, in PEM.",
            .may_be_empty = true},
    Setting{.name = "tls_client_ca",
            .member = &Settings::tls_client_ca,
            .value = "FILE",
            .description =
                "The authorities of clients' certificates, in PEM. Clients may "
                "then prove themselves by a certificate instead of a token "
                "(audiencectl token create --certificate-name).",
            .may_be_empty = true},
    Setting{.name = "require_authentication",
            .member = &Settings::require_authentication,
            .value = "true|false",
            .description =
                "Whether calls over the loopback need a token too. Otherwise "
                "whoever can connect from this machine may do everything."},
    Setting{.name = "client_requests_per_second",
            .member = &Settings::client_requests_per_second,
            .value = "NUMBER",
            .description = "Calls that one client may make in a second; 0: any "
                           "number.",
            .minimum = 0,
            .maximum = 1000000},
    Setting{.name = "client_concurrent_calls",
            .member = &Settings::client_concurrent_calls,
            .value = "NUMBER",
            .description = "Calls, open watches included, that one client may "
                           "have under way; 0: any number.",
            .minimum = 0,
            .maximum = 1000000},
    Setting{.name = "audit_retention",
            .member = &Settings::audit_retention,
            .value = "DURATION",
            .description = "How long it is kept who read and changed what.",
            .minimum = kDaySeconds,
            .maximum = 36500 * kDaySeconds},
};

constexpr std::array kPlaces = {
    Setting{.name = "data",
            .member = &Settings::data,
            .value = "FOLDER",
            .description = "What the daemon owns; without 'database' its "
                           "private PostgreSQL too. Made if missing."},
    Setting{.name = "database",
            .member = &Settings::database,
            .value = "URL",
            .description =
                "The PostgreSQL to use: a URL postgresql://... or a libpq "
                "connection string. Empty: a private one in 'data'.",
            .may_be_empty = true,
            .secret = true},
    Setting{.name = "rules",
            .member = &Settings::rules,
            .value = "FOLDER",
            .description =
                "The rule files, *.yaml, and their tests, *.test.yaml. Read "
                "when they change, at SIGHUP and at start; files that have "
                "faults or fail their tests change nothing."},
};

constexpr std::array kRuleChanges = {
    Setting{.name = "hold_back_percent",
            .member = &Settings::hold_back_percent,
            .value = "NUMBER",
            .description =
                "A change of rules by which more than so many per cent of a "
                "live audience enter or leave waits until it is confirmed "
                "(audiencectl apply --confirm).",
            .minimum = 0,
            .maximum = 1000000},
    Setting{.name = "hold_back_profiles",
            .member = &Settings::hold_back_profiles,
            .value = "NUMBER",
            .description = "The same as a number of profiles.",
            .minimum = 0,
            .maximum = 1000000000},
    Setting{.name = "new_audiences",
            .member = &Settings::new_audiences,
            .value = "existing|entered",
            .description =
                "How those who are in an audience when it is new are "
                "published: marked as existing, so that nobody mails them by "
                "accident, or like anyone who enters."},
};

constexpr std::array kLog = {
    Setting{.name = "log_format",
            .member = &Settings::log_format,
            .value = "json|console",
            .description = "One JSON object a line, or text for people. The "
                           "log goes to standard error."},
    Setting{.name = "log_level",
            .member = &Settings::log_level,
            .value = "debug|info|warning|error",
            .description = "The least severe messages that are written."},
};

constexpr std::array kTime = {
    Setting{.name = "late_after",
            .member = &Settings::late_after,
            .value = "DURATION",
            .description = "An event received so long after it occurred is "
                           "late: changes that it makes have the cause "
                           "late_event. 0s: every event that is behind.",
            .minimum = 0,
            .maximum = kDaySeconds},
    Setting{.name = "future_tolerance",
            .member = &Settings::future_tolerance,
            .value = "DURATION",
            .description =
                "An event may lie so far ahead of the daemon's clock; beyond "
                "it is refused.",
            .minimum = 0,
            .maximum = kDaySeconds},
    Setting{.name = "max_lag",
            .member = &Settings::max_lag,
            .value = "DURATION",
            .description =
                "While memberships are evaluated through an instant longer ago "
                "than this, the daemon is not ready: /readyz answers 503, the "
                "gRPC health NOT_SERVING. Calls are answered all the same.",
            .minimum = 1,
            .maximum = kDaySeconds},
    Setting{.name = "retention",
            .member = &Settings::retention,
            .value = "DURATION",
            .description =
                "How long an event counts; histories are kept as long as that "
                "and the longest 'stay' need. Traits, consents and identifiers "
                "are kept with their profile. Rules with a longer window are "
                "refused, and so is a start with them. 'none': for ever.",
            .minimum = kDaySeconds,
            .maximum = 36500 * kDaySeconds},
};

constexpr std::array kMemory = {
    Setting{.name = "history_memory",
            .member = &Settings::history_memory,
            .value = "MIB",
            .description =
                "Memory that histories may take, in MiB. Beyond it those that "
                "were not used for longest live in the database alone and are "
                "read when they are needed; answers are the same. Profiles "
                "themselves take about 1 KiB each beside it, and reading all "
                "events at once up to what is free of it, or 2048.",
            .minimum = 0,
            .maximum = 1 << 20},
    Setting{.name = "history_cache",
            .member = &Settings::history_cache,
            .value = "true|false",
            .description =
                "Whether a stop keeps the histories in memory for the next "
                "start of the same program, which need not read all events "
                "then. In a file 'histories' in 'data' that only its owner can "
                "read; deleted by the start."},
};

constexpr std::array kIngest = {
    Setting{.name = "max_event_bytes",
            .member = &Settings::max_event_bytes,
            .value = "NUMBER",
            .description = "Size of one event, serialized; a larger one is "
                           "refused, its neighbours are kept.",
            .minimum = 1 << 10,
            .maximum = 1 << 20},
    Setting{.name = "max_batch_events",
            .member = &Settings::max_batch_events,
            .value = "NUMBER",
            .description = "Events in one request.",
            .minimum = 1,
            .maximum = 10000},
    Setting{.name = "max_queued_events",
            .member = &Settings::max_queued_events,
            .value = "NUMBER",
            .description =
                "Events that wait to be taken into a commit. While so many do, "
                "requests are refused as RESOURCE_EXHAUSTED and come again.",
            .minimum = 1,
            .maximum = 1000000},
    Setting{.name = "max_commit_events",
            .member = &Settings::max_commit_events,
            .value = "NUMBER",
            .description = "Events in one transaction, gathered from all "
                           "requests that wait.",
            .minimum = 1,
            .maximum = 100000},
};

constexpr std::array kPeople = {
    Setting{.name = "blocked_identifiers",
            .member = &Settings::blocked_identifiers,
            .value = "VALUES",
            .description =
                "Values of identifiers that name nobody, beside those that are "
                "always blocked: null, anonymous, guest, undefined, 0 and the "
                "like. Compared without case and spaces around.",
            .may_be_empty = true},
    Setting{.name = "identifier_limits",
            .member = &Settings::identifier_limits,
            .value = "KIND=NUMBER",
            .description =
                "How many identifiers of a kind events may give one profile. "
                "What would exceed it is passed over and joins nobody."},
    Setting{.name = "other_identifiers_limit",
            .member = &Settings::other_identifiers_limit,
            .value = "NUMBER",
            .description = "The same for kinds that identifier_limits does "
                           "not name.",
            .minimum = 1,
            .maximum = 10000},
    Setting{.name = "large_profile_events",
            .member = &Settings::large_profile_events,
            .value = "NUMBER",
            .description =
                "A profile with more events gets the trait $large, by which "
                "rules can leave it out: a shared identifier, or a robot.",
            .minimum = 1,
            .maximum = 1000000000},
};

constexpr std::array kPublishing = {
    Setting{.name = "max_watchers",
            .member = &Settings::max_watchers,
            .value = "NUMBER",
            .description = "Streams of changes that are open at once.",
            .minimum = 1,
            .maximum = 100000},
    Setting{.name = "checkpoint_interval",
            .member = &Settings::checkpoint_interval,
            .value = "DURATION",
            .description = "How often a stream without changes gets a fresh "
                           "cursor; clients may ask for it more often.",
            .minimum = 1,
            // What audienced/v1/audience_service.proto promises.
            .maximum = 30},
    Setting{.name = "change_log_retention",
            .member = &Settings::change_log_retention,
            .value = "DURATION",
            .description =
                "How long changes stay in the log. A client with an older "
                "cursor has to list again.",
            .minimum = 60 * 60,
            .maximum = 36500 * kDaySeconds},
    Setting{.name = "subscription_log_limit",
            .member = &Settings::subscription_log_limit,
            .value = "DURATION",
            .description =
                "How long they stay where a named subscription has not "
                "acknowledged them; beyond it the subscription has to list "
                "again. Where it is shorter than change_log_retention, "
                "that counts.",
            .minimum = 60 * 60,
            .maximum = 36500 * kDaySeconds},
};

constexpr std::array kDestinations = {
    Setting{.name = "phone_region",
            .member = &Settings::phone_region,
            .value = "COUNTRY",
            .description =
                "The country of phone numbers without a country code, where a "
                "destination gets their hashes: GB. 'none': such numbers are "
                "left out. Changing it changes hashes: lists at destinations "
                "are to be filled anew."},
    Setting{.name = "destination_consents",
            .member = &Settings::destination_consents,
            .value = "DESTINATION=PURPOSE+PURPOSE",
            .description =
                "The purposes that people must have granted before a "
                "destination (google, meta, tiktok, linkedin, raw) gets them. "
                "An audience whose rule does not require them is not handed "
                "out for it.",
            .may_be_empty = true},
};

constexpr std::array kStopping = {
    Setting{.name = "shutdown_grace",
            .member = &Settings::shutdown_grace,
            .value = "DURATION",
            .description = "At SIGTERM, how long requests that have begun may "
                           "take to end.",
            .minimum = 0,
            .maximum = 60 * 60},
};

constexpr std::array kSections = {
    SettingSection{"Where it serves", kServing},
    SettingSection{"Who may do what", kAccess},
    SettingSection{"Where things lie", kPlaces},
    SettingSection{"Changes of rules", kRuleChanges},
    SettingSection{"Log", kLog},
    SettingSection{"Time", kTime},
    SettingSection{"Memory", kMemory},
    SettingSection{"Taking events in", kIngest},
    SettingSection{"Who is who", kPeople},
    SettingSection{"Publishing", kPublishing},
    SettingSection{"Destinations", kDestinations},
    SettingSection{"Stopping", kStopping},
};

}  // namespace

absl::Span<const SettingSection> SettingSections() { return kSections; }

const Setting* FindSetting(std::string_view name) {
  for (const SettingSection& section : kSections) {
    for (const Setting& setting : section.settings) {
      if (setting.name == name) return &setting;
    }
  }
  return nullptr;
}

std::string FlagOf(const Setting& setting) {
  std::string flag = "--";
  flag += setting.name;
  std::replace(flag.begin(), flag.end(), '_', '-');
  return flag;
}

std::string VariableOf(const Setting& setting) {
  std::string variable = "AUDIENCED_";
  for (char letter : setting.name) {
    const bool lower = letter >= 'a' && letter <= 'z';
    variable += lower ? static_cast<char>(letter - 'a' + 'A') : letter;
  }
  return variable;
}

}  // namespace audienced
