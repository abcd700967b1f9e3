#include "tests/oracle/generator/shrinking.h"

#include <optional>
#include <utility>

namespace audienced::oracle {
namespace {

using Fails = absl::FunctionRef<bool(const RandomCase&)>;

Properties Without(const Properties& properties, size_t place) {
  Properties rest;
  for (const auto& [name, value] : properties) {
    if (place-- != 0) rest.Set(name, value);
  }
  return rest;
}

// Tries `part` of `kept` with each of its elements left out.
template <typename List>
bool DropElements(RandomCase& kept, List& part, Fails fails) {
  bool dropped = false;
  for (size_t i = part.size(); i-- > 0;) {
    List before = part;
    part.erase(part.begin() + static_cast<std::ptrdiff_t>(i));
    if (fails(kept)) {
      dropped = true;
    } else {
      part = std::move(before);
    }
  }
  return dropped;
}

bool DropProperties(RandomCase& kept, Properties& properties, Fails fails) {
  bool dropped = false;
  for (size_t i = properties.size(); i-- > 0;) {
    Properties rest = Without(properties, i);
    std::swap(properties, rest);
    if (fails(kept)) {
      dropped = true;
    } else {
      std::swap(properties, rest);
    }
  }
  return dropped;
}

// Tries each part of the tree left out, and each condition that stands alone in
// a list (`all: [c]`) in place of what holds the list.
bool DropParts(RandomCase& kept, Tree& tree, Fails fails) {
  bool dropped = DropElements(kept, tree.entries(), fails);
  if (tree.entries().size() == 1) {
    Tree inner = tree.entries()[0].second;
    if (!inner.is_scalar() && inner.entries().size() == 1) {
      std::swap(tree, inner.entries()[0].second);
      if (fails(kept)) {
        dropped = true;
      } else {
        std::swap(tree, inner.entries()[0].second);
      }
    }
  }
  for (auto& [key, value] : tree.entries()) {
    dropped = DropParts(kept, value, fails) || dropped;
  }
  return dropped;
}

}  // namespace

RandomCase Shrink(RandomCase failing, Fails fails) {
  bool dropped = true;
  while (dropped) {
    dropped = DropElements(failing, failing.events, fails);
    dropped = DropElements(failing, failing.rules, fails) || dropped;
    for (RuleFile& file : failing.rules) {
      dropped = DropParts(failing, file.content, fails) || dropped;
    }
    for (Event& event : failing.events) {
      dropped = DropElements(failing, event.items, fails) || dropped;
      dropped = DropElements(failing, event.consents, fails) || dropped;
      dropped = DropProperties(failing, event.traits, fails) || dropped;
      dropped = DropProperties(failing, event.properties, fails) || dropped;
      for (Properties& item : event.items) {
        dropped = DropProperties(failing, item, fails) || dropped;
      }
    }
  }
  return failing;
}

}  // namespace audienced::oracle
