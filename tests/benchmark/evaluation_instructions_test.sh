#!/usr/bin/env bash
# Counts the instructions that evaluating a small fixed set of people takes, and
# holds them against the last figure, evaluation_instructions.txt: so a slower
# engine shows however busy the machine is. More or less than 3 % is a failure;
# where it is meant, write the new figure down:
#
#   tests/benchmark/evaluation_instructions_test.sh PROGRAM --write
#
# usage: evaluation_instructions_test.sh PROGRAM [--write]
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
program=$1
figure_file=$here/evaluation_instructions.txt

if ! command -v valgrind > /dev/null; then
  echo "SKIPPED: valgrind is not installed, and nothing else counts alike" >&2
  exit 77
fi

output=$(valgrind --tool=callgrind --callgrind-out-file=/dev/null \
  --toggle-collect='audienced::EvaluateFixedPeople*' "$program" 2>&1)
counted=$(sed -n 's/^.*Collected : \([0-9]*\)$/\1/p' <<< "$output")
if [[ -z $counted || $counted -eq 0 ]]; then
  echo "callgrind counted nothing:" >&2
  echo "$output" >&2
  exit 1
fi

if [[ ${2:-} == --write ]]; then
  echo "$counted" > "$figure_file"
  echo "$counted instructions"
  exit 0
fi
last=$(< "$figure_file")
percent=$(awk -v now="$counted" -v last="$last" \
  'BEGIN { printf "%.1f", (now - last) * 100 / last }')
echo "$counted instructions; the last figure was $last: $percent % more"
awk -v percent="$percent" 'BEGIN { exit percent > 3 || percent < -3 }'
