#include "daemon/metrics/process_metrics.h"

#include <sys/resource.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <system_error>

namespace audienced {
namespace {

double Seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + 1e-6 * time.tv_usec;
}

double CpuSeconds() {
  rusage usage = {};
  getrusage(RUSAGE_SELF, &usage);
  return Seconds(usage.ru_utime) + Seconds(usage.ru_stime);
}

// Number `index` (0-based) of /proc/self/statm, in bytes.
double MemoryBytes(int index) {
  std::ifstream statm("/proc/self/statm");
  double pages = 0;
  for (int i = 0; i <= index; ++i) statm >> pages;
  return pages * static_cast<double>(sysconf(_SC_PAGESIZE));
}

double OpenFiles() {
  std::error_code error;
  double count = 0;
  for (std::filesystem::directory_iterator file("/proc/self/fd", error), end;
       !error && file != end; file.increment(error)) {
    ++count;
  }
  // Without the one through which they were counted.
  return count > 0 ? count - 1 : 0;
}

// When the machine started, in seconds since 1970.
double BootSeconds() {
  std::ifstream stat("/proc/stat");
  std::string word;
  double seconds = 0;
  while (stat >> word) {
    if (word == "btime" && stat >> seconds) break;
  }
  return seconds;
}

double StartSeconds() {
  std::ifstream stat("/proc/self/stat");
  std::string line;
  std::getline(stat, line);
  // The second field is the name in brackets, which may hold spaces; the start
  // is field 22, in clock ticks since the machine started.
  constexpr int kFieldsBetween = 20;
  const size_t name_end = line.rfind(')');
  if (name_end == std::string::npos) return 0;
  std::istringstream fields(line.substr(name_end + 1));
  std::string field;
  for (int i = 0; i < kFieldsBetween; ++i) fields >> field;
  return BootSeconds() + std::strtod(field.c_str(), nullptr) /
                             static_cast<double>(sysconf(_SC_CLK_TCK));
}

}  // namespace

void AddProcessMetrics(const std::string& version, MetricRegistry& registry) {
  registry
      .GetGauge("audienced_build_info", "Always 1; the label says what runs.",
                {{"version", version}})
      .Set(1);
  registry
      .GetGauge("process_start_time_seconds",
                "When the process started, in seconds since 1970.")
      .Set(StartSeconds());
  registry.AddCounterReader("process_cpu_seconds_total",
                            "CPU time of the process, user and system.",
                            CpuSeconds);
  registry.AddGaugeReader("process_virtual_memory_bytes",
                          "Address space of the process.",
                          [] { return MemoryBytes(0); });
  registry.AddGaugeReader("process_resident_memory_bytes",
                          "Memory of the process that is in RAM.",
                          [] { return MemoryBytes(1); });
  registry.AddGaugeReader("process_open_fds",
                          "Open file descriptors of the process.", OpenFiles);
}

}  // namespace audienced
