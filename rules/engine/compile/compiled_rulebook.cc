#include "rules/engine/compile/compiled_rulebook.h"

#include <xxhash.h>

#include <utility>

#include "absl/strings/str_format.h"
#include "rules/engine/compile/compiler.h"
#include "rules/engine/compile/describe.h"

namespace audienced {

std::shared_ptr<const CompiledRulebook> CompiledRulebook::Compile(
    Rulebook rulebook) {
  auto compiled = std::make_shared<CompiledRulebook>();
  compiled->model_ = std::move(rulebook);
  compiled->program_ = Compiler(compiled->model_).Run();
  const std::string meaning = DescribeMeaning(compiled->model_);
  compiled->fingerprint_ =
      absl::StrFormat("%016x", XXH3_64bits(meaning.data(), meaning.size()));
  return compiled;
}

int CompiledRulebook::FindAudience(std::string_view name) const {
  for (size_t i = 0; i < model_.audiences.size(); ++i) {
    if (model_.audiences[i].name == name) return static_cast<int>(i);
  }
  return -1;
}

}  // namespace audienced
