#ifndef AUDIENCED_DAEMON_CONFIG_SETTING_VALUE_H_
#define AUDIENCED_DAEMON_CONFIG_SETTING_VALUE_H_

#include <optional>
#include <string>
#include <string_view>

#include "daemon/config/setting_table.h"
#include "rules/source/diagnostic.h"

namespace audienced {

// Reads `text` into the setting's member; a list takes it as one more element.
// On a fault, which has no place yet, the member stays as it was.
std::optional<Diagnostic> ReadSettingValue(const Setting& setting,
                                           const std::string& text,
                                           Settings& settings);

// A fault of the settings, not yet with a place. Its code is a literal: the
// table of faults is about rule files, so those of settings need not be there.
Diagnostic SettingFault(std::string_view code, std::string message,
                        std::string help = "");

// Whether the setting is a list. ClearSettingValue() empties one, before its
// elements are read.
bool IsListSetting(const Setting& setting);
void ClearSettingValue(const Setting& setting, Settings& settings);

// Whether the setting is a number, which stands without quotes in a file.
bool IsNumberSetting(const Setting& setting);

// The value as it stands in a YAML file, without passwords.
std::string SettingValueText(const Setting& setting, const Settings& settings);

// "0s to 1d": the limits of a number or a duration; empty where there are none.
std::string SettingLimitsText(const Setting& setting);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_CONFIG_SETTING_VALUE_H_
