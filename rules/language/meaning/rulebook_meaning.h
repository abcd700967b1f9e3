#ifndef AUDIENCED_RULES_LANGUAGE_MEANING_RULEBOOK_MEANING_H_
#define AUDIENCED_RULES_LANGUAGE_MEANING_RULEBOOK_MEANING_H_

#include <map>
#include <string>

#include "rules/language/meaning/canonical_text.h"
#include "rules/language/model.h"

namespace audienced {

// What a rulebook means, told in fingerprints of 16 hex digits: equal for equal
// meaning whatever the comments, the order, the titles and the names of
// conversions, ladders and groups. Each name is replaced by what it stands for,
// so a conversion that changes changes the fingerprints of all that use it and
// of nothing else. Borrows the rulebook, which has passed the checker without
// errors. Not thread-safe: keeps what it has worked out.
class RulebookMeaning : public NameMeanings {
 public:
  explicit RulebookMeaning(const Rulebook& rulebook) : rulebook_(rulebook) {}

  // Of all that decides who is in `audience`, by which evidence, with which
  // context, and what of it is published: the definitions and the audiences
  // that it reads included. Its own name counts only where it draws the control
  // share. `audience` is one of the rulebook.
  std::string FingerprintOf(const Audience& audience) const;

  // Of the whole rulebook: all audiences by name, and the definitions that
  // reports read although no audience does.
  std::string Fingerprint() const;

  std::string OfConversion(const std::string& name) const override;
  std::string OfRung(const std::string& ladder,
                     const std::string& rung) const override;
  std::string OfScore(const std::string& name) const override;
  std::string OfConsent(const std::string& purpose) const override;
  // Of its signal after steps 1 to 5, which is what others read of it.
  std::string OfAudience(const std::string& name) const override;

 private:
  std::string ContextText(const Audience& audience) const;

  const Rulebook& rulebook_;
  mutable std::map<std::string, std::string> signals_;  // by audience
};

}  // namespace audienced

#endif  // AUDIENCED_RULES_LANGUAGE_MEANING_RULEBOOK_MEANING_H_
