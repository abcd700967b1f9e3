#ifndef AUDIENCED_TESTS_UNIT_REPORT_REPORT_SCENE_H_
#define AUDIENCED_TESTS_UNIT_REPORT_REPORT_SCENE_H_

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rules/engine/compile/compiled_rulebook.h"
#include "rules/engine/evaluation.h"
#include "rules/language/duration_text.h"
#include "rules/report/report_span.h"
#include "tests/unit/loading.h"

// Hand-made histories, and days to report on.

namespace audienced {

inline absl::Time At(const std::string& text) {
  const auto time = ParseTimestamp(text);
  EXPECT_TRUE(time.has_value()) << text;
  return time.value_or(absl::UnixEpoch());
}

inline absl::TimeZone Zone(const std::string& name) {
  absl::TimeZone zone;
  EXPECT_TRUE(absl::LoadTimeZone(name, &zone)) << name;
  return zone;
}

inline ReportSpan Span(const std::string& since, const std::string& until,
                       const std::string& zone = "Europe/London",
                       absl::Time now = At("2030-01-01T00:00:00Z")) {
  const auto span = SpanOf(since, until, now, Zone(zone));
  EXPECT_TRUE(span.ok()) << span.status();
  return span.ok() ? *span : ReportSpan();
}

inline PastSpan Past(const std::string& since, const std::string& until,
                     const std::string& zone = "Europe/London",
                     absl::Time now = At("2030-01-01T00:00:00Z")) {
  const auto span = PastSpanOf(since, until, now, Zone(zone));
  EXPECT_TRUE(span.ok()) << span.status();
  return span.ok() ? *span : PastSpan();
}

// One event of a profile: `2026-03-01T00:00:00Z purchase`, and behind that what
// it says: `value=12.5`.
using Lines = std::vector<std::string>;
using ProfileLines = std::map<std::string, Lines>;

inline Event ToEvent(const std::string& line) {
  std::vector<std::string> words(1);
  for (const char c : line) {
    if (c == ' ') {
      words.emplace_back();
    } else {
      words.back().push_back(c);
    }
  }
  Event event;
  event.occurred_at = At(words[0]);
  event.received_at = event.occurred_at;
  event.origin = "test";
  event.event_id = line;
  event.name = words.at(1);
  for (size_t i = 2; i < words.size(); ++i) {
    const size_t sign = words[i].find('=');
    event.properties.Set(words[i].substr(0, sign),
                         Value(words[i].substr(sign + 1)));
  }
  return event;
}

// Something that somebody does, for counts that are made slowly: so many hours
// into 2026.
struct Act {
  int hour = 0;
  std::string name;
};

inline std::string HourText(int hour) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%SZ",
                          At("2026-01-01T00:00:00Z") + absl::Hours(hour),
                          absl::UTCTimeZone());
}

// As lines, each an event of its own.
inline Lines LinesOf(const std::vector<Act>& acts) {
  Lines lines;
  for (const Act& act : acts) {
    lines.push_back(HourText(act.hour) + " " + act.name +
                    " number=" + std::to_string(lines.size()));
  }
  return lines;
}

inline std::shared_ptr<const CompiledRulebook> RulebookOf(
    const std::string& rules) {
  Loaded loaded = Load(rules);
  EXPECT_FALSE(loaded.diagnostics.has_errors()) << loaded.text();
  return CompiledRulebook::Compile(std::move(loaded.rulebook),
                                   absl::InfiniteDuration(),
                                   Columns::kWithAmounts);
}

// What `sums` become by all profiles: in two parts, so that each test says that
// parts add up to the whole.
template <typename Sums>
Sums AddAll(const std::shared_ptr<const CompiledRulebook>& rulebook,
            const ProfileLines& profiles, const Sums& sums) {
  Projection projection(rulebook);
  std::vector<Sums> parts(2, sums);
  for (const auto& [name, lines] : profiles) {
    History history = projection.NewHistory();
    for (const std::string& line : lines) {
      history.Insert(projection.Project(ToEvent(line)));
    }
    const std::string key = "profile:" + name;
    Evaluation evaluation(projection, history, key);
    parts[name.size() % 2].Add(evaluation);
  }
  parts[0].Merge(parts[1]);
  return parts[0];
}

}  // namespace audienced

#endif  // AUDIENCED_TESTS_UNIT_REPORT_REPORT_SCENE_H_
