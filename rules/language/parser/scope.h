#ifndef AUDIENCED_RULES_LANGUAGE_PARSER_SCOPE_H_
#define AUDIENCED_RULES_LANGUAGE_PARSER_SCOPE_H_

#include <string>
#include <string_view>
#include <utility>

#include "absl/time/time.h"
#include "rules/source/diagnostic.h"
#include "rules/source/message.h"
#include "rules/source/node.h"

namespace audienced {

// Where in a rulebook the reading is: the file's time zone, the named thing
// and the condition inside it. Faults are told through it, so that each says
// what it is in. A value; going deeper makes a new one.
class Scope {
 public:
  // `diagnostics` must outlive the scope and all made from it.
  explicit Scope(Diagnostics& diagnostics) : diagnostics_(&diagnostics) {}

  Scope InZone(absl::TimeZone zone) const {
    Scope scope = *this;
    scope.zone_ = zone;
    return scope;
  }

  // Of a named thing: `audience`, `cart-abandoners`.
  Scope Of(std::string_view kind, std::string_view name) const {
    Scope scope = *this;
    scope.owner_ = Concat(kind, " ", Quoted(name));
    return scope;
  }

  // Of the condition at `path`: `who.all[0]`.
  Scope At(std::string path) const {
    Scope scope = *this;
    scope.path_ = std::move(path);
    return scope;
  }

  // Whether a further fault is only counted: it needs no help.
  bool is_full() const { return diagnostics_->is_full(); }

  absl::TimeZone zone() const { return zone_; }
  const std::string& path() const { return path_; }

  void Fault(std::string_view code, const Place& place, std::string message,
             std::string help = "") const {
    std::string within = owner_;
    if (!owner_.empty() && !path_.empty()) {
      within += Concat(", condition ", Quoted(path_));
    }
    diagnostics_->Add(code, place, std::move(message), std::move(within),
                      std::move(help));
  }

 private:
  Diagnostics* diagnostics_;
  absl::TimeZone zone_ = absl::UTCTimeZone();
  std::string owner_;
  std::string path_;
};

// What stands at `node`, for messages: 'text', nothing, a list, a mapping.
inline std::string Found(const Node& node) {
  switch (node.kind) {
    case Node::Kind::kNull:
      return node.text.empty() ? "nothing" : Quoted(node.text);
    case Node::Kind::kScalar:
      return Quoted(node.text);
    case Node::Kind::kSequence:
      return "a list";
    case Node::Kind::kMapping:
      return "a mapping";
  }
  return "";
}

}  // namespace audienced

#endif  // AUDIENCED_RULES_LANGUAGE_PARSER_SCOPE_H_
