#!/usr/bin/env bash
# Funnels and the worth of conversions of a sample shop: what the daemon answers
# is, byte for byte, what audiencectl finds in the file of the same events; by
# the rules in force and by others; the forms of output, and the errors.
#
# usage: ladder_reports_test.sh AUDIENCED AUDIENCECTL AUDIENCED-SHOP PROJECT
set -euo pipefail
export LC_ALL=C.UTF-8

daemon=$(readlink -f "$1") audiencectl=$(readlink -f "$2")
shop=$(readlink -f "$3") rules=$(readlink -f "$4")/examples/shop
. "$(dirname "${BASH_SOURCE[0]}")/verbs.sh"

# The shop, and the instant behind its last event: what is known ends there for
# the daemon as for the file.
"$shop" --profiles 600 --until 2026-04-02T12:00:00Z --output shop.jsonl \
  2>/dev/null
python3 - <<'END' >clock
import json
print(max(json.loads(line)['occurred_at'] for line in open('shop.jsonl'))
      .replace('Z', '001Z'))
END
grep -qE '^2026-04-02T[0-9:]{8}\.[0-9]{3}001Z$' clock || {
  echo "the clock is $(cat clock)"
  exit 1
}

start --rules "$rules"
expect 0 import shop.jsonl

# Other rules than those in force: they ask for a property that no rule does.
mkdir other
sed -e 's/all_within: 7d/all_within: 1d/' \
  -e 's/^  signed_up:.*/&\n  whole: { kind: micro, event: purchase, where: { currency: GBP }, worth: learned }/' \
  "$rules/shop.yaml" >other/shop.yaml

# same ARGUMENT...: of the daemon as of the file, by both rules.
same() {
  expect 0 "$@"
  mv out by-daemon
  expect 0 "$@" --rules "$rules" --events shop.jsonl
  cmp -s out by-daemon || complain "is, by the daemon: $(cat by-daemon)"
  expect 0 "$@" --rules other
  mv out by-daemon
  expect 0 "$@" --rules other --events shop.jsonl
  cmp -s out by-daemon || complain "is, by the daemon: $(cat by-daemon)"
}
for output in json csv table; do
  same funnel checkout --since 2026-03-10 --output $output
done
same funnel checkout --since 30d --until 2026-03-20 --output json
for output in json csv table; do
  same conversions --since 2026-03-10 --within 3d --output $output
done
same conversions --since 30d --goal signed_up --observed 1h --output json
same conversions --since 20d --goal signed_up --goal purchased --output json
same conversions --since 20d --only-new --output json
same funnel --since 20d --output json  # the only ladder
same conversions --since 30d --until 2026-03-20 --output json

# What they say is sound.
expect 0 funnel checkout --since 30d --output json
holds 'a["rungs"][0]["reached_count"] > 300 and every(
    rung["reached_count"] == rung["stopped_count"] + below["reached_count"]
    for rung, below in zip(a["rungs"], a["rungs"][1:]))'
holds 'a["all_within"] == "604800s" and "from_first" not in a["rungs"][0]
    and a["rungs"][3]["conversion"] == "purchased"'
expect 0 funnel checkout --since 30d
mentions out 'RUNG '
mentions out 'people of whose runs none is 7d old'
mentions out 'who: { on_rung: { ladder: checkout, rung: carted, in_last: 7d } }'
expect 0 funnel checkout --since 2025-01-01 --until 2025-02-01
mentions out 'the events begin 2026-03-03'
mentions out 'nobody was on the first rung'
expect 0 conversions --since 30d --output json
holds 'a["goals"] == ["purchased"] and of["purchased"]["is_goal"]
    and "foretelling" not in of["purchased"]'
holds 'of["ebook_downloaded"]["given_worth"] == "5"
    and of["ebook_downloaded"]["kind"] == "KIND_SECONDARY"'
