#!/usr/bin/env bash
# The sample shop: the same seed and end give the same bytes, and it is as large
# and as lively as the quickstart says.
#
# usage: shop_generator_test.sh AUDIENCED-SHOP
set -euo pipefail
export LC_ALL=C

shop=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

expect() {  # WHAT FOUND TEST-OPERATOR WANTED
  test "$2" "$3" "$4" || { echo "error: $1: $2, wanted $3 $4"; exit 1; }
}
count() { grep -c "$1" "$2" || true; }

until=2026-03-31T12:00:00Z
"$shop" --until "$until" --output first.jsonl
"$shop" --until "$until" >second.jsonl
cmp first.jsonl second.jsonl
"$shop" --until "$until" --seed 2 >other.jsonl
if cmp -s first.jsonl other.jsonl; then
  echo 'error: another seed gave the same shop'
  exit 1
fi

expect events "$(wc -l <first.jsonl)" -ge 100000
profiles=$(grep -oE '"(user|anonymous)_id":"[^"]+"' first.jsonl | sort -u | wc -l)
expect profiles "$profiles" -eq 10000
repeated=$(grep -oE '"event_id":"[^"]+"' first.jsonl | sort | uniq -d | wc -l)
expect 'repeated event ids' "$repeated" -eq 0

# In order, from 30 days before the end to the end.
grep -oE '"occurred_at":"[^"]+"' first.jsonl | sort -c
expect 'first event' "$(head -n 1 first.jsonl | cut -c 17-26)" = 2026-03-01
expect 'last event' "$(tail -n 1 first.jsonl | cut -c 17-29)" = 2026-03-31T11

views=$(count '"event":"view_item"' first.jsonl)
carts=$(count '"event":"add_to_cart"' first.jsonl)
purchases=$(count '"event":"purchase"' first.jsonl)
expect 'views per cart' $((views / carts)) -ge 5
expect 'carts per 10 purchases' $((10 * carts / purchases)) -ge 20
expect downloads "$(count '"event":"file_download"' first.jsonl)" -ge 300
expect consents "$(count '"marketing_email":"granted"' first.jsonl)" -ge 2000

if "$shop" --until yesterday >/dev/null 2>message; then
  echo 'error: it accepted --until yesterday'
  exit 1
fi
grep -q "'yesterday' is not a time" message
