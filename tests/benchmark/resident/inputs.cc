#include "tests/benchmark/resident/inputs.h"

#include <iostream>
#include <utility>

#include "absl/status/statusor.h"
#include "daemon/ingest/rule_folder.h"
#include "rules/language/load.h"

namespace audienced::benchmark_shop {

std::optional<Inputs> ReadInputs(const std::string& rules,
                                 const std::string& events) {
  const absl::StatusOr<std::vector<SourceFile>> files = ReadRuleFolder(rules);
  absl::StatusOr<std::vector<ShopEvent>> read = ReadShopEvents(events);
  for (const absl::Status& status : {files.status(), read.status()}) {
    if (status.ok()) continue;
    std::cerr << status.message() << "\n";
    return std::nullopt;
  }
  Diagnostics diagnostics;
  Rulebook rulebook = LoadRulebook(*files, diagnostics);
  if (diagnostics.has_errors()) {
    std::cerr << rules << ": " << diagnostics.all().front().message << "\n";
    return std::nullopt;
  }
  return Inputs{CompiledRulebook::Compile(std::move(rulebook)),
                *std::move(read)};
}

}  // namespace audienced::benchmark_shop
