#include "daemon/config/redact.h"

#include <algorithm>

namespace audienced {
namespace {

constexpr std::string_view kRedacted = "REDACTED";
constexpr std::string_view kBlanks = " \t\r\n";

size_t FindOrEnd(const std::string& text, std::string_view bytes,
                 size_t begin) {
  return std::min(text.find_first_of(bytes, begin), text.size());
}

// postgresql://user:PASSWORD@host
void RedactUrls(std::string& text) {
  constexpr std::string_view kScheme = "://";
  size_t begin = 0;
  while ((begin = text.find(kScheme, begin)) != std::string::npos) {
    begin += kScheme.size();
    const size_t end = FindOrEnd(text, kBlanks, begin);
    // The last one: a password may hold one that its author did not escape.
    const size_t at = text.rfind('@', end);
    const size_t colon = text.find(':', begin);
    if (at == std::string::npos || colon == std::string::npos || at < colon) {
      continue;
    }
    text.replace(colon + 1, at - colon - 1, kRedacted);
    begin = colon + 1 + kRedacted.size();
  }
}

// The end of the value of a connection string that begins at `begin`.
size_t ValueEnd(const std::string& text, size_t begin) {
  if (begin >= text.size() || text[begin] != '\'') {
    return FindOrEnd(text, " \t\r\n&", begin);
  }
  size_t end = begin + 1;
  while (end < text.size() && text[end] != '\n') {
    if (text[end] == '\'') return end + 1;
    const bool escapes =
        text[end] == '\\' && end + 1 < text.size() && text[end + 1] != '\n';
    end += escapes ? 2 : 1;
  }
  return end;
}

// password=PASSWORD, password = 'PASS WORD', sslpassword=PASSWORD
void RedactParameters(std::string& text) {
  constexpr std::string_view kName = "password";
  size_t begin = 0;
  while ((begin = text.find(kName, begin)) != std::string::npos) {
    begin = text.find_first_not_of(" \t", begin + kName.size());
    if (begin == std::string::npos) return;
    if (text[begin] != '=') continue;
    begin = std::min(text.find_first_not_of(" \t", begin + 1), text.size());
    text.replace(begin, ValueEnd(text, begin) - begin, kRedacted);
    begin += kRedacted.size();
  }
}

}  // namespace

std::string WithoutPasswords(std::string_view text) {
  std::string redacted(text);
  RedactUrls(redacted);
  RedactParameters(redacted);
  return redacted;
}

}  // namespace audienced
