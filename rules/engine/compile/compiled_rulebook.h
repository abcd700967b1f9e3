#ifndef AUDIENCED_RULES_ENGINE_COMPILE_COMPILED_RULEBOOK_H_
#define AUDIENCED_RULES_ENGINE_COMPILE_COMPILED_RULEBOOK_H_

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/time/time.h"
#include "rules/engine/compile/program.h"
#include "rules/engine/compile/screen.h"
#include "rules/language/model.h"

namespace audienced {

// A rulebook ready to run: names resolved, equal conditions made one, all event
// selectors gathered into one alphabet and all properties that the rules look
// at into one schema. Immutable; shared by all threads.
class CompiledRulebook {
 public:
  // `rulebook` has passed the checker without errors. An event counts for less
  // than `retention` after it occurred.
  static std::shared_ptr<const CompiledRulebook> Compile(
      Rulebook rulebook, absl::Duration retention = absl::InfiniteDuration(),
      Columns columns = Columns::kOfRules);

  // These rules for histories that were made for `former`: what both ask of
  // events has the numbers that it has there. Null where those histories do not
  // tell all that these rules ask.
  std::shared_ptr<const CompiledRulebook> CompileFor(
      const CompiledRulebook& former) const;

  const Rulebook& model() const { return model_; }

  // Audiences are numbered as in model().audiences.
  size_t audience_count() const { return model_.audiences.size(); }
  const Audience& audience(size_t index) const {
    return model_.audiences[index];
  }
  // The number of the audience, or -1.
  int FindAudience(std::string_view name) const;

  // What the engine runs (program.h).
  const Program& program() const { return program_; }

  // What the engine asks first (screen.h).
  const Screen& screen() const { return screen_; }

  // How long before an instant an event can lie and still matter to what is
  // told of it: the retention and how far audiences look back themselves.
  // InfiniteDuration where events count for ever.
  absl::Duration history_span() const { return history_span_; }

  // A fingerprint of what the rules mean: equal for equal meaning whatever the
  // comments, the order of files or the titles. 16 hex digits.
  const std::string& fingerprint() const { return fingerprint_; }

  // The same of one audience: of all that its signal, its evidence, its context
  // and its publication depend on, in the definitions and audiences that it
  // reads too (rules/language/meaning/rulebook_meaning.h).
  const std::string& audience_fingerprint(size_t index) const {
    return audience_fingerprints_[index];
  }

 private:
  static std::shared_ptr<const CompiledRulebook> Compile(Rulebook rulebook,
                                                         Micros retention,
                                                         Columns columns,
                                                         const Program* former);

  Rulebook model_;
  Program program_;
  Screen screen_;
  absl::Duration history_span_ = absl::InfiniteDuration();
  absl::flat_hash_map<std::string, int> audience_numbers_;
  std::string fingerprint_;
  std::vector<std::string> audience_fingerprints_;
};

}  // namespace audienced

#endif  // AUDIENCED_RULES_ENGINE_COMPILE_COMPILED_RULEBOOK_H_
