#!/usr/bin/env bash
# Runs the fuzzers side by side: those of rules/ from the rule files of the
# project as seeds and the words of the language as a dictionary, that of events
# from a batch with everything in it, that of cursors from one of each kind. A
# finding fails the run, is kept, and what reproduces it is printed.
#
# usage: tests/fuzz/run_fuzzers.sh [SECONDS]     (default: 60; after a build
#        with `cmake --preset fuzz && cmake --build --preset fuzz`)
set -euo pipefail
export LC_ALL=C
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

seconds=${1:-60}
bin=$PWD/build/fuzz/bin
work=$PWD/build/fuzz/run
mkdir -p "$work/findings"

# Keys and words of the language, as the sources of its readers quote them.
grep -ohE '"[a-z_$][a-z0-9_$-]{1,40}"' rules/language/parser/*.cc \
  rules/scenario/*.cc rules/language/*.cc | sort -u >"$work/words.dict"
printf '%s\n' '"\x0a  "' '": "' '"{ "' '" }"' '"["' '"]"' '"- "' '"\""' \
  '"7d"' '"1d12h"' '"2026-03-01T00:00:00Z"' '"10%"' '"*"' >>"$work/words.dict"

# seeds FOLDER FILE...: copies, by numbers; names may repeat.
seeds() {
  local folder=$1 number=0 file
  rm -rf "$folder"
  mkdir -p "$folder"
  shift
  for file in "$@"; do cp "$file" "$folder/$((++number)).yaml"; done
}
mapfile -t tests < <(find examples tests -name '*.test.yaml')
mapfile -t rules < <(find examples tests -name '*.yaml' ! -name '*.test.yaml')
seeds "$work/rule_loader_fuzz" "${rules[@]}"
seeds "$work/rule_test_fuzz" "${tests[@]}"
# What lies behind the origin of a cursor, of a page of a list and of an export.
seeds "$work/cursor_fuzz"
head -c 64 /dev/zero >"$work/cursor_fuzz/positions"
{ cat "$work/cursor_fuzz/positions"; printf '\2\4cart\5ebook'; } \
  >"$work/cursor_fuzz/cursor"
{ printf '\4cart'; cat "$work/cursor_fuzz/positions"; printf '\1\7\7\7'; } \
  >"$work/cursor_fuzz/list"
printf '\1\1\2\2\1a\1b' >"$work/cursor_fuzz/export"
seeds "$work/event_fuzz"
protoc -Iproto --encode=audienced.v1.IngestEventsRequest \
  audienced/v1/event_service.proto <tests/fuzz/events.textproto \
  >"$work/event_fuzz/batch"

# Debian's yaml-cpp is not instrumented: containers that pass between it and us
# would look overflowed.
export ASAN_OPTIONS=detect_container_overflow=0:detect_stack_use_after_return=1
export UBSAN_OPTIONS=print_stacktrace=1

seed=${AUDIENCED_FUZZ_SEED:-$(date +%s)}
fuzz() {  # FUZZER
  local dictionary=()
  [[ $1 != rule_* ]] || dictionary=(-dict="$work/words.dict")
  "$bin/$1" -max_total_time="$seconds" -seed="$seed" -max_len=8192 \
    -timeout=20 -rss_limit_mb=2048 "${dictionary[@]}" \
    -artifact_prefix="$work/findings/$1-" -print_final_stats=1 \
    "$work/$1" >"$work/$1.log" 2>&1
}

echo "fuzzing for $seconds s, seed $seed (AUDIENCED_FUZZ_SEED repeats it)"
declare -A running
for fuzzer in rule_loader_fuzz rule_test_fuzz cursor_fuzz event_fuzz; do
  fuzz "$fuzzer" &
  running[$fuzzer]=$!
done
failed=0
for fuzzer in "${!running[@]}"; do
  if wait "${running[$fuzzer]}"; then
    inputs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$work/$fuzzer.log")
    echo "$fuzzer: $inputs inputs, no finding"
  else
    failed=1
    echo "FAILED: $fuzzer:"
    grep -vE '^#[0-9]+\s+(NEW|REDUCE|pulse|RELOAD)' "$work/$fuzzer.log" |
      tail -n 60
    finding=$(sed -n 's/.*Test unit written to //p' "$work/$fuzzer.log" | tail -n 1)
    echo "to reproduce, after cmake --preset fuzz && cmake --build --preset fuzz:"
    echo "  base64 -d >finding <<'END' && build/fuzz/bin/$fuzzer finding"
    [ -z "$finding" ] || base64 "$finding"
    echo END
  fi
done
exit $failed
