#!/usr/bin/env bash
# Installs what is missing, builds, and runs the tests.
#
# usage: tests/run.sh [--long] [--preset NAME]
#
#   (nothing)      the tests of rules/ and the store under the address sanitizer
#                  and the fuzzers for a minute, by clang, then every test with
#                  the label `ci` on the release build: what runs with every
#                  change
#   --long         first of all both sanitizers of gcc, also with the daemon under
#                  faults, and last the tests with the label `long` too: long
#                  schedules, large data
#   --preset NAME  only the label `ci`, on one preset: dev, release, asan, tsan
#   -h, --help     this text
#
# One test: ctest --preset release -R NAME, after a build.
set -euo pipefail

PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
export LC_ALL=C.UTF-8
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=examples/progress.sh
. examples/progress.sh

long='' preset=''
while [ $# -gt 0 ]; do
  case $1 in
    --long) long=yes ;;
    --preset) preset=${2:?"--preset wants a name"}; shift ;;
    -h | --help) sed -n '2,/^set -/p' "$0" | sed '$d; s/^# \{0,1\}//'; exit ;;
    *) fail "unknown option '$1'" 'tests/run.sh -h lists them' ;;
  esac
  shift
done

# What the sanitizers watch: a failure of theirs is a failure of the test.
export ASAN_OPTIONS=${ASAN_OPTIONS:-detect_stack_use_after_return=1}
export LSAN_OPTIONS=${LSAN_OPTIONS:-suppressions=$PWD/tests/sanitizers/leaks.supp:print_suppressions=0}
export UBSAN_OPTIONS=${UBSAN_OPTIONS:-print_stacktrace=1}
export TSAN_OPTIONS=${TSAN_OPTIONS:-second_deadlock_stack=1:suppressions=$PWD/tests/sanitizers/races.supp}

# run PRESET LABEL: ctest's own lines, its summary last. Most of the time tests
# wait for the disk and for each other's processes, not for a processor.
run() {
  ctest --test-dir "build/$1" -L "^($2)\$" -j "$((2 * $(nproc)))" \
    --output-on-failure --no-label-summary --no-tests=error
}

examples/install-packages.sh

if [ -n "$preset" ]; then
  step "Building the preset $preset"
  build "$preset"
  step "Running its tests"
  run "$preset" ci
  exit
fi

failed=''

# sanitized PRESET [TARGET...]: builds and runs what touches memory most.
sanitized() {
  step "Building rules/ and the store with the preset $1"
  build "$@" sanitized_tests
  step "Running their tests with the preset $1"
  run "$1" sanitized || failed="$failed $1"
}

# faults PRESET: the daemon under faults.
faults() {
  step "Building the daemon with the preset $1"
  build "$1" audienced audiencectl
  step "Running it under faults"
  tests/fault/run.py --schedules 40 --binary-dir "build/$1/bin" ||
    failed="$failed $1-faults"
}

if [ -n "$long" ]; then
  for preset in tsan asan; do
    sanitized $preset
    faults $preset
  done
fi

# One build for both: its sanitizers are those of the tests too. (Debian's
# yaml-cpp is not built with it, see tests/fuzz/run_fuzzers.sh.)
ASAN_OPTIONS=$ASAN_OPTIONS:detect_container_overflow=0 sanitized fuzz fuzzers
step 'Fuzzing'
tests/fuzz/run_fuzzers.sh 60 || failed="$failed fuzz"

step 'Building everything with the preset release'
build release
[ -z "$long" ] || build release benchmarks
step 'Running the tests'
run release "ci${long:+|long}" || failed="$failed release"

# Nothing more is said where all went well: ctest has spoken.
[ -z "$failed" ] || fail "tests failed with:$failed"
