#ifndef AUDIENCED_DAEMON_CONFIG_SETTING_TABLE_H_
#define AUDIENCED_DAEMON_CONFIG_SETTING_TABLE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "daemon/config/settings.h"

namespace audienced {

// The member of Settings that a row is about; its type is the type of the
// setting.
using SettingMember = std::variant<
    std::vector<ListenAddress> Settings::*,
    std::optional<ListenAddress> Settings::*,
    std::vector<std::string> Settings::*,
    std::vector<IdentifierLimit> Settings::*,
    std::vector<ConsentNeed> Settings::*,
    std::optional<PhoneRegion> Settings::*, std::string Settings::*,
    bool Settings::*, LogFormat Settings::*, LogLevel Settings::*,
    NewAudiences Settings::*, int64_t Settings::*, absl::Duration Settings::*,
    std::optional<absl::Duration> Settings::*>;

// One setting: all that file, environment, flags, `--help` and
// `--print-config` know of it. Its default is that of the member.
struct Setting {
  // The key in the file; the other names are made from it.
  std::string_view name;
  SettingMember member;
  // What the value is, in capitals, as in `--help`.
  std::string_view value;
  // Sentences for `--help` and for the comment in the file.
  std::string_view description;
  // The limits of a number, both included; of a duration in seconds.
  int64_t minimum = 0;
  int64_t maximum = 0;
  // Of a text.
  bool may_be_empty = false;
  // Whether passwords are taken out before it is shown, and NAME_FILE is a
  // variable too.
  bool secret = false;
};

// Settings that belong together, under one heading.
struct SettingSection {
  std::string_view heading;
  absl::Span<const Setting> settings;
};

// Every setting, in the order of the file.
absl::Span<const SettingSection> SettingSections();

// The row of the key `name`, or null.
const Setting* FindSetting(std::string_view name);

// `late_after` as a flag, `--late-after`, and as a variable of the environment,
// `AUDIENCED_LATE_AFTER`.
std::string FlagOf(const Setting& setting);
std::string VariableOf(const Setting& setting);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_CONFIG_SETTING_TABLE_H_
