// `audiencectl test`: runs rule tests.

#include <re2/re2.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "daemon/ctl/answer.h"
#include "daemon/ctl/commands.h"
#include "daemon/ctl/offline/retention_option.h"
#include "daemon/ctl/terminal.h"
#include "daemon/ctl/text/test_report.h"
#include "daemon/ingest/rule_folder.h"
#include "rules/scenario/scenario_file.h"
#include "rules/source/message.h"

namespace audienced {
namespace {

namespace fs = std::filesystem;

constexpr char kTestExamples[] = R"(Examples:
  audiencectl test
      every *.test.yaml of the current folder
  audiencectl test rules/ examples/shop/shop.test.yaml
  audiencectl test rules/ --run 'cart|checkout' -v
      the tests whose name matches, a line for each
  audiencectl test rules/ --output junit --output-file results.xml
      for continuous integration: results in a file, text on the terminal

A test file names its rules relative to itself, 'rules: [shop.yaml]', or has
them inline under 'rulebook:'. Ends with 0 where all tests pass, 1 where one
fails or a file has faults, 2 where there is nothing to run.)";

constexpr std::string_view kEnding = ".test.yaml";

struct TestOptions {
  std::vector<std::string> paths;
  std::string run;
  std::string output = "text";
  std::string output_file;
  bool verbose = false;
  absl::Duration retention = absl::InfiniteDuration();
};

// The test files that `paths` name, each once, sorted within each folder.
absl::StatusOr<std::vector<SourceFile>> ReadTestFiles(
    const std::vector<std::string>& paths) {
  std::vector<SourceFile> files;
  const auto add = [&](const fs::path& path, std::string text) {
    const std::string name = path.lexically_normal();
    const bool known = std::any_of(
        files.begin(), files.end(),
        [&](const SourceFile& file) { return file.name() == name; });
    if (!known) files.emplace_back(name, std::move(text));
  };
  for (const std::string& path : paths) {
    std::error_code error;
    if (fs::is_directory(path, error)) {
      const absl::StatusOr<std::vector<SourceFile>> found = ReadRuleTests(path);
      if (!found.ok()) return found.status();
      if (found->empty()) {
        return absl::NotFoundError(
            Concat("no file of rule tests (*.test.yaml) in the folder ", path));
      }
      for (const SourceFile& file : *found) {
        add(fs::path(path) / file.name(), file.text());
      }
      continue;
    }
    if (!path.ends_with(kEnding)) {
      return absl::InvalidArgumentError(
          Concat(Quoted(path), fs::exists(path, error)
                                   ? " is no file of rule tests (*.test.yaml)"
                                   : " does not exist"));
    }
    absl::StatusOr<SourceFile> file = ReadSourceFile(path, path);
    if (!file.ok()) return file.status();
    add(path, file->text());
  }
  return files;
}

// Reads files when they are asked for, once, and keeps them.
class Files {
 public:
  // Null where it cannot be read, which is said on stderr unless there is
  // simply none.
  const SourceFile* Find(const std::string& path) {
    auto known = files_.find(path);
    if (known == files_.end()) {
      absl::StatusOr<SourceFile> file = ReadSourceFile(path, path);
      if (!file.ok() && !absl::IsNotFound(file.status())) {
        PrintError(std::string(file.status().message()));
      }
      known = files_.emplace(path, std::nullopt).first;
      if (file.ok()) known->second = *std::move(file);
    }
    return known->second ? &*known->second : nullptr;
  }

  std::vector<SourceFile> all() const {
    std::vector<SourceFile> all;
    for (const auto& [path, file] : files_) {
      if (file) all.push_back(*file);
    }
    return all;
  }

