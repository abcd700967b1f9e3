// What the daemon tells Prometheus of its stages.

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "daemon/daemon.h"

namespace audienced {

void Daemon::AddRuleMetrics() {
  constexpr char kAttempts[] = "audienced_rule_attempts_total";
  constexpr char kAttemptsHelp[] =
      "Tries to put rules in force, by what became of them.";
  for (const RuleAttempt::Result result :
       {RuleAttempt::Result::kApplied, RuleAttempt::Result::kUnchanged,
        RuleAttempt::Result::kFaulty, RuleAttempt::Result::kTestsFailed,
        RuleAttempt::Result::kHeldBack, RuleAttempt::Result::kUnreadable}) {
    metrics_.AddCounterReader(
        kAttempts, kAttemptsHelp,
        [this, result] {
          return static_cast<double>(rollout_->attempts(result));
        },
        {{"result", std::string(Name(result))}});
  }
  metrics_.AddGaugeReader(
      "audienced_rules_current",
      "1 where the rules that were given last are in force, 0 where they had "
      "faults, are held back, or cannot be read.",
      [this] {
        const std::shared_ptr<const RuleAttempt> last = rollout_->last();
        return last == nullptr || last->is_in_force() ? 1.0 : 0.0;
      });
}

void Daemon::AddPersonMetrics() {
  const auto add = [this](const char* name, const char* help,
                          int64_t Pipeline::Counts::*member) {
    metrics_.AddCounterReader(name, help, [this, member] {
      return static_cast<double>(pipeline_->counts().*member);
    });
  };
  add("audienced_merges_total", "Profiles that became one with another.",
      &Pipeline::Counts::merges);
  add("audienced_erasures_total", "Profiles that were erased.",
      &Pipeline::Counts::erasures);
  add("audienced_large_profiles_total",
      "Profiles that were found to have more events than "
      "large_profile_events.",
      &Pipeline::Counts::flagged);
}

void Daemon::AddMemoryMetrics() {
  metrics_.AddGaugeReader("audienced_profiles", "Profiles known.", [this] {
    return static_cast<double>(pipeline_->directory().size());
  });
  metrics_.AddGaugeReader(
      "audienced_histories_in_memory",
      "Profiles whose history is in memory; the others' are in the database "
      "alone.",
      [this] {
        return static_cast<double>(pipeline_->directory().usage().histories);
      });
  metrics_.AddGaugeReader("audienced_history_memory_bytes",
                          "What the histories in memory take.", [this] {
                            return static_cast<double>(
                                pipeline_->directory().usage().history_bytes);
                          });
  metrics_.AddCounterReader(
      "audienced_histories_read_total",
      "Histories that were read again because they were not in memory, or were "
      "made for other rules.",
      [this] {
        return static_cast<double>(pipeline_->counts().histories_read);
      });
}

void Daemon::AddTlsMetrics(const TlsFiles& files) {
  metrics_.AddGaugeReader(
      "audienced_tls_certificate_usable",
      "1 where the files of the certificate can be used, 0 where they are no "
      "good: who connects is shown what they held before.",
      [files] { return CertificateExpiry(files).ok() ? 1.0 : 0.0; });
  metrics_.AddGaugeReader(
      "audienced_tls_certificate_expiry_timestamp_seconds",
      "Until when the certificate in the files is valid; 0 where they are no "
      "good.",
      [files] {
        return absl::ToDoubleSeconds(
            CertificateExpiry(files).value_or(absl::UnixEpoch()) -
            absl::UnixEpoch());
      });
}

void Daemon::AddMetrics() {
  AddRuleMetrics();
  AddEventMetrics();
  AddFreshnessMetrics();
  AddMemoryMetrics();
  AddPersonMetrics();
  AddPublishingMetrics();
  if (const std::optional<TlsFiles> files = Tls()) AddTlsMetrics(*files);
  const auto add_count = [this](const char* name, const char* help,
                                int64_t Pipeline::Counts::*member,
                                MetricLabels labels = {}) {
    metrics_.AddCounterReader(
        name, help,
        [this, member] {
          return static_cast<double>(pipeline_->counts().*member);
        },
        std::move(labels));
  };
  using Counts = Pipeline::Counts;
  add_count("audienced_commits_total", "Transactions committed.",
            &Counts::commits);
  add_count("audienced_failed_commits_total",
            "Commits that the database refused, or that it was not reached "
            "for; nothing of them is stored. One in doubt counts only where it "
            "turns out not to have happened.",
            &Counts::failed_commits);
  add_count("audienced_changes_total", "Membership changes published.",
            &Counts::changes);
  metrics_.AddGaugeReader(
      "audienced_queued_events", "Events that wait to be taken into a commit.",
      [this] {
        return static_cast<double>(pipeline_->counts().queued_events);
      });
  metrics_.AddGaugeReader(
      "audienced_pending_deadlines",
      "Profiles that change by time alone, and are evaluated at a later "
      "instant.",
      [this] {
        return static_cast<double>(pipeline_->counts().pending_deadlines);
      });
  metrics_.AddCounterFamily(
      "audienced_calls_refused_total",
      "Calls that were not let in, by reason: a bad token, a scope that lacks, "
      "too many calls.",
      [this] {
        std::vector<std::pair<MetricLabels, double>> values;
        for (const auto& [reason, count] : access_->refusals()) {
          values.push_back({{{"reason", reason}}, static_cast<double>(count)});
        }
        return values;
      });
}

void Daemon::AddEventMetrics() {
  metrics_.AddCounterFamily(
      "audienced_events_total",
      "Events received, by what became of them, why, and who sent them.",
      [this] {
        std::vector<std::pair<MetricLabels, double>> values;
        for (const EventCounts::Row& row : pipeline_->event_counts().rows()) {
          values.push_back({{{"outcome", std::string(Name(row.outcome))},
                             {"reason", row.reason},
                             {"origin", row.origin}},
                            static_cast<double>(row.events)});
        }
        return values;
      });
  metrics_.AddCounterFamily(
      "audienced_late_events_total",
      "Stored events that came later than late_after, by who sent them.",
      [this] {
        std::map<std::string, int64_t> late;
        for (const EventCounts::Row& row : pipeline_->event_counts().rows()) {
          late[row.origin] += row.late;
        }
        std::vector<std::pair<MetricLabels, double>> values;
        for (const auto& [origin, events] : late) {
          values.push_back({{{"origin", origin}}, static_cast<double>(events)});
        }
        return values;
      });
}

void Daemon::AddFreshnessMetrics() {
  metrics_.AddGaugeReader(
      "audienced_evaluated_through_timestamp_seconds",
      "The instant through which memberships are evaluated.", [this] {
        return absl::ToDoubleSeconds(pipeline_->EvaluatedThrough() -
                                     absl::UnixEpoch());
      });
  metrics_.AddGaugeReader(
      "audienced_evaluation_lag_seconds",
      "How far the evaluation of memberships is behind the clock.",
      [this] { return absl::ToDoubleSeconds(pipeline_->freshness().Lag()); });
  metrics_.AddGaugeReader(
      "audienced_ready",
      "1 while /readyz answers 200: evaluation keeps up and commits work.",
      [this] { return IsReady(CheckReadiness()) ? 1.0 : 0.0; });
}

}  // namespace audienced
