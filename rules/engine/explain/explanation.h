#ifndef AUDIENCED_RULES_ENGINE_EXPLAIN_EXPLANATION_H_
#define AUDIENCED_RULES_ENGINE_EXPLAIN_EXPLANATION_H_

#include <cstddef>
#include <string>
#include <vector>

#include "rules/engine/evaluation.h"
#include "rules/engine/project/projection.h"
#include "rules/history/history.h"
#include "rules/history/instant.h"

// Why a profile is in an audience at an instant, or why not, as data. Made by
// Explain(), shown by RenderExplanation() (explanation_text.h).

namespace audienced {

// An event that makes a condition hold.
struct ExplainedEvent {
  std::string event;  // its name
  Instant occurred_at;
  std::string event_id;
  std::vector<std::string> item_ids;  // of the items that were looked at
};

// One condition of the tree, or one gate. Its parts keep the order of the rule.
struct ExplainedCondition {
  std::string path;  // `who.all[0]`; of a gate its word
  std::string word;  // `did`, `sequence`, `all`, `consent`, ...
  std::string text;  // the condition as a sentence
  // Whether it holds; of a gate: whether it lets pass.
  bool holds = false;
  // [since, until): in it `holds` was and, if nothing more happens, stays what
  // it is. Never and Forever where it is open at that end.
  Instant since = Instant::Never();
  Instant until = Instant::Forever();
  // The events that make it hold, the last kExplainedLimit of them, and how
  // many there are.
  std::vector<ExplainedEvent> evidence;
  size_t evidence_count = 0;
  std::vector<std::string> evidence_values;  // of `same`; at most the limit
  // Which events would change it, as sentences: "an event of 'purchased' for
  // sku-1 would end it". Of leaves and gates; empty where none would.
  std::vector<std::string> changed_by;
  std::vector<ExplainedCondition> parts;
  // Where it stands in a rule file; empty and 0 for gates.
  std::string file;
  int line = 0;
  int column = 0;
};

struct Explanation {
  // Whether the audience holds: rules/README.md, "The audience", steps
  // 1 to 6.
  bool holds = false;
  Instant since = Instant::Never();     // as above
  Instant until = Instant::Forever();   // as above
  bool held_out = false;                // in the control share
  std::vector<std::string> changed_by;  // of the audience as a whole
  // `who`, then the gates that the audience has, in their order.
  std::vector<ExplainedCondition> conditions;
};

// How many events and values are told of a condition.
inline constexpr size_t kExplainedLimit = 100;

// Explains `audience` for the profile that `evaluation` evaluates. What would
// change is not guessed: events of the kinds that the rules ask for are tried
// on a copy of the history, and told where they do. `projection` is that of the
// evaluation; it learns the texts of those trials. Thread-safe as far as its
// arguments are.
Explanation Explain(Projection& projection, Evaluation& evaluation,
                    size_t audience, Instant at);

}  // namespace audienced

#endif  // AUDIENCED_RULES_ENGINE_EXPLAIN_EXPLANATION_H_