 private:
  std::map<std::string, std::optional<SourceFile>> files_;
};

// Runs the tests whose name matches `pattern`.
TestReport RunFiles(std::vector<SourceFile> test_files, const re2::RE2& pattern,
                    absl::Duration retention) {
  TestReport report;
  Files rules;
  Progress progress("running rule tests");
  int64_t done = 0;
  for (const SourceFile& file : test_files) {
    progress.Update(done++, static_cast<int64_t>(test_files.size()));
    const ScenarioFile loaded = LoadScenarioFile(
        file, [&](const std::string& name) { return rules.Find(name); },
        report.faults, retention);
    if (loaded.rulebook == nullptr) continue;
    for (const ScenarioTest& test : loaded.scenario.tests) {
      if (!re2::RE2::PartialMatch(test.name, pattern)) continue;
      const absl::Time start = SteadyNow();
      std::vector<TestFailure> failures = RunTest(test, loaded.rulebook);
      report.tests.push_back({{loaded.name, test.name, std::move(failures)},
                              test.place,
                              SteadyNow() - start});
    }
  }
  report.faults.Sort();
  report.files = std::move(test_files);
  for (SourceFile& file : rules.all()) report.files.push_back(std::move(file));
  return report;
}

std::string ReportFor(const TestReport& report, const TestOptions& options,
                      Color color) {
  if (options.output == "json") return TestReportJson(report);
  if (options.output == "junit") return TestReportJunit(report);
  return TestReportText(report, options.verbose, color);
}

absl::Status WriteFile(const std::string& path, const std::string& text) {
  std::FILE* file = std::fopen(path.c_str(), "wbe");
  const bool written =
      file != nullptr &&
      std::fwrite(text.data(), 1, text.size(), file) == text.size();
  const int error = errno;
  if (file != nullptr && std::fclose(file) == 0 && written) {
    return absl::OkStatus();
  }
  return absl::ErrnoToStatus(error, Concat("cannot write ", path));
}

ExitCode Refuse(const absl::Status& status) {
  PrintError(std::string(status.message()));
  return ExitCode::kUsage;
}

ExitCode Test(const TestOptions& options) {
  const re2::RE2 pattern(options.run, re2::RE2::Quiet);
  if (!pattern.ok()) {
    return Refuse(absl::InvalidArgumentError(
        Concat("the pattern ", Quoted(options.run),
               " does not compile: ", pattern.error())));
  }
  absl::StatusOr<std::vector<SourceFile>> files = ReadTestFiles(options.paths);
  if (!files.ok()) return Refuse(files.status());
  const TestReport report =
      RunFiles(*std::move(files), pattern, options.retention);
  if (report.tests.empty() && !report.faults.has_errors()) {
    return Refuse(absl::NotFoundError(
        Concat("no test has a name that matches ", Quoted(options.run))));
  }
  if (options.output_file.empty()) {
    Print(ReportFor(report, options, ColorFor(stdout)));
  } else {
    Print(TestReportText(report, options.verbose, ColorFor(stdout)));
    const absl::Status written = WriteFile(
        options.output_file, ReportFor(report, options, Color::kNever));
    if (!written.ok()) return Refuse(written);
  }
  return report.faults.has_errors() || FailedTests(report) > 0
             ? ExitCode::kFailed
             : ExitCode::kOk;
}

}  // namespace

void AddTestCommand(CLI::App& app, ExitCode& exit_code) {
  auto options = std::make_shared<TestOptions>();
  CLI::App* command = app.add_subcommand(
      "test", "Run the tests of rules (*.test.yaml) in virtual time.");
  command->add_option("paths", options->paths,
                      "Test files, or folders whose *.test.yaml are run; "
                      "default: the current folder.");
  command->add_option("--run", options->run,
                      "Only tests whose name has a match of this RE2 pattern.");
  command
      ->add_option("--output", options->output,
                   "text (default), json or junit.")
      ->check(CLI::IsMember({"text", "json", "junit"}));
  command->add_option("--output-file", options->output_file,
                      "Write that to a file, and text to the terminal.");
  AddRetentionOption(*command, options->retention);
  command->add_flag("-v,--verbose", options->verbose, "A line for each test.");
  command->footer(kTestExamples);
  command->callback([options, &exit_code] {
    if (options->paths.empty()) options->paths = {"."};
    exit_code = Test(*options);
  });
}

}  // namespace audienced
