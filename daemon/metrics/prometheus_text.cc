#include "daemon/metrics/prometheus_text.h"

#include <charconv>
#include <cmath>

namespace audienced {
namespace {

// The shortest text that reads back as `value`.
std::string NumberText(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  char buffer[32];
  const auto result = std::to_chars(buffer, buffer + sizeof(buffer), value);
  return std::string(buffer, result.ptr);
}

// Help texts escape backslash and line break, label values quotes too.
std::string Escaped(const std::string& text, bool quotes) {
  std::string escaped;
  for (char byte : text) {
    if (byte == '\n') {
      escaped += "\\n";
    } else {
      if (byte == '\\' || (quotes && byte == '"')) escaped += '\\';
      escaped += byte;
    }
  }
  return escaped;
}

bool IsName(const std::string& name) {
  const auto is_letter = [](char byte) {
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
           byte == '_';
  };
  if (name.empty() || !is_letter(name[0])) return false;
  for (char byte : name) {
    if (!is_letter(byte) && (byte < '0' || byte > '9')) return false;
  }
  return true;
}

}  // namespace

void PrometheusText::BeginFamily(const std::string& name,
                                 const std::string& help, const char* kind) {
  text_.append("# HELP ").append(name).append(" ");
  text_.append(Escaped(help, /*quotes=*/false)).append("\n");
  text_.append("# TYPE ").append(name).append(" ").append(kind).append("\n");
}

void PrometheusText::AddSample(const std::string& name,
                               const std::string& labels, double value) {
  AddLine(name, labels, NumberText(value));
}

void PrometheusText::AddSample(const std::string& name,
                               const std::string& labels, uint64_t value) {
  AddLine(name, labels, std::to_string(value));
}

void PrometheusText::AddHistogram(const std::string& name,
                                  const std::string& labels,
                                  const Histogram& histogram) {
  const std::vector<uint64_t> counts = histogram.BucketCounts();
  const std::string before = labels.empty() ? "" : labels + ",";
  uint64_t count = 0;
  for (size_t i = 0; i < counts.size(); ++i) {
    const bool last = i == histogram.bounds().size();
    const std::string bound = last ? "+Inf" : NumberText(histogram.bounds()[i]);
    count += counts[i];
    AddSample(name + "_bucket", before + "le=\"" + bound + "\"", count);
  }
  AddSample(name + "_sum", labels, histogram.sum());
  AddSample(name + "_count", labels, count);
}

void PrometheusText::AddLine(const std::string& name, const std::string& labels,
                             const std::string& number) {
  text_.append(name);
  if (!labels.empty()) text_.append("{").append(labels).append("}");
  text_.append(" ").append(number).append("\n");
}

std::string LabelsText(
    const std::vector<std::pair<std::string, std::string>>& labels) {
  std::string text;
  for (const auto& [label, value] : labels) {
    if (!text.empty()) text.append(",");
    text.append(label).append("=\"");
    text.append(Escaped(value, /*quotes=*/true)).append("\"");
  }
  return text;
}

bool IsMetricName(const std::string& name) { return IsName(name); }

bool IsLabelName(const std::string& name) {
  return IsName(name) && name.compare(0, 2, "__") != 0;
}

}  // namespace audienced
