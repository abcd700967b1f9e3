#include "daemon/ctl/text/code_text.h"

#include <algorithm>
#include <string_view>

#include "daemon/ctl/text/text_table.h"
#include "rules/source/fault_examples.h"
#include "rules/source/message.h"

namespace audienced {
namespace {

constexpr size_t kWidth = 78;

std::string_view SeverityText(Severity severity) {
  return severity == Severity::kError ? "error" : "warning";
}

// `text` in lines of at most kWidth characters, broken at spaces.
std::string Wrapped(std::string_view text) {
  std::string lines;
  size_t width = 0;
  while (!text.empty()) {
    const size_t end = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, end);
    if (width > 0 && width + 1 + word.size() > kWidth) {
      lines += '\n';
      width = 0;
    }
    lines += Concat(width == 0 ? "" : " ", word);
    width += (width == 0 ? 0 : 1) + word.size();
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

std::string Indented(std::string_view text) {
  while (text.ends_with('\n')) text.remove_suffix(1);
  std::string lines = "  ";
  for (const char character : text) {
    lines += character;
    if (character == '\n') lines += "  ";
  }
  return lines;
}

}  // namespace

std::string CodeText(const FaultCode& code) {
  std::string text =
      Concat(code.name, " (", SeverityText(code.severity), "): ", code.summary,
             "\n\n", Wrapped(code.help), "\n");
  const FaultExample* example = FindFaultExample(code.name);
  if (example == nullptr) return text;
  return Concat(text, "\nwrong:\n", Indented(example->wrong), "\n\nright:\n",
                Indented(example->right), "\n");
}

std::string CodeListText() {
  TextTable table({{"CODE"}, {"KIND"}, {"WHAT IT IS"}});
  for (const FaultCode& code : FaultCodes()) {
    table.Add({std::string(code.name), std::string(SeverityText(code.severity)),
               std::string(code.summary)});
  }
  return table.Take();
}

}  // namespace audienced
