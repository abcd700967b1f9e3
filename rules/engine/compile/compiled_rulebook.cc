#include "rules/engine/compile/compiled_rulebook.h"

#include <algorithm>
#include <utility>

#include "absl/strings/string_view.h"
#include "rules/engine/compile/compiler.h"
#include "rules/engine/compile/horizon.h"
#include "rules/engine/compile/look_back.h"
#include "rules/language/meaning/rulebook_meaning.h"

namespace audienced {
namespace {

// Whether histories hold the same of events for both, of which `later` has all
// that `former` has.
bool HasSameSchema(const Program& later, const Program& former) {
  const auto have_one_name = [](const auto& left, const auto& right) {
    return left.first == right.first;
  };
  return later.letters.size() == former.letters.size() &&
         later.event_columns.size() == former.event_columns.size() &&
         later.item_columns.size() == former.item_columns.size() &&
         std::equal(later.purposes.begin(), later.purposes.end(),
                    former.purposes.begin(), former.purposes.end(),
                    have_one_name);
}

}  // namespace

std::shared_ptr<const CompiledRulebook> CompiledRulebook::Compile(
    Rulebook rulebook, absl::Duration retention, Columns columns) {
  return Compile(std::move(rulebook),
                 retention == absl::InfiniteDuration()
                     ? 0
                     : absl::ToInt64Microseconds(retention),
                 columns, nullptr);
}

std::shared_ptr<const CompiledRulebook> CompiledRulebook::Compile(
    Rulebook rulebook, Micros retention, Columns columns,
    const Program* former) {
  auto compiled = std::make_shared<CompiledRulebook>();
  compiled->model_ = std::move(rulebook);
  compiled->program_ = Compiler(compiled->model_, columns, former).Run();
  const Micros look_back = SetLookBack(compiled->program_);
  if (retention != 0) {
    compiled->program_.retention = retention;
    compiled->history_span_ = absl::Microseconds(retention + look_back);
  }
  SetHorizons(compiled->program_);
  compiled->screen_ = MakeScreen(compiled->program_);
  const RulebookMeaning meaning(compiled->model_);
  compiled->fingerprint_ = meaning.Fingerprint();
  for (const Audience& audience : compiled->model_.audiences) {
    compiled->audience_numbers_.emplace(
        audience.name, static_cast<int>(compiled->audience_numbers_.size()));
    compiled->audience_fingerprints_.push_back(meaning.FingerprintOf(audience));
  }
  return compiled;
}

std::shared_ptr<const CompiledRulebook> CompiledRulebook::CompileFor(
    const CompiledRulebook& former) const {
  const Columns columns =
      program_.amounts ? Columns::kWithAmounts : Columns::kOfRules;
  auto compiled =
      Compile(model_, program_.retention, columns, &former.program_);
  return HasSameSchema(compiled->program_, former.program_) ? compiled
                                                            : nullptr;
}

int CompiledRulebook::FindAudience(std::string_view name) const {
  const auto found =
      audience_numbers_.find(absl::string_view(name.data(), name.size()));
  return found == audience_numbers_.end() ? -1 : found->second;
}

}  // namespace audienced
