// libFuzzer: any bytes as a rule file. What loads is compiled, every fault is
// rendered: all that is done with rules that somebody else wrote.

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "rules/engine/compile/compiled_rulebook.h"
#include "rules/language/load.h"
#include "rules/source/render.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::vector<audienced::SourceFile> files = {
      {"fuzz.yaml", std::string(reinterpret_cast<const char*>(data), size)}};
  audienced::Diagnostics diagnostics;
  audienced::Rulebook rulebook = audienced::LoadRulebook(files, diagnostics);
  for (const audienced::Diagnostic& diagnostic : diagnostics.all()) {
    audienced::RenderText(diagnostic, files, audienced::Color::kAlways);
    audienced::RenderJson(diagnostic);
  }
  if (!diagnostics.has_errors()) {
    audienced::CompiledRulebook::Compile(std::move(rulebook));
  }
  return 0;
}
