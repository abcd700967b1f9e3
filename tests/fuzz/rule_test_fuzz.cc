// libFuzzer: any bytes as a file of rule tests, which are read and not run.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "rules/scenario/scenario_parser.h"
#include "rules/source/render.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::vector<audienced::SourceFile> files = {
      {"fuzz.test.yaml",
       std::string(reinterpret_cast<const char*>(data), size)}};
  audienced::Diagnostics diagnostics;
  const std::optional<audienced::Node> document =
      audienced::ReadYaml(files.front(), diagnostics);
  if (document) {
    const audienced::Scenario scenario =
        audienced::ParseScenario(*document, diagnostics);
    audienced::CheckScenario(scenario, audienced::Rulebook(), diagnostics);
  }
  for (const audienced::Diagnostic& diagnostic : diagnostics.all()) {
    audienced::RenderText(diagnostic, files, audienced::Color::kAlways);
  }
  return 0;
}