holds 'a["goal_worth"][0]["currency"] == "GBP" and abs(
    float(of["carted"]["learned_worth"][0]["amount"])
    - float(a["goal_worth"][0]["amount"])
    * of["carted"]["later"]["reached_count"]
    / of["carted"]["later"]["profile_count"]) < 1e-5'
expect 0 conversions --since 30d
mentions out 'LEARNED WORTH'
mentions out 'what foretells purchased: '
expect 0 conversions --since 30d --within 90d
mentions out 'nobody was observed for 1d and followed for 90d after that yet'
# A day that is not over ends with what is known.
expect 0 funnel checkout --since 2026-04-01 --until 2026-04-03 --output json
holds 'a["end_time"] == a["known_until_time"]'

# The audience that it speaks of has as many members as it says.
expect 0 funnel checkout --since 7d --output csv
stopped=$(awk -F, '$1 == "carted" { print $3 }' out)
{
  sed '/^audiences:/,$d' "$rules/shop.yaml"
  echo 'audiences:'
  echo '  stopped:'
  expect 0 funnel checkout --since 7d
  grep -F 'who: {' out
} >stopped.yaml
expect 0 evaluate --rules stopped.yaml --events shop.jsonl \
  --at "$(sed "s/001Z/Z/" clock)" --audience stopped --output ids
[ "$(wc -l <out)" = "$stopped" ] || complain "has not $stopped members"
[ "$stopped" -gt 10 ] || complain "only $stopped stopped at the cart"

# Who has no macro conversion is told so.
mkdir micro
cat >micro/shop.yaml <<'END'
version: 1
conversions: { seen: { kind: micro, event: view_item, worth: 1 } }
END
expect 0 conversions --since 30d --rules micro --events shop.jsonl
mentions out 'the rules have no macro conversion; name one with --goal'

# Mistakes.
for where in '' "--rules $rules --events shop.jsonl"; do
  # shellcheck disable=SC2086  # several words, or none
  expect 2 funnel chekout --since 30d $where
  mentions err "no ladder is named 'chekout'; did you mean 'checkout'?"
  # shellcheck disable=SC2086
  expect 2 funnel checkout --since soon $where
  mentions err "since is 'soon'"
  # shellcheck disable=SC2086
  expect 2 conversions --since 30d --goal purchase $where
  mentions err "no conversion is named 'purchase'; did you mean 'purchased'?"
done
expect 2 conversions --since 30d --within 0d
mentions err "--within '0d' is no duration above zero"
expect 2 conversions --since 30d --observed never
mentions err "--observed 'never' is no duration"
expect 2 conversions --since 30d --goal newsletter
mentions err "no conversion is named 'newsletter'; the rules have 'product_viewed',"
expect 2 funnel checkout
mkdir faulty
sed 's/in_last: 3d/in_lst: 3d/' "$rules/shop.yaml" >faulty/shop.yaml
expect 1 funnel checkout --since 30d --rules faulty
mentions err '; nothing is evaluated'

# With a retention: what is kept can be told, though it does not count any more.
stop
echo 2026-08-15T00:00:00Z >clock
start --rules "$rules" --retention 90d
for _ in $(seq 100); do
  expect 2 funnel checkout --since 2026-03-20 --output csv
  if grep -qF 'histories are kept from 2026-04-01' err; then break; fi
  sleep 0.1
done
mentions err 'histories are kept from 2026-04-01T00:00:00Z on'
expect 2 conversions --since 2026-03-20
expect 0 funnel checkout --since 2026-04-01T00:00:00Z --output csv
cut -d, -f 1,2 out >by-daemon
expect 0 funnel checkout --since 2026-04-01T00:00:00Z --output csv \
  --rules "$rules" --events shop.jsonl
cut -d, -f 1,2 out | cmp -s by-daemon - ||
  complain "is, by the daemon: $(cat by-daemon)"
expect 0 conversions --since 2026-04-01T00:00:00Z

[ $failed = 0 ] && echo 'the reports on the ladder: all as expected'
exit $failed
