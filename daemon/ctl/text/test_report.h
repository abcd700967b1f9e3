#ifndef AUDIENCED_DAEMON_CTL_TEXT_TEST_REPORT_H_
#define AUDIENCED_DAEMON_CTL_TEXT_TEST_REPORT_H_

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "rules/scenario/scenario_file.h"
#include "rules/source/diagnostic.h"
#include "rules/source/position.h"
#include "rules/source/render.h"
#include "rules/source/source_file.h"

namespace audienced {

// One rule test that was run.
struct TestResult {
  TestOutcome outcome;
  Place place;
  absl::Duration took;
};

// What a run of rule tests came to.
struct TestReport {
  std::vector<TestResult> tests;  // in the order of the files
  Diagnostics faults;             // of test files and rules, sorted
  // The files that faults point into, for their lines.
  std::vector<SourceFile> files;
};

// How many tests failed.
int FailedTests(const TestReport& report);

// `12 tests, 11 passed, 1 failed`, and the errors where there are any.
std::string TestSummary(const TestReport& report);

// For people: faults and failures, with `verbose` a line for each test, and the
// summary.
std::string TestReportText(const TestReport& report, bool verbose, Color color);

// For programs: one JSON object.
std::string TestReportJson(const TestReport& report);

// For continuous integration: JUnit's XML, a suite a file. A fault is a test
// case with an error. Well-formed whatever the names and texts hold.
std::string TestReportJunit(const TestReport& report);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_CTL_TEXT_TEST_REPORT_H_
