#include "daemon/config/settings_file.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "daemon/config/setting_table.h"
#include "daemon/config/setting_value.h"
#include "rules/source/message.h"
#include "rules/source/node.h"
#include "rules/source/spelling.h"

namespace audienced {
namespace {

std::string Found(const Node& node) {
  switch (node.kind) {
    case Node::Kind::kNull:
      return "nothing";
    case Node::Kind::kScalar:
      return Quoted(node.text);
    case Node::Kind::kSequence:
      return "a list";
    case Node::Kind::kMapping:
      return "a mapping";
  }
  return "nothing";
}

// One reading of one file.
class SettingsFileReader {
 public:
  explicit SettingsFileReader(Settings& settings) : settings_(settings) {}

  void ReadRoot(const Node& root) {
    if (root.kind == Node::Kind::kNull) return;
    if (root.kind != Node::Kind::kMapping) {
      Add(root,
          SettingFault("wrong-kind",
                       Concat("found ", Found(root),
                              "; settings are a mapping of names to values")));
      return;
    }
    for (const Node::Entry& entry : root.entries) {
      const Setting* setting = FindSetting(entry.key.text);
      if (setting == nullptr) {
        AddUnknownKey(entry.key);
      } else if (IsListSetting(*setting)) {
        ReadList(*setting, entry.value);
      } else {
        ReadScalar(*setting, entry.value);
      }
    }
  }

  std::vector<Diagnostic> TakeFaults() && { return std::move(faults_); }

 private:
  void ReadScalar(const Setting& setting, const Node& node) {
    if (node.kind != Node::Kind::kScalar) {
      Add(node, SettingFault("wrong-kind",
                             Concat("found ", Found(node), "; '", setting.name,
                                    "' has a single value")));
      return;
    }
    if (node.quoted && IsNumberSetting(setting)) {
      Add(node, SettingFault(
                    "quoted-number",
                    Concat("found ", Quoted(node.text), " in quotes; '",
                           setting.name, "' is ", SettingLimitsText(setting))));
      return;
    }
    std::optional<Diagnostic> fault =
        ReadSettingValue(setting, node.text, settings_);
    if (fault) Add(node, *std::move(fault));
  }

  void ReadList(const Setting& setting, const Node& node) {
    ClearSettingValue(setting, settings_);
    if (node.kind != Node::Kind::kSequence) {
      ReadScalar(setting, node);
      return;
    }
    if (node.elements.empty() && !setting.may_be_empty) {
      Add(node, SettingFault("empty-list",
                             Concat("'", setting.name, "' is an empty list")));
    }
    for (const Node& element : node.elements) ReadScalar(setting, element);
  }

  void AddUnknownKey(const Node& key) {
    std::vector<std::string_view> known;
    for (const SettingSection& section : SettingSections()) {
      for (const Setting& setting : section.settings) {
        known.push_back(setting.name);
      }
    }
    const std::string_view nearest = NearestName(key.text, known);
    Add(key, SettingFault("unknown-key",
                          Concat("there is no setting ", Quoted(key.text)),
                          nearest.empty()
                              ? "'audienced --print-config' shows them all"
                              : Concat("did you mean ", Quoted(nearest), "?")));
  }

  void Add(const Node& node, Diagnostic fault) {
    fault.place = node.place;
    faults_.push_back(std::move(fault));
  }

  Settings& settings_;
  std::vector<Diagnostic> faults_;
};

}  // namespace

std::vector<Diagnostic> ReadSettingsFile(const SourceFile& file,
                                         Settings& settings) {
  Diagnostics diagnostics;
  const std::optional<Node> root = ReadYaml(file, diagnostics);
  SettingsFileReader reader(settings);
  if (root) reader.ReadRoot(*root);
  std::vector<Diagnostic> faults = std::move(reader).TakeFaults();
  faults.insert(faults.end(), diagnostics.all().begin(),
                diagnostics.all().end());
  std::stable_sort(faults.begin(), faults.end(),
                   [](const Diagnostic& left, const Diagnostic& right) {
                     return left.place.range.begin < right.place.range.begin;
                   });
  return faults;
}

}  // namespace audienced
