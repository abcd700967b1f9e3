#ifndef AUDIENCED_DAEMON_CONFIG_SETTINGS_H_
#define AUDIENCED_DAEMON_CONFIG_SETTINGS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "daemon/destination/consent_needs.h"
#include "daemon/destination/destination_settings.h"
#include "daemon/logging/log.h"
#include "daemon/system/listen_address.h"

namespace audienced {

// What becomes of those who are in an audience when it is new.
enum class NewAudiences { kExisting, kEntered };

// How many identifiers of one kind a profile may have.
struct IdentifierLimit {
  std::string kind;
  int64_t limit = 0;
};

// Everything that can be set, with its default. What each one means, its limits
// and its names in file, environment and command line stand in
// setting_table.cc: a member that is not there cannot be set.
struct Settings {
  std::vector<ListenAddress> listen = {{"127.0.0.1", 8450}};
  // Absent: no HTTP.
  std::optional<ListenAddress> http_listen = ListenAddress{"127.0.0.1", 8451};

  // Of PEM files; empty: none.
  std::string tls_certificate;
  std::string tls_key;
  std::string tls_client_ca;
  bool require_authentication = false;
  int64_t client_requests_per_second = 1000;
  int64_t client_concurrent_calls = 200;
  absl::Duration audit_retention = absl::Hours(24 * 400);

  std::string data = "/var/lib/audienced";
  // Empty: a private PostgreSQL in `data`. A secret: may hold a password.
  std::string database;
  std::string rules = "/etc/audienced/rules";

  int64_t hold_back_percent = 20;
  int64_t hold_back_profiles = 10'000;
  NewAudiences new_audiences = NewAudiences::kExisting;

  LogFormat log_format = LogFormat::kJson;
  LogLevel log_level = LogLevel::kInfo;

  absl::Duration late_after = absl::Minutes(1);
  absl::Duration future_tolerance = absl::Minutes(10);
  absl::Duration max_lag = absl::Seconds(10);
  // Absent: events count for ever.
  std::optional<absl::Duration> retention;

  int64_t history_memory = 4096;  // MiB
  bool history_cache = true;

  int64_t max_event_bytes = 64 << 10;
  int64_t max_batch_events = 1000;
  int64_t max_queued_events = 20000;
  int64_t max_commit_events = 2000;

  std::vector<std::string> blocked_identifiers;
  std::vector<IdentifierLimit> identifier_limits = {
      {"user_id", 1}, {"email", 5}, {"phone", 5}};
  int64_t other_identifiers_limit = 50;
  int64_t large_profile_events = 10'000;

  // Absent: numbers without a country code are told to nobody who hashes them.
  std::optional<PhoneRegion> phone_region;
  std::vector<ConsentNeed> destination_consents;

  int64_t max_watchers = 1000;
  absl::Duration checkpoint_interval = absl::Seconds(30);
  absl::Duration change_log_retention = absl::Hours(7 * 24);
  absl::Duration subscription_log_limit = absl::Hours(30 * 24);

  absl::Duration shutdown_grace = absl::Seconds(10);
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_CONFIG_SETTINGS_H_
