#include "daemon/ctl/text/test_report.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "daemon/ctl/terminal.h"
#include "daemon/ctl/text/printable.h"
#include "rules/source/message.h"

namespace audienced {
namespace {

using nlohmann::json;

std::string Verdict(const TestResult& test, Color color) {
  return test.outcome.failures.empty() ? Painted("ok  ", Paint::kGreen, color)
                                       : Painted("FAIL", Paint::kRed, color);
}

json FailureJson(const TestFailure& failure) {
  return {{"line", failure.place.range.begin.line},
          {"column", failure.place.range.begin.column},
          {"instant", failure.instant},
          {"subject", failure.subject},
          {"expected", failure.expected},
          {"got", failure.got},
          {"reasons", failure.reasons}};
}

json TestJson(const TestResult& test) {
  json failures = json::array();
  for (const TestFailure& failure : test.outcome.failures) {
    failures.push_back(FailureJson(failure));
  }
  return {{"file", test.outcome.file},
          {"line", test.place.range.begin.line},
          {"name", test.outcome.test},
          {"passed", test.outcome.failures.empty()},
          {"seconds", absl::ToDoubleSeconds(test.took)},
          {"failures", std::move(failures)}};
}

}  // namespace

int FailedTests(const TestReport& report) {
  return static_cast<int>(std::count_if(
      report.tests.begin(), report.tests.end(),
      [](const TestResult& test) { return !test.outcome.failures.empty(); }));
}

std::string TestSummary(const TestReport& report) {
  const auto count = static_cast<int64_t>(report.tests.size());
  const int failed = FailedTests(report);
  std::string summary =
      Concat(Counted(count, "test"), ", ", std::to_string(count - failed),
             " passed, ", std::to_string(failed), " failed");
  if (report.faults.error_count() > 0) {
    summary += Concat(", ", Counted(report.faults.error_count(), "error"));
  }
  return summary;
}

std::string TestReportText(const TestReport& report, bool verbose,
                           Color color) {
  std::string text;
  for (const Diagnostic& fault : report.faults.all()) {
    text += Concat(RenderText(fault, report.files, color), "\n");
  }
  for (const TestResult& test : report.tests) {
    if (verbose) {
      text += Concat(Verdict(test, color), "  ", Printable(test.outcome.file),
                     ": ", Printable(test.outcome.test), "\n");
    }
    for (const TestFailure& failure : test.outcome.failures) {
      text += Concat(RenderFailure(failure), "\n");
    }
  }
  return Concat(text, TestSummary(report), "\n");
}

std::string TestReportJson(const TestReport& report) {
  json tests = json::array();
  for (const TestResult& test : report.tests) tests.push_back(TestJson(test));
  json faults = json::array();
  for (const Diagnostic& fault : report.faults.all()) {
    faults.push_back(json::parse(RenderJson(fault)));
  }
  const int failed = FailedTests(report);
  const json whole = {
      {"passed", static_cast<int>(report.tests.size()) - failed},
      {"failed", failed},
      {"errors", report.faults.error_count()},
      {"tests", std::move(tests)},
      {"faults", std::move(faults)}};
  return Concat(whole.dump(2, ' ', false, json::error_handler_t::replace),
                "\n");
}

}  // namespace audienced
