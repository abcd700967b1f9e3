#ifndef AUDIENCED_TESTS_UNIT_LOADING_H_
#define AUDIENCED_TESTS_UNIT_LOADING_H_

#include <string>
#include <vector>

#include "rules/language/load.h"
#include "rules/source/render.h"

namespace audienced {

// What one rule file gives, for tests.
struct Loaded {
  Rulebook rulebook;
  Diagnostics diagnostics;

  // The names of all faults, in order.
  std::vector<std::string> codes() const {
    std::vector<std::string> codes;
    for (const Diagnostic& one : diagnostics.all()) {
      codes.emplace_back(one.code);
    }
    return codes;
  }

  // All faults as text without lines of the file, for failure messages.
  std::string text() const {
    std::string text;
    for (const Diagnostic& one : diagnostics.all()) {
      text += RenderText(one, {}, Color::kNever);
    }
    return text;
  }
};

inline Loaded Load(const std::vector<SourceFile>& files,
                   absl::Duration retention = absl::InfiniteDuration()) {
  Loaded loaded;
  loaded.rulebook = LoadRulebook(files, loaded.diagnostics, retention);
  return loaded;
}

inline Loaded Load(const std::string& text) {
  return Load(std::vector<SourceFile>{{"shop.yaml", text}});
}

// A rule file with the conversions viewed, carted and purchased, the ladder
// shop, the score heat, the consent email, and `audiences`, indented by two.
inline std::string ShopWith(const std::string& audiences) {
  return R"yaml(version: 1
timezone: Europe/London
conversions:
  viewed: { kind: micro, role: process, event: view_item }
  carted: { kind: micro, role: process, event: add_to_cart }
  purchased: { kind: macro, event: purchase }
ladders: { shop: { rungs: [viewed, carted, purchased], all_within: 7d } }
scores: { heat: { points: { viewed: 1, carted: 5 }, half_life: 14d } }
consents: { email: denied }
audiences:
)yaml" + audiences;
}

// The same with one audience `tested` that has the condition `who`.
inline std::string ShopWithWho(const std::string& who) {
  return ShopWith("  tested: { who: " + who + " }\n");
}

}  // namespace audienced

#endif  // AUDIENCED_TESTS_UNIT_LOADING_H_
