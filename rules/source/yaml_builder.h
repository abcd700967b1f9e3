#ifndef AUDIENCED_RULES_SOURCE_YAML_BUILDER_H_
#define AUDIENCED_RULES_SOURCE_YAML_BUILDER_H_

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/mark.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "rules/source/diagnostic.h"
#include "rules/source/node.h"
#include "rules/source/source_file.h"

namespace audienced {

// Builds the located tree while yaml-cpp parses, in one pass: what is refused
// is refused before a node of it exists. Internal to rules/source.
//
// One builder reads one file. It throws StopParsing, through yaml-cpp, where
// reading on makes no sense; the fault is then in the diagnostics.
class YamlBuilder final : public YAML::EventHandler {
 public:
  struct StopParsing {};

  // Both must outlive the builder. `skipped_bytes` stand before the text that
  // yaml-cpp was given.
  YamlBuilder(const SourceFile& file, size_t skipped_bytes,
              Diagnostics& diagnostics)
      : file_(file), skipped_bytes_(skipped_bytes), diagnostics_(diagnostics) {}

  // The document; absent where its end was not reached, or where an alias
  // stands in place of a part, so that all that follows would be guesses.
  std::optional<Node> TakeDocument();

  Place PlaceAt(const YAML::Mark& mark) const;

  // The bracket or brace of the innermost flow list or mapping that is still
  // open; where the text ends early, it is the one that was never closed.
  std::optional<Place> OpenBracket() const;

  void OnDocumentStart(const YAML::Mark& mark) override;
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnScalar(const YAML::Mark& mark, const std::string& tag,
                YAML::anchor_t anchor, const std::string& value) override;
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag,
                       YAML::anchor_t anchor,
                       YAML::EmitterStyle::value style) override;
  void OnSequenceEnd() override { Close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag,
                  YAML::anchor_t anchor,
                  YAML::EmitterStyle::value style) override;
  void OnMapEnd() override { Close(); }

 private:
  // A list or mapping that is not yet closed.
  struct Open {
    Node node;
    size_t begin = 0;          // offset of its first byte
    size_t end = 0;            // offset after its last part so far
    std::optional<Node> key;   // of a mapping: waits for its value
    bool drops_value = false;  // the value of a key that was refused
    std::map<std::string, int, std::less<>> key_lines;
  };

  size_t OffsetOf(const YAML::Mark& mark) const;
  Place PlaceOf(size_t begin, size_t end) const;
  void Fault(std::string_view code, size_t begin, size_t end,
             std::string message, std::string help);
  void RefuseProperties(size_t begin, const std::string& tag,
                        YAML::anchor_t anchor);
  // Ends the reading of a file that has too many values.
  void CountNode(size_t begin);
  void OpenCollection(Node::Kind kind, const YAML::Mark& mark,
                      const std::string& tag, YAML::anchor_t anchor);
  void Close();
  // Puts a finished node where it belongs.
  void Attach(Node node, size_t end);
  void AttachKey(Open& mapping, Node key);

  const SourceFile& file_;
  const size_t skipped_bytes_;
  Diagnostics& diagnostics_;
  int documents_ = 0;
  int nodes_ = 0;
  bool misses_part_ = false;
  std::vector<Open> open_;
  std::optional<Node> document_;
};

// Says that the no-break space at the offset `begin` has to be another one.
void AddNoBreakSpaceFault(const SourceFile& file, size_t begin,
                          Diagnostics& diagnostics);

}  // namespace audienced

#endif  // AUDIENCED_RULES_SOURCE_YAML_BUILDER_H_
