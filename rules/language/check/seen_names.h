#ifndef AUDIENCED_RULES_LANGUAGE_CHECK_SEEN_NAMES_H_
#define AUDIENCED_RULES_LANGUAGE_CHECK_SEEN_NAMES_H_

#include <functional>
#include <set>
#include <string>

#include "rules/language/model.h"
#include "rules/source/diagnostic.h"

namespace audienced {

// The names that the events of a database had so far.
struct SeenNames {
  using Names = std::set<std::string, std::less<>>;

  Names events;
  Names properties;  // of events
  Names items;       // properties of items
  Names traits;
  Names currencies;  // values of the property `currency`
};

// Warns of events, properties and traits that `rulebook` asks for and that were
// never seen, with the nearest name that was, and of amounts that are added
// though events have several currencies. Says nothing where no event was seen.
// `rulebook` has no errors.
void AddDataLints(const Rulebook& rulebook, const SeenNames& seen,
                  Diagnostics& diagnostics);

}  // namespace audienced

#endif  // AUDIENCED_RULES_LANGUAGE_CHECK_SEEN_NAMES_H_
