// Writes the events of the benchmarks' shop: `events.bin` (20 bytes an event,
// shop_event.h) and `events.csv` (what `audiencectl evaluate` reads).
//
// usage: benchmark_events PERSONS FOLDER
//
// Prints one JSON object: how many persons and events, and the SHA-256 of
// events.bin. Progress goes to stderr.

#include <openssl/evp.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "tests/benchmark/shop/event_forms.h"
#include "tests/benchmark/shop/shop_visitors.h"

namespace audienced::benchmark_shop {
namespace {

constexpr size_t kLinesAtOnce = 4096;

void Tell(const char* what, size_t done, size_t all) {
  if (isatty(STDERR_FILENO) == 0) return;
  std::fprintf(stderr, "\r%s: %3zu %%%s", what, done * 100 / all,
               done == all ? "\n" : "");
}

std::string Sha256(const std::vector<ShopEvent>& events) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  EVP_Digest(events.data(), events.size() * sizeof(ShopEvent), digest, &size,
             EVP_sha256(), nullptr);
  return absl::BytesToHexString(
      std::string(reinterpret_cast<const char*>(digest), size));
}

// A file that is written from beginning to end; ends the program where that
// fails.
class OutputFile {
 public:
  explicit OutputFile(const std::string& path)
      : path_(path), file_(std::fopen(path.c_str(), "wb")) {
    if (file_ == nullptr) Fail();
  }
  void Write(const void* bytes, size_t size) {
    if (std::fwrite(bytes, 1, size, file_) != size) Fail();
  }
  void Close() {
    if (std::fclose(file_) != 0) Fail();
  }

 private:
  [[noreturn]] void Fail() const {
    std::perror(path_.c_str());
    std::exit(1);
  }

  const std::string path_;
  std::FILE* file_;
};

void WriteCsv(const std::vector<ShopEvent>& events, const std::string& path) {
  OutputFile file(path);
  std::string lines = kCsvHeader;
  for (size_t i = 0; i < events.size(); ++i) {
    AppendCsvLine(events[i], i, lines);
    if (i % kLinesAtOnce == 0 || i + 1 == events.size()) {
      file.Write(lines.data(), lines.size());
      lines.clear();
      Tell("writing events.csv", i + 1, events.size());
    }
  }
  file.Close();
}

int Main(uint32_t persons, const std::string& folder) {
  const std::vector<ShopEvent> events = MakeShopEvents(
      persons, [&](uint32_t done) { Tell("making events", done, persons); });
  Tell("making events", persons, persons);
  OutputFile file(folder + "/events.bin");
  file.Write(events.data(), events.size() * sizeof(ShopEvent));
  file.Close();
  WriteCsv(events, folder + "/events.csv");
  std::printf("{\"persons\": %u, \"events\": %zu, \"sha256\": \"%s\"}\n",
              persons, events.size(), Sha256(events).c_str());
  return 0;
}

}  // namespace
}  // namespace audienced::benchmark_shop

int main(int count, char** words) {
  uint32_t persons = 0;
  if (count != 3 || !absl::SimpleAtoi(words[1], &persons) || persons == 0) {
    std::fputs("usage: benchmark_events PERSONS FOLDER\n", stderr);
    return 2;
  }
  return audienced::benchmark_shop::Main(persons, words[2]);
}
