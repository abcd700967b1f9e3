#include "daemon/config/invocation.h"

#include <cstdlib>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_split.h"
#include "daemon/config/command_line.h"
#include "daemon/config/print_config.h"
#include "daemon/config/redact.h"
#include "daemon/config/setting_table.h"
#include "daemon/config/setting_value.h"
#include "daemon/config/settings_file.h"
#include "daemon/system/read_file.h"
#include "rules/source/message.h"
#include "rules/source/render.h"
#include "rules/source/spelling.h"

namespace audienced {
namespace {

std::optional<std::string> Variable(const Environment& environment,
                                    const std::string& name) {
  std::optional<std::string> value = environment(name);
  if (value && value->empty()) value.reset();
  return value;
}

// Reads the layers one over the other, and gathers what is wrong in any.
class SettingsReader {
 public:
  void ReadSettings(const std::string& path) {
    absl::StatusOr<std::string> text = ReadFile(path);
    if (!text.ok()) {
      Add(SettingFault("unreadable-file",
                       std::string(text.status().message())));
      return;
    }
    // What is rendered beside a fault shows no password.
    files_.emplace_back(path, WithoutPasswords(*text));
    faults_ = ReadSettingsFile(SourceFile(path, *std::move(text)), settings_);
  }

  void ReadVariables(const Environment& environment) {
    for (const SettingSection& section : SettingSections()) {
      for (const Setting& setting : section.settings) {
        ReadVariable(setting, environment);
      }
    }
  }

  void ReadFlags(const CommandLine& command_line) {
    for (const auto& [name, values] : command_line.values) {
      const Setting& setting = *FindSetting(name);
      Read(setting, values, Concat("flag ", FlagOf(setting)));
    }
  }

  void CheckTogether() {
    CheckAtMost("max_batch_events", settings_.max_batch_events,
                "a request of that size could never be taken in");
    CheckAtMost("max_commit_events", settings_.max_commit_events,
                "a commit can never be that large");
    CheckTls();
  }

  absl::StatusOr<Settings> Finish() && {
    if (faults_.empty()) return std::move(settings_);
    std::string text;
    for (const Diagnostic& fault : faults_) {
      text += RenderText(fault, files_, Color::kNever);
    }
    return absl::InvalidArgumentError(text);
  }

 private:
  void ReadVariable(const Setting& setting, const Environment& environment) {
    const std::string name = VariableOf(setting);
    std::optional<std::string> value = Variable(environment, name);
    const std::string file_name = name + "_FILE";
    const std::optional<std::string> path =
        setting.secret ? Variable(environment, file_name) : std::nullopt;
    if (path && value) {
      Add(SettingFault("conflicting-settings",
                       Concat(name, " and ", file_name, " are both set"),
                       "keep one of them"));
      return;
    }
    if (path) {
      absl::StatusOr<std::string> text = ReadFile(*path);
      if (!text.ok()) {
        Add(SettingFault("unreadable-file",
                         std::string(text.status().message())),
            Concat("variable ", file_name));
        return;
      }
      absl::StripTrailingAsciiWhitespace(&*text);
      value = *std::move(text);
    }
    if (!value) return;
    std::vector<std::string> values = {*value};
    if (IsListSetting(setting)) values = absl::StrSplit(*value, ',');
    Read(setting, values, Concat("variable ", path ? file_name : name));
  }

  void Read(const Setting& setting, const std::vector<std::string>& values,
            const std::string& within) {
    ClearSettingValue(setting, settings_);
    for (const std::string& value : values) {
      std::optional<Diagnostic> fault =
          ReadSettingValue(setting, value, settings_);
      if (fault) Add(*std::move(fault), within);
    }
  }

  void CheckTls() {
    const bool has_tls = !settings_.tls_certificate.empty();
    if (has_tls != !settings_.tls_key.empty()) {
      Add(SettingFault("conflicting-settings",
                       "of 'tls_certificate' and 'tls_key' only one is set; "
                       "TLS needs both"));
    }
    if (!settings_.tls_client_ca.empty() && !has_tls) {
      Add(SettingFault("conflicting-settings",
                       "'tls_client_ca' is set without 'tls_certificate'; "
                       "certificates of clients come with TLS"));
    }
    for (const ListenAddress& address : settings_.listen) {
      if (has_tls || address.IsLoopback()) continue;
      Add(SettingFault(
          "bad-address",
          Concat("found ", Quoted(ListenAddressText(address)),
                 ", which is open to other machines; there 'listen' needs "
                 "'tls_certificate' and 'tls_key'"),
          "write 127.0.0.1 or [::1], or set both; see daemon/OPERATIONS.md, "
          "Security"));
    }
  }

  void CheckAtMost(std::string_view name, int64_t value,
                   std::string_view reason) {
    if (value <= settings_.max_queued_events) return;
    Add(SettingFault(
        "conflicting-settings",
        Concat("'", name, "' is ", std::to_string(value),
               ", above 'max_queued_events', which is ",
               std::to_string(settings_.max_queued_events), "; ", reason)));
  }

  // `within`: the flag or the variable, since no file holds the place.
  void Add(Diagnostic fault, std::string within = "") {
    fault.within = std::move(within);
    faults_.push_back(std::move(fault));
  }

  Settings settings_;
  std::vector<Diagnostic> faults_;
  std::vector<SourceFile> files_;
};

}  // namespace

std::optional<std::string> ProcessEnvironment(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  if (value == nullptr) return std::nullopt;
  return value;
}

std::vector<std::string> MisspeltVariables(const char* const* variables) {
  constexpr std::string_view kPrefix = "AUDIENCED_";
  std::vector<std::string> known = {"CONFIG"};
  for (const SettingSection& section : SettingSections()) {
    for (const Setting& setting : section.settings) {
      known.push_back(VariableOf(setting).substr(kPrefix.size()));
      if (setting.secret) known.push_back(known.back() + "_FILE");
    }
  }
  const std::vector<std::string_view> names(known.begin(), known.end());
  std::vector<std::string> lines;
  for (; *variables != nullptr; ++variables) {
    std::string_view name = *variables;
    name = name.substr(0, name.find('='));
    if (!name.starts_with(kPrefix)) continue;
    name.remove_prefix(kPrefix.size());
    const std::string_view nearest = NearestName(name, names);
    if (nearest.empty() || nearest == name) continue;
    lines.push_back(Concat("the variable ", kPrefix, name,
                           " is no setting; did you mean ", kPrefix, nearest,
                           "?"));
  }
  return lines;
}

absl::StatusOr<Invocation> ReadInvocation(
    const std::vector<std::string>& arguments, const Environment& environment,
    const std::string& version) {
  absl::StatusOr<CommandLine> command_line =
      ReadCommandLine(arguments, version);
  if (!command_line.ok()) return command_line.status();
  if (!command_line->output.empty()) {
    return Invocation{Invocation::Action::kPrint, command_line->output, {}};
  }
  SettingsReader reader;
  std::optional<std::string> path = command_line->config;
  if (!path) path = Variable(environment, "AUDIENCED_CONFIG");
  if (path) reader.ReadSettings(*path);
  reader.ReadVariables(environment);
  reader.ReadFlags(*command_line);
  reader.CheckTogether();
  absl::StatusOr<Settings> settings = std::move(reader).Finish();
  if (!settings.ok()) return settings.status();
  if (command_line->print_config) {
    return Invocation{Invocation::Action::kPrint, SettingsFileText(*settings),
                      *settings};
  }
  return Invocation{Invocation::Action::kServe, "", *std::move(settings)};
}

}  // namespace audienced
