#include "rules/source/render.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string_view>

#include "rules/source/message.h"
#include "rules/source/printable.h"

namespace audienced {
namespace {

// The part of a long line that is shown.
constexpr size_t kShownBytes = 160;
// What of it lies before the fault.
constexpr size_t kShownBeforeBytes = 60;

struct Paint {
  std::string_view bold;
  std::string_view severity;
  std::string_view caret;
  std::string_view plain;
};

Paint PaintFor(Severity severity, Color color) {
  if (color == Color::kNever) return {};
  return {"\x1b[1m", severity == Severity::kError ? "\x1b[1;31m" : "\x1b[1;33m",
          "\x1b[1;32m", "\x1b[0m"};
}

std::string_view SeverityName(Severity severity) {
  return severity == Severity::kError ? "error" : "warning";
}

bool ContinuesCharacter(char byte) { return (byte & 0xC0) == 0x80; }

// `text` without what could steer a terminal. Tabs stay: what is marked below
// them must not move.
std::string PrintableLine(std::string_view text) {
  std::string line;
  while (true) {
    const size_t tab = text.find('\t');
    line += Printable(text.substr(0, tab));
    if (tab == std::string_view::npos) return line;
    line += '\t';
    text.remove_prefix(tab + 1);
  }
}

const SourceFile* FindFile(absl::Span<const SourceFile> files,
                           std::string_view name) {
  for (const SourceFile& file : files) {
    if (file.name() == name) return &file;
  }
  return nullptr;
}

// The bytes of a line that are shown: all, or a stretch around the fault.
struct Excerpt {
  size_t begin = 0;
  size_t end = 0;
};

Excerpt ExcerptAround(std::string_view line, size_t fault) {
  if (line.size() <= kShownBytes) return {0, line.size()};
  Excerpt excerpt;
  if (fault > kShownBeforeBytes) excerpt.begin = fault - kShownBeforeBytes;
  excerpt.end = std::min(line.size(), excerpt.begin + kShownBytes);
  while (excerpt.begin > 0 && ContinuesCharacter(line[excerpt.begin])) {
    --excerpt.begin;
  }
  while (excerpt.end < line.size() && ContinuesCharacter(line[excerpt.end])) {
    ++excerpt.end;
  }
  return excerpt;
}

// Spaces under `line` up to the fault, then a caret under each character of
// it. Tabs stay tabs, so that the carets stand below the text in any terminal.
std::string CaretLine(std::string_view line, size_t begin, size_t end,
                      const Paint& paint) {
  std::string carets;
  for (size_t i = 0; i < begin && i < line.size(); ++i) {
    if (!ContinuesCharacter(line[i])) carets += line[i] == '\t' ? '\t' : ' ';
  }
  carets += paint.caret;
  size_t count = 0;
  for (size_t i = begin; i < end && i < line.size(); ++i) {
    if (!ContinuesCharacter(line[i])) ++count;
  }
  carets.append(std::max<size_t>(count, 1), '^');
  return carets.append(paint.plain);
}

// The line before the fault, its line, and the carets.
std::string Snippet(const SourceFile& file, const Range& range,
                    const Paint& paint) {
  const int number = range.begin.line;
  const std::string_view line = file.Line(number);
  const size_t width = std::to_string(number).size();
  const auto numbered = [&](int at, std::string_view text) {
    const std::string digits = std::to_string(at);
    return Concat("  ", std::string(width - digits.size(), ' '), digits, " | ",
                  PrintableLine(text), "\n");
  };

  std::string snippet;
  if (number > 1) {
    const std::string_view before = file.Line(number - 1);
    const Excerpt shown = ExcerptAround(before, 0);
    snippet += numbered(number - 1, before.substr(0, shown.end));
  }
  const size_t fault = std::min<size_t>(range.begin.column - 1, line.size());
  const size_t fault_end =
      range.end.line > number ? line.size() : range.end.column - 1;
  const Excerpt shown = ExcerptAround(line, fault);
  const std::string_view text =
      line.substr(shown.begin, shown.end - shown.begin);
  snippet += numbered(number, text);
  snippet += Concat("  ", std::string(width, ' '), " | ",
                    CaretLine(text, fault - shown.begin,
                              std::max(fault_end, fault) - shown.begin, paint),
                    "\n");
  return snippet;
}

}  // namespace

std::string RenderText(const Diagnostic& diagnostic,
                       absl::Span<const SourceFile> files, Color color) {
  const Paint paint = PaintFor(diagnostic.severity, color);
  const Range& range = diagnostic.place.range;
  std::string text;
  if (!diagnostic.place.file.empty()) {
    text = Concat(paint.bold, PrintableLine(diagnostic.place.file), ":",
                  std::to_string(range.begin.line), ":",
                  std::to_string(range.begin.column), ":", paint.plain, " ");
  }
  text += Concat(paint.severity, SeverityName(diagnostic.severity), ":",
                 paint.plain, " ", PrintableLine(diagnostic.message), " [",
                 diagnostic.code, "]\n");
  const SourceFile* file = FindFile(files, diagnostic.place.file);
  if (file != nullptr) text += Snippet(*file, range, paint);
  if (!diagnostic.within.empty()) {
    text += Concat("  in ", PrintableLine(diagnostic.within), "\n");
  }
  if (!diagnostic.help.empty()) {
    text += Concat("  help: ", PrintableLine(diagnostic.help), "\n");
  }
  return text;
}

std::string RenderJson(const Diagnostic& diagnostic) {
  const Range& range = diagnostic.place.range;
  const nlohmann::ordered_json json = {
      {"file", diagnostic.place.file},
      {"line", range.begin.line},
      {"column", range.begin.column},
      {"end_line", range.end.line},
      {"end_column", range.end.column},
      {"severity", std::string(SeverityName(diagnostic.severity))},
      {"code", std::string(diagnostic.code)},
      {"message", diagnostic.message},
      {"within", diagnostic.within},
      {"help", diagnostic.help},
  };
  // Bytes of a file that is no UTF-8 must not end in an exception.
  return json.dump(-1, ' ', false,
                   nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace audienced
