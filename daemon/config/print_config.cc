#include "daemon/config/print_config.h"

#include <string_view>

#include "daemon/config/setting_table.h"
#include "daemon/config/setting_value.h"
#include "daemon/config/wrap.h"
#include "rules/source/message.h"

namespace audienced {
namespace {

constexpr size_t kLineWidth = 80;
constexpr std::string_view kCommentSign = "# ";

// `text` as comment lines.
std::string Comment(std::string_view text) {
  std::string comment;
  for (const std::string& line :
       WrappedLines(text, kLineWidth - kCommentSign.size())) {
    comment += Concat(kCommentSign, line, "\n");
  }
  return comment;
}

// "A duration from 0s to 1d; 1m if not set."
std::string LimitsAndDefault(const Setting& setting) {
  std::string text = SettingLimitsText(setting);
  if (text.empty()) text = std::string(setting.value);
  if (text[0] == 'a') text[0] = 'A';
  return Concat(text, "; ", SettingValueText(setting, Settings()),
                " if not set.");
}

}  // namespace

std::string SettingsFileText(const Settings& settings) {
  std::string text = Comment(
      "Settings of audienced. Each of them can also be a variable of the "
      "environment (late_after: AUDIENCED_LATE_AFTER), which goes before this "
      "file, and a flag (--late-after), which goes before both. "
      "AUDIENCED_DATABASE_FILE names a file that holds the value of database. "
      "A duration is written like 30s, 15m, 7d or 1d12h.");
  for (const SettingSection& section : SettingSections()) {
    text += Concat("\n# --- ", section.heading, " ---\n");
    for (const Setting& setting : section.settings) {
      text += Concat("\n", Comment(setting.description),
                     Comment(LimitsAndDefault(setting)), setting.name, ": ",
                     SettingValueText(setting, settings), "\n");
    }
  }
  return text;
}

}  // namespace audienced
