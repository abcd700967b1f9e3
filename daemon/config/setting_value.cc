#include "daemon/config/setting_value.h"

#include <array>
#include <nlohmann/json.hpp>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/time/time.h"
#include "daemon/config/redact.h"
#include "daemon/destination/normal_form/phone.h"
#include "rules/language/duration_text.h"
#include "rules/source/message.h"
#include "rules/source/spelling.h"

namespace audienced {
namespace {

using Fault = std::optional<Diagnostic>;

// What stands for the absence of an address or a duration.
constexpr std::string_view kNone = "none";

// --- Words ------------------------------------------------------------------

template <typename Meaning>
struct Word {
  std::string_view text;
  Meaning meaning;
};

constexpr std::array<Word<LogFormat>, 2> kLogFormats = {
    {{"json", LogFormat::kJson}, {"console", LogFormat::kConsole}}};

constexpr std::array<Word<LogLevel>, 4> kLogLevels = {
    {{"debug", LogLevel::kDebug},
     {"info", LogLevel::kInfo},
     {"warning", LogLevel::kWarning},
     {"error", LogLevel::kError}}};

constexpr std::array<Word<NewAudiences>, 2> kNewAudiences = {
    {{"existing", NewAudiences::kExisting},
     {"entered", NewAudiences::kEntered}}};

constexpr std::array<Word<bool>, 2> kTruths = {
    {{"true", true}, {"false", false}}};

constexpr const auto& WordsOf(bool) { return kTruths; }
constexpr const auto& WordsOf(NewAudiences) { return kNewAudiences; }
constexpr const auto& WordsOf(LogFormat) { return kLogFormats; }
constexpr const auto& WordsOf(LogLevel) { return kLogLevels; }

template <typename Meaning>
Fault ReadWord(const Setting& setting, const std::string& text,
               Meaning& value) {
  std::vector<std::string_view> known;
  for (const auto& word : WordsOf(value)) {
    if (word.text == text) {
      value = word.meaning;
      return std::nullopt;
    }
    known.push_back(word.text);
  }
  const std::string_view nearest = NearestName(text, known);
  return SettingFault(
      "unknown-word",
      Concat("found ", Quoted(text), "; '", setting.name, "' is one of ",
             setting.value),
      nearest.empty() ? "" : Concat("did you mean ", Quoted(nearest), "?"));
}

// --- Reading ----------------------------------------------------------------

// SimpleAtoi alone would take spaces and a plus sign too.
bool ReadDigits(const std::string& text, int64_t& number) {
  return !text.empty() &&
         text.find_first_not_of("0123456789") == std::string::npos &&
         absl::SimpleAtoi(text, &number);
}

// Whether `text` can be the kind of an identifier.
bool IsKind(const std::string& text) {
  return !text.empty() && text[0] >= 'a' && text[0] <= 'z' &&
         text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") ==
             std::string::npos;
}

Fault CheckLimits(const Setting& setting, const std::string& text,
                  std::string_view code, bool within) {
  if (within) return std::nullopt;
  return SettingFault(code, Concat("found ", Quoted(text), "; '", setting.name,
                                   "' is ", SettingLimitsText(setting)));
}

Fault ReadValue(const Setting& setting, const std::string& text,
                int64_t& value) {
  int64_t number = 0;
  const bool whole = ReadDigits(text, number);
  const Fault fault = CheckLimits(
      setting, text, "bad-number",
      whole && number >= setting.minimum && number <= setting.maximum);
  if (!fault) value = number;
  return fault;
}

Fault ReadValue(const Setting& setting, const std::string& text,
                absl::Duration& value) {
  const std::optional<absl::Duration> duration = ParseDurationText(text);
  if (!duration) {
    return SettingFault("bad-duration",
                        Concat("found ", Quoted(text), "; '", setting.name,
                               "' is a duration like 30s, 15m or 1d12h"));
  }
  Fault fault = CheckLimits(setting, text, "bad-duration",
                            *duration >= absl::Seconds(setting.minimum) &&
                                *duration <= absl::Seconds(setting.maximum));
  if (!fault) value = *duration;
  return fault;
}

Fault ReadAddress(const Setting& setting, const std::string& text,
                  ListenAddress& value) {
  absl::StatusOr<ListenAddress> address = ParseListenAddress(text);
  if (!address.ok()) {
    return SettingFault(
        "bad-address",
        Concat("found ", Quoted(text), "; '", setting.name, "' is HOST:PORT"),
        "write for example 127.0.0.1:8450 or [::1]:8450");
  }
  value = *std::move(address);
  return std::nullopt;
}

// One that is served in plain to whoever connects.
Fault ReadValue(const Setting& setting, const std::string& text,
                ListenAddress& value) {
  ListenAddress address;
  Fault fault = ReadAddress(setting, text, address);
  if (fault) return fault;
  if (!address.IsLoopback()) {
    return SettingFault(
        "bad-address",
        Concat("found ", Quoted(text), ", which is open to other machines; '",
               setting.name,
               "' must be a loopback address, as clients do not authenticate "
               "themselves there"),
        "write 127.0.0.1 or [::1], and reach it from elsewhere through a proxy "
        "that authenticates");
  }
  value = std::move(address);
  return std::nullopt;
}

// Which of them need TLS is seen when all settings are read.
Fault ReadValue(const Setting& setting, const std::string& text,
                std::vector<ListenAddress>& value) {
  ListenAddress address;
  Fault fault = ReadAddress(setting, text, address);
  if (!fault) value.push_back(std::move(address));
  return fault;
}

Fault ReadValue(const Setting& setting, const std::string& text,
                PhoneRegion& value) {
  if (!IsPhoneRegion(text)) {
    return SettingFault("bad-region",
                        Concat("found ", Quoted(text), "; '", setting.name,
                               "' is a country of two letters, or none"),
                        "write for example GB");
  }
  value.code = text;
  return std::nullopt;
}

template <typename T>
Fault ReadValue(const Setting& setting, const std::string& text,
                std::optional<T>& value) {
  if (text == kNone) {
    value.reset();
    return std::nullopt;
  }
  T read;
  Fault fault = ReadValue(setting, text, read);
  if (!fault) value = std::move(read);
  return fault;
}

Fault ReadValue(const Setting& setting, const std::string& text,
                std::string& value) {
  if (text.empty() && !setting.may_be_empty) {
    return SettingFault("empty-text", Concat("'", setting.name, "' is empty"));
  }
  value = text;
  return std::nullopt;
}

Fault ReadValue(const Setting&, const std::string& text,
                std::vector<std::string>& value) {
  if (!text.empty()) value.push_back(text);
  return std::nullopt;
}

Fault ReadValue(const Setting& setting, const std::string& text,
                std::vector<IdentifierLimit>& value) {
  const size_t sign = text.find('=');
  IdentifierLimit limit;
  limit.kind = text.substr(0, sign);
  const bool is_limit = sign != std::string::npos && IsKind(limit.kind) &&
                        ReadDigits(text.substr(sign + 1), limit.limit) &&
                        limit.limit >= 1 && limit.limit <= 10000;
  if (!is_limit) {
    return SettingFault("bad-limit",
                        Concat("found ", Quoted(text), "; '", setting.name,
                               "' has the form KIND=NUMBER, from 1 to 10000"),
                        "write for example email=5");
  }
  value.push_back(std::move(limit));
  return std::nullopt;
}

Fault ReadValue(const Setting& setting, const std::string& text, bool& value) {
  return ReadWord(setting, text, value);
}

Fault ReadValue(const Setting& setting, const std::string& text,
                std::vector<ConsentNeed>& value) {
  std::optional<ConsentNeed> need = ParseConsentNeed(text);
  if (!need) {
    return SettingFault(
        "bad-consents",
        Concat("found ", Quoted(text), "; '", setting.name,
               "' has the form DESTINATION=PURPOSE+PURPOSE"),
        "write for example google=ad_user_data+ad_personalization; "
        "destinations are raw, google, meta, tiktok and linkedin");
  }
  value.push_back(*std::move(need));
  return std::nullopt;
}

Fault ReadValue(const Setting& setting, const std::string& text,
                LogFormat& value) {
  return ReadWord(setting, text, value);
}

Fault ReadValue(const Setting& setting, const std::string& text,
                LogLevel& value) {
  return ReadWord(setting, text, value);
}

Fault ReadValue(const Setting& setting, const std::string& text,
                NewAudiences& value) {
  return ReadWord(setting, text, value);
}

// --- Writing ----------------------------------------------------------------

// In double quotes. What JSON writes there YAML reads.
std::string InQuotes(const std::string& text) {
  using Json = nlohmann::json;
  return Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string ValueText(int64_t value) { return std::to_string(value); }

std::string ValueText(absl::Duration value) { return DurationText(value); }

std::string ValueText(const ListenAddress& value) {
  return InQuotes(ListenAddressText(value));
}

// In quotes: YAML takes NO for a boolean.
std::string ValueText(const PhoneRegion& value) { return InQuotes(value.code); }

std::string ValueText(const ConsentNeed& value) {
  return InQuotes(ConsentNeedText(value));
}

std::string ValueText(const IdentifierLimit& value) {
  return InQuotes(Concat(value.kind, "=", std::to_string(value.limit)));
}

template <typename Value>
inline constexpr bool kIsList = false;
template <typename Element>
inline constexpr bool kIsList<std::vector<Element>> = true;

template <typename T>
std::string ValueText(const std::optional<T>& value) {
  return value ? ValueText(*value) : std::string(kNone);
}

std::string ValueText(const std::string& value) {
  return InQuotes(WithoutPasswords(value));
}

template <typename Element>
std::string ListText(const std::vector<Element>& value) {
  std::string text;
  for (const Element& element : value) {
    text += Concat(text.empty() ? "" : ", ", ValueText(element));
  }
  return Concat("[", text, "]");
}

std::string ValueText(const std::vector<ListenAddress>& value) {
  return ListText(value);
}

std::string ValueText(const std::vector<std::string>& value) {
  return ListText(value);
}

std::string ValueText(const std::vector<IdentifierLimit>& value) {
  return ListText(value);
}

std::string ValueText(const std::vector<ConsentNeed>& value) {
  return ListText(value);
}

template <typename Meaning>
requires(std::is_enum_v<Meaning> || std::is_same_v<Meaning, bool>) std::string
    ValueText(Meaning value) {
  for (const auto& word : WordsOf(value)) {
    if (word.meaning == value) return std::string(word.text);
  }
  return "";
}

}  // namespace

Diagnostic SettingFault(std::string_view code, std::string message,
                        std::string help) {
  Diagnostic fault;
  fault.code = code;
  fault.message = std::move(message);
  fault.help = std::move(help);
  return fault;
}

std::optional<Diagnostic> ReadSettingValue(const Setting& setting,
                                           const std::string& text,
                                           Settings& settings) {
  return std::visit(
      [&](auto member) { return ReadValue(setting, text, settings.*member); },
      setting.member);
}

bool IsListSetting(const Setting& setting) {
  return std::visit(
      [](auto member) {
        return kIsList<std::decay_t<decltype(Settings().*member)>>;
      },
      setting.member);
}

void ClearSettingValue(const Setting& setting, Settings& settings) {
  std::visit(
      [&](auto member) {
        using Value = std::decay_t<decltype(settings.*member)>;
        if constexpr (kIsList<Value>) (settings.*member).clear();
      },
      setting.member);
}

bool IsNumberSetting(const Setting& setting) {
  return std::holds_alternative<int64_t Settings::*>(setting.member);
}

std::string SettingValueText(const Setting& setting, const Settings& settings) {
  return std::visit([&](auto member) { return ValueText(settings.*member); },
                    setting.member);
}

std::string SettingLimitsText(const Setting& setting) {
  if (IsNumberSetting(setting)) {
    return Concat("a whole number from ", std::to_string(setting.minimum),
                  " to ", std::to_string(setting.maximum));
  }
  const bool is_duration =
      std::holds_alternative<absl::Duration Settings::*>(setting.member);
  const bool is_optional =
      std::holds_alternative<std::optional<absl::Duration> Settings::*>(
          setting.member);
  if (is_duration || is_optional) {
    return Concat(is_optional ? "none, or " : "", "a duration from ",
                  DurationText(absl::Seconds(setting.minimum)), " to ",
                  DurationText(absl::Seconds(setting.maximum)));
  }
  return "";
}

}  // namespace audienced
