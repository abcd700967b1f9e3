#include "rules/language/parser/unsupported.h"

#include <array>

namespace audienced {
namespace {

struct UnsupportedRow {
  std::string_view construct;
  std::string_view instead;
};

constexpr std::array<UnsupportedRow, 2> kUnsupported = {{
    {"minimum_size", "leave it out; the consumer can wait for a size"},
    {"status: paused", "use 'status: draft' to publish nothing"},
}};

}  // namespace

void FaultIfUnsupported(std::string_view construct, const Node& node,
                        const Scope& scope) {
  for (const UnsupportedRow& row : kUnsupported) {
    if (row.construct != construct) continue;
    scope.Fault("not-supported-yet", node.place,
                Concat("found ", Quoted(construct),
                       ", which this version does not carry out"),
                std::string(row.instead));
  }
}

}  // namespace audienced
