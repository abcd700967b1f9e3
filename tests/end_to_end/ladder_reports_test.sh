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
folder=$(mktemp -d "${TMPDIR:-/tmp}/audienced-ladder.XXXXXX")
chmod 711 "$folder"
cd "$folder"
pid='' failed=0
clean_up() {
  if [ -n "$pid" ]; then kill "$pid" && wait "$pid" || true; fi
  rm -rf "$folder"
}
trap clean_up EXIT

# expect CODE ARGUMENT...: audiencectl ends with CODE; its streams are kept.
expect() {
  local wanted=$1 got=0
  shift
  what="audiencectl $*"
  "$audiencectl" "$@" >out 2>err </dev/null || got=$?
  [ "$got" = "$wanted" ] || complain "ends with $got, not $wanted"
}
complain() {
  failed=1
  echo "FAILED: $what: $1"
  sed 's/^/  out: /' out
  sed 's/^/  err: /' err
}
mentions() { grep -qF -- "$2" "$1" || complain "does not say '$2' on $1"; }
# holds EXPRESSION: true in Python of `a`, the JSON in the stream `out`.
holds() {
  python3 - "$1" <<'END' || complain "not so: $1"
import json, sys
a = json.load(open('out'))
by_name = {each['conversion']: each
           for each in a.get('conversions', a.get('rungs', []))}
sys.exit(0 if eval('(' + sys.argv[1] + ')', {'a': a, 'of': by_name, 'all': all}) else 1)
END
}

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

port=$((20000 + RANDOM % 20000))
while (exec 5<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do
  port=$((port + 1))
done
export AUDIENCED_SERVER=127.0.0.1:$port
AUDIENCED_TEST_CLOCK=$folder/clock "$daemon" --data "$folder/data" \
  --rules "$rules" --listen "$AUDIENCED_SERVER" \
  --http-listen 127.0.0.1:0 >log 2>&1 &
pid=$!
for _ in $(seq 600); do
  if "$audiencectl" audiences >/dev/null 2>&1; then break; fi
  kill -0 "$pid" || { cat log; exit 1; }
  sleep 0.1
done
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
for output in json table; do
  same conversions --since 2026-03-10 --within 3d --output $output
done
same conversions --since 30d --goal signed_up --observed 1h --output json
same conversions --since 30d --until 2026-03-20 --output json

# What they say is sound.
expect 0 funnel checkout --since 30d --output json
holds 'a["rungs"][0]["reached_count"] > 300 and all(
    rung["reached_count"] == rung["stopped_count"] + below["reached_count"]
    for rung, below in zip(a["rungs"], a["rungs"][1:]))'
holds 'a["all_within"] == "604800s" and "from_first" not in a["rungs"][0]
    and a["rungs"][3]["conversion"] == "purchased"'
expect 0 funnel checkout --since 30d
mentions out 'RUNG '
mentions out 'who: { on_rung: { ladder: checkout, rung: product_viewed, in_last: 7d } }'
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
mentions out 'what foretells purchased: people are observed for 1d'

# By files nothing is asked of a daemon; the lines of its table are the same
# with and without one, and who has no macro conversion is told so.
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
mentions err "--within '0d' is no duration"
expect 2 conversions --since 30d --observed never
mentions err "--observed 'never' is no duration"
expect 2 funnel checkout
mkdir faulty
sed 's/in_last: 3d/in_lst: 3d/' "$rules/shop.yaml" >faulty/shop.yaml
expect 1 funnel checkout --since 30d --rules faulty
mentions err '; nothing is evaluated'

[ $failed = 0 ] && echo 'the reports on the ladder: all as expected'
exit $failed
