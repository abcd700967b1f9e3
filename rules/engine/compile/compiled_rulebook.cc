#include "rules/engine/compile/compiled_rulebook.h"

#include <utility>

#include "rules/engine/compile/compiler.h"
#include "rules/engine/compile/horizon.h"
#include "rules/engine/compile/look_back.h"
#include "rules/language/meaning/rulebook_meaning.h"

namespace audienced {

std::shared_ptr<const CompiledRulebook> CompiledRulebook::Compile(
    Rulebook rulebook, absl::Duration retention) {
  auto compiled = std::make_shared<CompiledRulebook>();
  compiled->model_ = std::move(rulebook);
  compiled->program_ = Compiler(compiled->model_).Run();
  if (retention != absl::InfiniteDuration()) {
    compiled->program_.retention = absl::ToInt64Microseconds(retention);
    compiled->history_span_ =
        retention + absl::Microseconds(SetLookBack(compiled->program_));
  }
  SetHorizons(compiled->program_);
  compiled->screen_ = MakeScreen(compiled->program_);
  const RulebookMeaning meaning(compiled->model_);
  compiled->fingerprint_ = meaning.Fingerprint();
  for (const Audience& audience : compiled->model_.audiences) {
    compiled->audience_fingerprints_.push_back(meaning.FingerprintOf(audience));
  }
  return compiled;
}

int CompiledRulebook::FindAudience(std::string_view name) const {
  for (size_t i = 0; i < model_.audiences.size(); ++i) {
    if (model_.audiences[i].name == name) return static_cast<int>(i);
  }
  return -1;
}

}  // namespace audienced
