#ifndef AUDIENCED_TESTS_UNIT_REPORT_CONVERSION_SCENE_H_
#define AUDIENCED_TESTS_UNIT_REPORT_CONVERSION_SCENE_H_

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "rules/report/conversion_study.h"
#include "rules/report/goal.h"
#include "tests/unit/report/report_scene.h"

// Conversions to report on.

namespace audienced {

// ebook, carted (worth 5), paid (the goal), subscribed (macro, worth 100), and
// ordered, which is what paid is, and worth 7.
inline constexpr char kConversionRules[] =
    "version: 1\n"
    "conversions:\n"
    "  ebook: { kind: micro, role: secondary, event: file_download, "
    "worth: learned }\n"
    "  carted: { kind: micro, role: process, event: add_to_cart, worth: 5 }\n"
    "  paid: { kind: macro, event: purchase }\n"
    "  subscribed: { kind: macro, event: subscribe, worth: 100 }\n"
    "  ordered: { kind: micro, event: purchase, worth: 7 }\n";
inline constexpr size_t kEbook = 0;
inline constexpr size_t kCarted = 1;
inline constexpr size_t kPaid = 2;
inline constexpr size_t kSubscribed = 3;

inline ConversionReport ReportOf(const PastSpan& span,
                                 const ProfileLines& profiles,
                                 const std::string& goal = "paid",
                                 absl::Duration within = absl::Hours(24 * 7),
                                 absl::Duration observed = absl::Hours(24),
                                 bool only_new = false) {
  const auto rulebook = RulebookOf(kConversionRules);
  const auto goals = GoalOf(rulebook->model(), goal);
  EXPECT_TRUE(goals.ok()) << goals.status();
  const ConversionStudy nothing({span, *goals, within, observed, only_new},
                                rulebook->model());
  return AddAll(rulebook, profiles, nothing).Report();
}

inline PastSpan January() { return Past("2026-01-01", "2026-02-01", "UTC"); }

// `1 of 2`.
inline std::string Text(const Share& share) {
  return std::to_string(share.reached) + " of " + std::to_string(share.people);
}

// `GBP 12.5, `.
inline std::string Text(const std::map<std::string, Decimal>& amounts) {
  std::string text;
  for (const auto& [currency, amount] : amounts) {
    text += currency + " " + ToText(amount) + ", ";
  }
  return text;
}

}  // namespace audienced

#endif  // AUDIENCED_TESTS_UNIT_REPORT_CONVERSION_SCENE_H_
