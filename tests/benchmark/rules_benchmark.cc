// How long rules take: a rulebook of 300 audiences over several files, loaded,
// checked and compiled. The goal is 200 ms; nothing here asserts it.

#include <benchmark/benchmark.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "rules/engine/compile/compiled_rulebook.h"
#include "rules/language/load.h"

namespace audienced {
namespace {

constexpr int kFileCount = 10;

// The conversions of one part of a shop; `$` is its number.
constexpr char kDefinitions[] = R"yaml(version: 1
timezone: Europe/London
conversions:
  viewed-$:
    { kind: micro, role: process, event: view_item, where: { country: "C$" } }
  carted-$:
    { kind: micro, role: process, event: add_to_cart, where: { country: "C$" } }
  checkout-$: { kind: micro, role: process, event: begin_checkout }
  downloaded-$:
    kind: micro
    role: secondary
    event: file_download
    where:
      file_extension: [pdf, epub]
      file_name: { matches: "(?i)guide-$" }
    worth: 5.00
  purchased-$:
    kind: macro
    event: purchase
    once_per: transaction_id
    where: { value: { above: $ } }
ladders:
  ladder-$:
    rungs: [viewed-$, carted-$, checkout-$, purchased-$]
    all_within: 7d
scores:
  heat-$:
    points: { viewed-$: 1, carted-$: 5, downloaded-$: 8 }
    half_life: 14d
consents: { mail-$: denied }
audiences:
)yaml";

// Six audiences as people write them; `$` is the file, `#` the audience.
constexpr char kAudiences[] = R"yaml(
  abandoners-#:
    title: Carted but not purchased, #
    who:
      sequence:
        - did: carted-$
        - did_not: [purchased-$]
          for: #m
      same: item_id
      in_last: 3d
    consent: [mail-$]
    context: [cart, value]
  browsers-#:
    title: Viewed at least # times
    who: { did: viewed-$, times: #, same: item_id, in_last: 14d }
    except: { in_audience: abandoners-# }
    stay: 7d
  spenders-#:
    who:
      all:
        - { did: purchased-$, sum: { of: value, at_least: #00 }, in_last: 365d }
        - { did_not: purchased-$, in_last: #d }
        - none:
            - { trait: { plan: [pro, team] } }
            - did: { event: refund, where: { value: { above: # } } }
              in_last: 90d
    consent: [mail-$]
    group: offers-$
    priority: #
  leads-#:
    who:
      did: downloaded-$
      in_last: 90d
      where: { page_path: { starts_with: "/books/#" } }
    except:
      any: [{ did: purchased-$ }, { score: { of: heat-$, below: # } }]
    rejoin_after: 30d
    holdout: 10%
  stuck-#:
    who: { on_rung: { ladder: ladder-$, rung: checkout-$, in_last: #d } }
    status: draft
  quiet-#:
    who:
      all:
        - { known_for: #d }
        - { did_not: viewed-$, in_last: 30d }
        - { sample: 50% }
    minimum_size: 100
)yaml";

std::string Filled(const std::string& text, int file, int audience) {
  std::string filled;
  for (const char character : text) {
    if (character == '$') {
      absl::StrAppend(&filled, file);
    } else if (character == '#') {
      absl::StrAppend(&filled, audience);
    } else {
      filled += character;
    }
  }
  return filled;
}

// `count` audiences, a multiple of 6 times the number of files.
std::vector<SourceFile> Rules(int count) {
  std::vector<SourceFile> files;
  const int sets = count / 6 / kFileCount;
  for (int file = 1; file <= kFileCount; ++file) {
    std::string text = Filled(kDefinitions, file, 0);
    for (int set = 1; set <= sets; ++set) {
      text += Filled(kAudiences, file, file * 100 + set);
    }
    files.emplace_back(absl::StrCat("part", file, ".yaml"), std::move(text));
  }
  return files;
}

void LoadCheckAndCompile(benchmark::State& state) {
  const std::vector<SourceFile> files = Rules(static_cast<int>(state.range(0)));
  size_t audiences = 0;
  for (auto _ : state) {
    Diagnostics diagnostics;
    Rulebook rulebook = LoadRulebook(files, diagnostics);
    if (diagnostics.has_errors()) {
      state.SkipWithError(diagnostics.all().front().message.c_str());
      return;
    }
    const auto compiled = CompiledRulebook::Compile(std::move(rulebook));
    audiences = compiled->audience_count();
    benchmark::DoNotOptimize(compiled);
  }
  state.counters["audiences"] = static_cast<double>(audiences);
}
BENCHMARK(LoadCheckAndCompile)
    ->Arg(60)
    ->Arg(300)
    ->Arg(1200)
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace audienced

BENCHMARK_MAIN();
