#ifndef AUDIENCED_DAEMON_CONFIG_SETTINGS_FILE_H_
#define AUDIENCED_DAEMON_CONFIG_SETTINGS_FILE_H_

#include <vector>

#include "daemon/config/settings.h"
#include "rules/source/diagnostic.h"
#include "rules/source/source_file.h"

namespace audienced {

// Reads the YAML of `file`, a mapping of setting names to values, into
// `settings`. Answers with every fault and its place, in the order of places;
// the setting of a faulty value stays as it was. An empty file sets nothing.
std::vector<Diagnostic> ReadSettingsFile(const SourceFile& file,
                                         Settings& settings);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_CONFIG_SETTINGS_FILE_H_
