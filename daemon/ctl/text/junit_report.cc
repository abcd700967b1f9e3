// TestReportJunit() of test_report.h, and the little XML that it needs.

#include <cstdio>
#include <map>

#include "daemon/ctl/text/test_report.h"
#include "rules/source/message.h"

namespace audienced {
namespace {

bool Continues(std::string_view text, size_t at) {
  return at < text.size() && (text[at] & 0xC0) == 0x80;
}

// The length of the character at `at` that XML may hold; 0 for a byte that
// begins none: control characters, no UTF-8, surrogates, U+FFFE and U+FFFF.
size_t CharacterLength(std::string_view text, size_t at) {
  const auto byte = static_cast<unsigned char>(text[at]);
  if (byte < 0x80) {
    return byte >= 0x20 || byte == '\n' || byte == '\t' ? 1 : 0;
  }
  const size_t length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : 2;
  if (byte < 0xC2 || byte > 0xF4) return 0;
  for (size_t i = 1; i < length; ++i) {
    if (!Continues(text, at + i)) return 0;
  }
  const auto next = static_cast<unsigned char>(text[at + 1]);
  if ((byte == 0xE0 && next < 0xA0) || (byte == 0xED && next >= 0xA0) ||
      (byte == 0xF0 && next < 0x90) || (byte == 0xF4 && next >= 0x90)) {
    return 0;
  }
  if (byte == 0xEF && next == 0xBF &&
      static_cast<unsigned char>(text[at + 2]) >= 0xBE) {
    return 0;
  }
  return length;
}

// `text` as XML, within quotes too: what XML cannot hold is a `?`.
std::string Escaped(std::string_view text) {
  std::string xml;
  for (size_t at = 0; at < text.size();) {
    const size_t length = CharacterLength(text, at);
    const char character = length == 0 ? '?' : text[at];
    if (length > 1) {
      xml.append(text.substr(at, length));
    } else if (character == '&') {
      xml += "&amp;";
    } else if (character == '<') {
      xml += "&lt;";
    } else if (character == '>') {
      xml += "&gt;";
    } else if (character == '"') {
      xml += "&quot;";
    } else if (character == '\n') {
      xml += "&#10;";
    } else if (character == '\t') {
      xml += "&#9;";
    } else {
      xml += character;
    }
    at += length == 0 ? 1 : length;
  }
  return xml;
}

std::string Attribute(std::string_view name, std::string_view value) {
  return Concat(" ", name, "=\"", Escaped(value), "\"");
}

std::string Attribute(std::string_view name, int value) {
  return Attribute(name, std::to_string(value));
}

std::string TimeAttribute(absl::Duration took) {
  char text[32];
  std::snprintf(text, sizeof(text), "%.6f", absl::ToDoubleSeconds(took));
  return Attribute("time", text);
}

// The cases of one file.
struct Suite {
  std::string cases;
  int tests = 0;
  int failures = 0;
  int errors = 0;
  absl::Duration took;
};

void AddTest(const TestResult& test, Suite& suite) {
  suite.cases += Concat("    <testcase", Attribute("name", test.outcome.test),
                        Attribute("classname", test.outcome.file),
                        Attribute("file", test.outcome.file),
                        Attribute("line", test.place.range.begin.line),
                        TimeAttribute(test.took));
  ++suite.tests;
  suite.took += test.took;
  if (test.outcome.failures.empty()) {
    suite.cases += "/>\n";
    return;
  }
  ++suite.failures;
  // One element: readers of JUnit's XML look at the first alone.
  const TestFailure& first = test.outcome.failures.front();
  std::string message = first.subject;
  if (!first.instant.empty()) message += Concat(" at ", first.instant);
  std::string text;
  for (const TestFailure& failure : test.outcome.failures) {
    text += RenderFailure(failure);
  }
  suite.cases +=
      Concat(">\n      <failure",
             Attribute("message", Concat(message, ": expected ", first.expected,
                                         ", got ", first.got)),
             Attribute("type", "expectation"), ">", Escaped(text),
             "</failure>\n    </testcase>\n");
}

void AddFault(const Diagnostic& fault, const TestReport& report, Suite& suite) {
  ++suite.tests;
  ++suite.errors;
  const int line = fault.place.range.begin.line;
  suite.cases +=
      Concat("    <testcase",
             Attribute("name",
                       Concat("line ", std::to_string(line), ": ", fault.code)),
             Attribute("classname", fault.place.file),
             Attribute("file", fault.place.file), Attribute("line", line),
             ">\n      <error", Attribute("message", fault.message),
             Attribute("type", fault.code), ">",
             Escaped(RenderText(fault, report.files, Color::kNever)),
             "</error>\n    </testcase>\n");
}

std::string Counts(const Suite& suite) {
  return Concat(Attribute("tests", suite.tests),
                Attribute("failures", suite.failures),
                Attribute("errors", suite.errors), TimeAttribute(suite.took));
}

}  // namespace

std::string TestReportJunit(const TestReport& report) {
  std::map<std::string, Suite> suites;  // by file
  for (const Diagnostic& fault : report.faults.all()) {
    AddFault(fault, report, suites[fault.place.file]);
  }
  for (const TestResult& test : report.tests) {
    AddTest(test, suites[test.outcome.file]);
  }
  Suite all;
  for (const auto& [file, suite] : suites) {
    all.cases +=
        Concat("  <testsuite", Attribute("name", file), Counts(suite),
               Attribute("skipped", 0), ">\n", suite.cases, "  </testsuite>\n");
    all.tests += suite.tests;
    all.failures += suite.failures;
    all.errors += suite.errors;
    all.took += suite.took;
  }
  return Concat("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites",
                Attribute("name", "audiencectl test"), Counts(all), ">\n",
                all.cases, "</testsuites>\n");
}

}  // namespace audienced
