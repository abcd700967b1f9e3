// Rule files that were made to hurt: each is refused, or taken, within a bound
// of memory and of processor time.

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <string>

#include "rules/engine/compile/compiled_rulebook.h"
#include "rules/language/load.h"
#include "rules/source/render.h"

namespace audienced {
namespace {

constexpr size_t kMebibyte = 1 << 20;

// Far above what any of them takes, and far below what an unbounded one would.
constexpr rlim_t kMemoryLimitBytes = 1 << 30;
constexpr rlim_t kProcessorLimitSeconds = 60;

std::string Repeated(const std::string& part, size_t count) {
  std::string text;
  text.reserve(part.size() * count);
  for (size_t i = 0; i < count; ++i) text += part;
  return text;
}

// As often as it fits, `$` being the number.
std::string Numbered(const std::string& begin, const std::string& line,
                     size_t limit_bytes = kMebibyte) {
  std::string text = begin;
  for (int i = 0; text.size() + line.size() + 16 < limit_bytes; ++i) {
    for (const char character : line) {
      text += character == '$' ? std::to_string(i) : std::string(1, character);
    }
  }
  return text;
}

constexpr char kHead[] =
    "version: 1\nconversions: { x: { kind: macro, event: x } }\n";

struct HostileText {
  std::string name;
  std::string text;
  bool is_refused = true;
};

// Nesting: of brackets, of blocks, of both, closed and not.
std::vector<HostileText> DeepTexts() {
  std::string steps;
  for (int i = 0; i < 1400; ++i) steps += std::string(i, ' ') + "a:\n";
  return {{"a deep list", "a: " + Repeated("[", 100'000)},
          {"a deep list that is closed",
           Repeated("[", 100'000) + Repeated("]", 100'000)},
          {"nothing but brackets", Repeated("[", kMebibyte)},
          {"nothing but braces", Repeated("{", kMebibyte)},
          {"a deep mapping", Repeated("{a: ", 100'000)},
          {"deep blocks on one line", Repeated("- ", 100'000)},
          {"deep keys on one line", Repeated("? ", 100'000)},
          {"deep blocks", steps},
          {"lists in mappings", Repeated("[{a: ", 100'000)},
          {"brackets in blocks", Repeated("- [a: {b: ", 100'000)}};
}

// Very many of the same.
std::vector<HostileText> LongTexts() {
  return {{"50 MB", std::string(50 * kMebibyte, 'a')},
          {"many keys", Numbered("", "k$:\n")},
          {"one key many times", Repeated("a:\n", kMebibyte / 3)},
          {"keys of one mapping on one line",
           "{" + Repeated("a,", kMebibyte / 2 - 2) + "}"},
          {"a long list", "[" + Repeated("a,", kMebibyte / 2 - 2) + "]"},
          {"a long list of quoted words",
           "[" + Repeated("\"a\",", kMebibyte / 4 - 2)},
          {"a long list of nothing", Repeated("-\n", kMebibyte / 2)},
          {"a long list of lists", Repeated("- []\n", kMebibyte / 5)},
          {"one line", "a: " + std::string(kMebibyte - 3, 'x')},
          {"one long key", std::string(kMebibyte - 3, 'x') + ": 1"},
          {"one quoted text", '"' + std::string(kMebibyte - 1, 'a')},
          {"backslashes", '"' + std::string(kMebibyte - 1, '\\')},
          {"quotes", std::string(kMebibyte, '\'')},
          {"a plain text of many lines", "a" + Repeated("\n b", kMebibyte / 3)},
          {"a block of text", "a: >" + Repeated("\n b", kMebibyte / 3 - 2)},
          {"line feeds", std::string(kMebibyte, '\n')},
          {"carriage returns", std::string(kMebibyte, '\r')},
          {"dashes", std::string(kMebibyte, '-')},
          {"colons", std::string(kMebibyte, ':')},
          {"documents", Repeated("---\n", kMebibyte / 4)}};
}

// What YAML can do and rule files must not.
std::vector<HostileText> AnchorTexts() {
  std::string bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n";
  for (char name = 'b'; name <= 'z'; ++name) {
    const std::string before(1, static_cast<char>(name - 1));
    bomb += std::string(1, name) + ": &" + name + " [" +
            Repeated("*" + before + ",", 9) + "]\n";
  }
  return {
      {"an alias bomb", bomb},
      {"many anchors", Numbered("", "- &a$ x\n")},
      {"many aliases", "a: &a x\nb: [" + Repeated("*a,", kMebibyte / 3 - 8)},
      {"many tags", Repeated("- !x y\n", kMebibyte / 7)}};
}

// What is no text.
std::vector<HostileText> ByteTexts() {
  const std::string mark = "\xEF\xBB\xBF";
  return {{"zeros", std::string(kHead) + std::string(1000, '\0')},
          {"no UTF-8", std::string(kMebibyte, '\xFF')},
          {"half a character", std::string(kHead) + "a: \xC3"},
          {"many byte order marks", Repeated(mark, kMebibyte / 3)},
          {"a byte order mark", mark + kHead, false},
          {"line ends of Windows", "version: 1\r\nconsents: { a: denied }\r\n",
           false}};
}

// YAML that is fine, and rules that are not.
std::vector<HostileText> RuleTexts() {
  const std::string audiences = std::string(kHead) + "audiences:\n";
  const std::string who = audiences + " a: { who: ";
  return {{"unknown keys", Numbered("", "versin$: 1\n", 400'000)},
          {"unknown names",
           Numbered(audiences, " a$: { who: { did: b$ } }\n", 300'000)},
          {"a list of unknown names",
           who + "{ did: [" + Numbered("", "y$, ", 600'000) + "z] } }"},
          {"one name many times", Numbered("version: 1\nconversions:\n",
                                           " a: { event: x }\n", 300'000)},
          {"a chain without end",
           Numbered(audiences, " b$: { who: { in_audience: c$ } }\n", 400'000)},
          {"a large number", who + "{ did: x } , minimum_size: " +
                                 std::string(1'000'000, '9') + " }"},
          {"a pattern of patterns",
           std::string("version: 1\nconversions: { x: { kind: macro, event: x, "
                       "where: { a: { matches: \"") +
               Repeated("(a{900})", 1000) + "\" } } } }\n"},
          {"many large patterns",
           Numbered("version: 1\nconversions:\n",
                    " x$: { event: x, kind: macro, where: { a: { matches: "
                    "'(a{100}){9}$' } } }\n",
                    500'000),
           false},
          {"equal audiences",
           Numbered(audiences, " a$: { who: { did: x } }\n", 300'000), false}};
}

// A chain of audiences, each of which uses the next: `levels` of them.
std::string Chain(int levels) {
  std::string text = std::string(kHead) + "audiences:\n";
  for (int i = 1; i < levels; ++i) {
    text += " a" + std::to_string(i) + ": { who: { in_audience: a" +
            std::to_string(i + 1) + " } }\n";
  }
  return text + " a" + std::to_string(levels) + ": { who: { did: x } }\n";
}

// Whether the text has errors. Tells every fault and, without errors, compiles:
// all that a daemon does with rules that a client sends.
bool IsRefused(const std::string& text) {
  const std::vector<SourceFile> files = {{"hostile.yaml", text}};
  Diagnostics diagnostics;
  Rulebook rulebook = LoadRulebook(files, diagnostics);
  for (const Diagnostic& diagnostic : diagnostics.all()) {
    RenderText(diagnostic, files, Color::kAlways);
    RenderJson(diagnostic);
  }
  if (diagnostics.has_errors()) return true;
  CompiledRulebook::Compile(std::move(rulebook));
  return false;
}

// The same in a process of its own that may use so much and no more.
void ExpectBounded(const HostileText& hostile) {
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
#ifndef __SANITIZE_ADDRESS__  // it reserves terabytes of addresses
    const rlimit memory = {kMemoryLimitBytes, kMemoryLimitBytes};
    setrlimit(RLIMIT_AS, &memory);
#endif
    const rlimit processor = {kProcessorLimitSeconds, kProcessorLimitSeconds};
    setrlimit(RLIMIT_CPU, &processor);
    _exit(IsRefused(hostile.text) ? 1 : 0);
  }
  int status = 0;
  rusage usage = {};
  ASSERT_EQ(wait4(child, &status, 0, &usage), child);
  ASSERT_TRUE(WIFEXITED(status))
      << hostile.name << " ends in signal " << WTERMSIG(status);
  EXPECT_EQ(WEXITSTATUS(status), hostile.is_refused ? 1 : 0) << hostile.name;
  std::printf("%8.2f s %6ld MiB  %s\n",
              static_cast<double>(usage.ru_utime.tv_sec) +
                  static_cast<double>(usage.ru_utime.tv_usec) / 1e6,
              usage.ru_maxrss / 1024, hostile.name.c_str());
}

void ExpectBounded(const std::vector<HostileText>& texts) {
  for (const HostileText& hostile : texts) ExpectBounded(hostile);
}

TEST(HostileRulesTest, Nesting) { ExpectBounded(DeepTexts()); }
TEST(HostileRulesTest, Length) { ExpectBounded(LongTexts()); }
TEST(HostileRulesTest, Anchors) { ExpectBounded(AnchorTexts()); }
TEST(HostileRulesTest, Bytes) { ExpectBounded(ByteTexts()); }
TEST(HostileRulesTest, Rules) { ExpectBounded(RuleTexts()); }

TEST(HostileRulesTest, ChainsOfAudiences) {
  ExpectBounded({{"64 audiences in a chain", Chain(64), false},
                 {"65 audiences in a chain", Chain(65)},
                 {"20000 audiences in a chain", Chain(20'000)}});
}

TEST(HostileRulesTest, OfVeryManyFaultsTheFirstAreKept) {
  const std::vector<SourceFile> files = {
      {"hostile.yaml", Numbered("version: 1\n", "key$: 1\n", 300'000)}};
  Diagnostics diagnostics;
  LoadRulebook(files, diagnostics);
  EXPECT_EQ(diagnostics.all().size(), Diagnostics::kStoredLimit);
  EXPECT_GT(diagnostics.error_count(), 10'000);
}

}  // namespace
}  // namespace audienced
