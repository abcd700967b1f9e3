#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <sstream>
#include <string>

#include "rules/source/message.h"
#include "rules/source/node.h"
#include "rules/source/yaml_builder.h"
#include "rules/source/yaml_text.h"

namespace audienced {
namespace {

// Whether `file` is a text of bearable size at all.
bool IsReadable(const SourceFile& file, Diagnostics& diagnostics) {
  if (file.text().size() > SourceFile::kSizeLimitBytes) {
    diagnostics.Add("file-too-large", {file.name(), {}},
                    Concat("the file has ", std::to_string(file.text().size()),
                           " bytes; a rule file has at most ",
                           std::to_string(SourceFile::kSizeLimitBytes)),
                    "", "split it: all files of a folder are one rulebook");
    return false;
  }
  const std::optional<size_t> bad = FindByteThatIsNoText(file.text());
  if (bad) {
    diagnostics.Add("not-text", {file.name(), file.RangeOf(*bad, *bad + 1)},
                    "found a byte that is no text; a rule file is UTF-8 "
                    "without control characters",
                    "", "save the file as UTF-8");
    return false;
  }
  return true;
}

// What helps where a syntax error has a usual cause.
std::string SyntaxHelp(std::string_view message) {
  if (message.find("alias") != std::string_view::npos) {
    return "put a star in quotes: event: \"*\"";
  }
  if (message.find("tab") != std::string_view::npos) {
    return "indent with spaces";
  }
  return "";
}

// yaml-cpp notices a missing bracket at the end of the text or where the next
// key begins; its author looks for the one that is open.
bool MissesBracket(std::string_view message) {
  return message.find("flow not found") != std::string_view::npos;
}

void AddSyntaxFault(const YAML::Exception& error, const YamlBuilder& builder,
                    Diagnostics& diagnostics) {
  const std::optional<Place> bracket = builder.OpenBracket();
  if (MissesBracket(error.msg) && bracket) {
    diagnostics.Add("yaml-syntax", *bracket,
                    "this is no YAML: the bracket is never closed");
    return;
  }
  diagnostics.Add("yaml-syntax", builder.PlaceAt(error.mark),
                  Concat("this is no YAML: ", error.msg), "",
                  SyntaxHelp(error.msg));
}

}  // namespace

const Node* Node::Find(std::string_view key) const {
  for (const Entry& entry : entries) {
    if (entry.key.text == key) return &entry.value;
  }
  return nullptr;
}

std::optional<Node> ReadYaml(const SourceFile& file, Diagnostics& diagnostics) {
  if (!IsReadable(file, diagnostics)) return std::nullopt;
  const size_t skipped_bytes =
      file.text().starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0;
  YamlBuilder builder(file, skipped_bytes, diagnostics);
  // yaml-cpp reports by exceptions; none of them leaves this function.
  try {
    std::istringstream input(file.text().substr(skipped_bytes));
    YAML::Parser parser(input);
    if (!parser.HandleNextDocument(builder)) {
      Node empty;
      empty.place = {file.name(), {}};
      return empty;
    }
    parser.HandleNextDocument(builder);
  } catch (const YamlBuilder::StopParsing&) {
    // The fault is told; what was read before it is of use.
  } catch (const YAML::Exception& error) {
    AddSyntaxFault(error, builder, diagnostics);
  }
  return builder.TakeDocument();
}

}  // namespace audienced
