#!/usr/bin/env bash
# `audiencectl backtest` on files: the sample shop, day by day, equals what
# `evaluate` says at the end of each day; its forms of output and its errors.
#
# usage: backtest_offline_test.sh AUDIENCECTL AUDIENCED-SHOP SHOP-RULES
set -euo pipefail
export LC_ALL=C.UTF-8

audiencectl=$(readlink -f "$1")
shop=$(readlink -f "$2")
rules=$(readlink -f "$3")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
failed=0

complain() {
  failed=1
  echo "FAILED: $1"
  sed 's/^/  out: /' out
  sed 's/^/  err: /' err
}
# expect CODE ARGUMENT...: the backtest ends with CODE; its streams are kept.
expect() {
  local wanted=$1 got=0
  shift
  "$audiencectl" backtest --rules "$rules" --events shop.jsonl "$@" \
    >out 2>err || got=$?
  [ "$got" = "$wanted" ] || complain "backtest $* ends with $got, not $wanted"
}

"$shop" --profiles 800 --until 2026-04-02T12:00:00Z --output shop.jsonl \
  2>/dev/null

# The clock of London, whose days these are, goes forward on 2026-03-29.
while read -r audience day at; do
  expect 0 "$audience" --since 2026-03-26 --output csv
  size=$(awk -F, -v day="$day" '$1 == day { print $2 }' out)
  members=$("$audiencectl" evaluate --rules "$rules" --events shop.jsonl \
    --at "$at" --audience "$audience" --output ids | wc -l)
  [ "$size" = "$members" ] || complain \
    "$audience has $size members on $day, and $members by evaluate --at $at"
  [ "$members" -gt 0 ] || complain "nobody is in $audience on $day"
done <<'END'
cart-abandoners 2026-03-28 2026-03-28T23:59:59.999999Z
cart-abandoners 2026-03-29 2026-03-29T22:59:59.999999Z
viewed-not-carted 2026-03-27 2026-03-27T23:59:59.999999Z
viewed-not-carted 2026-03-31 2026-03-31T22:59:59.999999Z
ebook-leads 2026-03-30 2026-03-30T22:59:59.999999Z
END

# Each size is the one before, plus entries, minus exits.
expect 0 viewed-not-carted --since 7d --output csv
[ "$(head -n 1 out)" = day,size,held_out,entries,exits ] ||
  complain 'the head line of the CSV differs'
awk -F, 'NR > 2 && $2 != size + $4 - $5 { exit 1 } { size = $2 }' out ||
  complain 'the days do not add up'
[ "$(wc -l <out)" = 9 ] || complain '7d back from noon touch 8 days'

expect 0 cart-abandoners --since 2026-03-26 --within 2d
grep -qE '^2026-03-29 +[0-9]+ +[0-9]+ +[0-9]+( +#+)?$' out ||
  complain 'the table has no line of 2026-03-29'
grep -qE '^goal +[0-9]+ of [0-9]+ .*entries reached purchased within 2d$' out ||
  complain 'the goal is not told'
expect 0 cart-abandoners --since 2026-03-26 --output json
grep -qF '"goal":["purchased"],"within_seconds":604800.000000' out ||
  complain 'the goal is not told as JSON'
expect 0 cart-abandoners --since 7d --goal signed_up
grep -qF 'reached signed_up within 7d' out || complain '--goal is not heeded'

expect 2 cart-abandoner --since 7d
grep -qF "did you mean 'cart-abandoners'?" err || complain 'no nearest name'
expect 2 cart-abandoners --since 7d --goal purchase
grep -qF "did you mean 'purchased'?" err || complain 'no nearest goal'
expect 2 cart-abandoners --since last-week
grep -qF "since is 'last-week'" err || complain '--since is not refused'
expect 2 cart-abandoners --since 7d --until 2027-01-01
grep -qF 'the last instant that is known' err || complain 'it tells the future'
expect 2 cart-abandoners --since 7d --within soon
grep -qF "'soon'" err || complain '--within is not refused'
expect 2 cart-abandoners

[ $failed = 0 ] && echo 'backtest: all as expected'
exit $failed
