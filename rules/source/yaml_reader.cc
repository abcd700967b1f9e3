#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <sstream>
#include <string>
#include <utility>

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
  const std::optional<size_t> conflict = FindConflictMarker(file.text());
  if (conflict) {
    const size_t end = file.text().find('\n', *conflict);
    diagnostics.Add("yaml-syntax", {file.name(), file.RangeOf(*conflict, end)},
                    "this is no YAML: two versions of the file were merged and "
                    "not settled",
                    "",
                    "keep one of the two, and take out the lines that begin "
                    "with <<<<<<<, ======= and >>>>>>>");
    return false;
  }
  return true;
}

// What helps where a syntax error has a usual cause. `before` is the line up to
// the place of the error.
std::string SyntaxHelp(std::string_view message, std::string_view before) {
  const auto says = [message](std::string_view words) {
    return message.find(words) != std::string_view::npos;
  };
  if (says("alias")) return "put a star in quotes: event: \"*\"";
  if (says("tab")) return "indent with spaces";
  if (says("illegal map value")) {
    return before.find(": ") != std::string_view::npos
               ? "a text with a colon in it goes in quotes: title: \"Carts: "
                 "all "
                 "of them\""
               : "a key needs a space behind its colon, here and in the lines "
                 "before: did: carted";
  }
  if (says("block scalar")) {
    return "a comparison is written as a key: { at_least: 3 }; a text that "
           "begins with > goes in quotes";
  }
  return "";
}

// Whether the line is indented by a tab, which YAML does not take.
bool IsIndentedByTab(std::string_view line) {
  const size_t first = line.find_first_not_of(' ');
  return first != std::string_view::npos && line[first] == '\t';
}

// A no-break space that was meant to be white space, in line `line` or in the
// one before: yaml-cpp notices it when the next key begins.
std::optional<size_t> OddSpaceNear(const SourceFile& file, int line) {
  for (int each = line; each >= std::max(line - 1, 1); --each) {
    const std::optional<size_t> found = FindOddSpace(file.Line(each));
    if (found) return file.OffsetOf({each, 1}) + *found;
  }
  return std::nullopt;
}

// Whether a bracket of the text is closed after all, as far as brackets are
// counted.
bool IsClosed(std::string_view text, size_t bracket) {
  int depth = 0;
  for (size_t at = bracket; at < text.size(); ++at) {
    const char c = text[at];
    depth += (c == '[' || c == '{') - (c == ']' || c == '}');
    if (depth == 0) return true;
    if (c == '\n') return false;
  }
  return false;
}

// What yaml-cpp calls the end of a map or sequence that it did not find.
bool IsOddlyIndented(std::string_view message) {
  return message.find("end of map not found") != std::string_view::npos ||
         message.find("end of sequence not found") != std::string_view::npos;
}

// yaml-cpp notices a missing bracket at the end of the text or where the next
// key begins; its author looks for the one that is open.
bool MissesBracket(std::string_view message) {
  return message.find("flow not found") != std::string_view::npos;
}

void AddSyntaxFault(const SourceFile& file, const YAML::Exception& error,
                    const YamlBuilder& builder, Diagnostics& diagnostics) {
  const std::optional<Place> bracket = builder.OpenBracket();
  if (MissesBracket(error.msg) && bracket) {
    const size_t opened = file.OffsetOf(bracket->range.begin);
    if (IsClosed(file.text(), opened)) {
      diagnostics.Add("yaml-syntax", *bracket,
                      "this is no YAML: an entry in these brackets is none", "",
                      "between commas there is one key and its value; a value "
                      "that has keys of its own is in brackets too, { did: { "
                      "event: add_to_cart } }, and a text with a colon in "
                      "quotes");
      return;
    }
    const char opener = file.text()[opened];
    diagnostics.Add("yaml-syntax", *bracket,
                    "this is no YAML: the bracket is never closed", "",
                    opener == '[' ? "close it with ]" : "close it with }");
    return;
  }
  const Place place = builder.PlaceAt(error.mark);
  const Position at = place.range.begin;
  const std::string_view line = file.Line(at.line);
  if (IsIndentedByTab(line)) {
    diagnostics.Add("yaml-syntax", place,
                    "this is no YAML: the line is indented by a tab", "",
                    "indent with spaces");
    return;
  }
  if (const auto space = OddSpaceNear(file, at.line)) {
    AddNoBreakSpaceFault(file, *space, diagnostics);
    return;
  }
  if (IsOddlyIndented(error.msg)) {
    diagnostics.Add("yaml-syntax", place,
                    "this is no YAML: no line above is indented like this one",
                    "",
                    "give it as many spaces as what it stands beside, or more "
                    "than what it belongs to");
    return;
  }
  diagnostics.Add("yaml-syntax", place, Concat("this is no YAML: ", error.msg),
                  "", SyntaxHelp(error.msg, line.substr(0, at.column - 1)));
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
    std::string text = file.text().substr(skipped_bytes);
    // A quote that is open at the end is told by its place only so.
    if (!text.ends_with('\n')) text += '\n';
    std::istringstream input(std::move(text));
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
    AddSyntaxFault(file, error, builder, diagnostics);
  }
  return builder.TakeDocument();
}

}  // namespace audienced
