#!/usr/bin/env bash
# `audiencectl explain-code`: help for each code of a fault, a list of all, and
# the nearest of a misspelt one.
#
# usage: explain_code_test.sh AUDIENCECTL
set -euo pipefail
export LC_ALL=C

audiencectl=$1
fail() { echo "error: $1"; exit 1; }

codes=$("$audiencectl" explain-code | awk 'NR > 1 { print $1 }')
[ "$(echo "$codes" | wc -l)" -ge 60 ] || fail "too few codes: $codes"
for code in $codes; do
  "$audiencectl" explain-code "$code" | grep -q "^$code (" ||
    fail "no help for $code"
done
# As it stands behind a fault.
"$audiencectl" explain-code '[empty-window]' |
  grep -qF 'who: { did: carted, in_last: 7d }' || fail 'no example'

code=0
message=$("$audiencectl" explain-code empty-windw 2>&1) || code=$?
[ "$code" -eq 2 ] || fail "a misspelt code ended with $code"
echo "$message" | grep -qF "did you mean 'empty-window'?" || fail "$message"
