#!/usr/bin/env bash
# The verbs of audiencectl that need no daemon, as a user meets them: their
# output, their exit codes, and what they leave behind.
#
# usage: audiencectl_offline_test.sh AUDIENCECTL
set -euo pipefail

audiencectl=$(readlink -f "$1")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
failed=0

# expect CODE ARGUMENT...: audiencectl ends with CODE; its streams are kept.
expect() {
  local wanted=$1 got=0
  shift
  what="audiencectl $*"
  "$audiencectl" "$@" >out 2>err || got=$?
  [ "$got" = "$wanted" ] || complain "ends with $got, not $wanted"
}
complain() {
  failed=1
  echo "FAILED: $what: $1"
  sed 's/^/  out: /' out
  sed 's/^/  err: /' err
}
# printed FILE TEXT: a line of the stream FILE is TEXT.
printed() { grep -qxF -- "$2" "$1" || complain "does not print '$2' on $1"; }
# mentions FILE TEXT: TEXT stands somewhere in the stream FILE.
mentions() { grep -qF -- "$2" "$1" || complain "does not say '$2' on $1"; }

mkdir rules broken warned empty
cat >rules/shop.yaml <<'END'
version: 1
timezone: UTC
conversions:
  carted:    { kind: micro, role: process, event: add_to_cart }
  purchased: { kind: macro, event: purchase }
audiences:
  cart-abandoners:
    who:
      sequence: [{ did: carted }, { did_not: purchased, for: 1h }]
      same: item_id
      in_last: 3d
  buyers: { who: { did: purchased }, status: draft }
END
echo 'not: [read' >rules/shop.test.yaml
sed 's/in_last: 3d/in_lst: 3d/; s/did: carted/did: cartd/' \
  rules/shop.yaml >broken/shop.yaml
sed 's/did: purchased }, status/did_not: purchased }, status/' \
  rules/shop.yaml >warned/shop.yaml

expect 0 check rules
printed out '1 file, 2 audiences, no faults'
expect 0 check rules/shop.yaml --output json
mentions out '"audiences":2,"errors":0,"warnings":0,"faults":[]'
expect 1 check broken
mentions out 'shop.yaml:11:7: error: '
mentions out "'carted'"
printed out '1 file, 2 audiences, 2 errors'
expect 0 check warned
mentions out '[negation-only]'
expect 3 check warned --strict
expect 2 check empty
mentions err 'no rule file (*.yaml) in the folder empty'
expect 2 check nowhere
mentions err 'nowhere'
expect 2 chek rules
mentions err "there is no verb 'chek'; did you mean 'check'?"
expect 2 check
expect 0 --version
expect 0 check --help

# Files that were made to hurt, within 1 GiB and a minute of processor time.
# tests/unit/hostile_rules_test.cc has more of them.
mkdir hostile
hostile() {  # FAULT: hostile/rules.yaml is refused with it, and soon.
  expect 1 check hostile
  mentions out "[$1]"
  [ "$(wc -c <out)" -lt 2000000 ] || complain 'it tells too much'
}
limits=$(ulimit -S -v; ulimit -S -t)
ulimit -S -v 1048576 -t 60
printf 'a: %0100000d' 0 | tr 0 '[' >hostile/rules.yaml
hostile too-deep
head -c 50000000 /dev/zero | tr '\0' a >hostile/rules.yaml
hostile file-too-large
{ echo 'a: &a [x, x, x]'; seq -f 'b%.0f: [*a, *a, *a]' 10000; } \
  >hostile/rules.yaml
hostile yaml-anchor
seq -f 'key%.0f: 1' 40000 >hostile/rules.yaml
hostile unknown-key
printed out 'only 1000 of them are told'
for i in $(seq 20); do head -c 1000000 /dev/zero >"hostile/$i.yaml"; done
expect 2 check hostile
mentions err 'have more than 16777216 bytes together'
read -r -d '' virtual processor <<<"$limits" || true
ulimit -S -v "$virtual" -t "$processor"

cat >events.csv <<'END'
profile,event,occurred_at,event_id,item_id
cat,add_to_cart,2026-03-01T09:00:00Z,1,x
ann,add_to_cart,2026-03-01T09:00:00Z,2,x
ann,add_to_cart,2026-03-01T09:30:00Z,2,x
bob,add_to_cart,2026-03-01T09:00:00Z,3,x
bob,purchase,2026-03-01T09:59:59.999999Z,4,x
END
at=2026-03-01T10:00:00Z
evaluate=(evaluate --rules rules --events events.csv --at)

expect 0 "${evaluate[@]}" $at --audience cart-abandoners --output ids
[ "$(cat out)" = $'ann\ncat' ] || complain 'the ids differ'
expect 0 "${evaluate[@]}" 2026-03-01T09:59:59.999999Z \
  --audience cart-abandoners --output ids
[ ! -s out ] || complain 'somebody is in too early'
expect 0 "${evaluate[@]}" $at --output json --threads 2
printed out '{"audience":"cart-abandoners","members":2,"profiles":["ann","cat"]},'
mentions out '"profiles":3,"events":4,"rejected":0'
expect 0 "${evaluate[@]}" $at
printed out 'as of 2026-03-01T10:00:00Z, 3 profiles, 4 events'
printed out 'buyers                    1  draft'
expect 0 "${evaluate[@]}" $at --audience cart-abandoners
printed out 'ann      2026-03-01T10:00:00Z         2026-03-04T09:00:00Z'
cp out by_name
what='audiencectl evaluate >/dev/full' got=0
"$audiencectl" "${evaluate[@]}" $at >/dev/full 2>err || got=$?
[ "$got" = 1 ] || complain "ends with $got, not 1"
mentions err 'the output cannot be written: No space left on device'
mkdir piped
mkfifo piped/p.yaml
what='audiencectl check piped' got=0
timeout 20 "$audiencectl" check piped >out 2>err || got=$?
[ "$got" = 2 ] || complain "ends with $got, not 2"
mentions err 'is no regular file'
expect 0 "${evaluate[@]:0:4}" - --at $at --audience cart-abandoners <events.csv
cmp -s out by_name || complain 'tells something else of the standard input'
expect 0 "${evaluate[@]:0:4}" <(cat events.csv) --at $at \
  --audience cart-abandoners
cmp -s out by_name || complain 'tells something else of a pipe'
expect 0 "${evaluate[@]}" $at --timing
grep -qE '^\{"events":4,"profiles":3,"load_seconds":[0-9.]+,"evaluate_seconds":[0-9.]+,"peak_rss_bytes":[0-9]+\}$' err ||
  complain 'the timing has another form'
[ ! -e events.csv.rejected ] || complain 'it leaves a list of rejected lines'

expect 2 "${evaluate[@]}" $at --output ids
expect 2 "${evaluate[@]}" $at --audience cart-abandoner
mentions err "did you mean 'cart-abandoners'?"
expect 2 "${evaluate[@]}" 2026-03-01
mentions err "'2026-03-01' is no RFC 3339 timestamp with a zone"
expect 2 evaluate --rules rules --events none.csv --at $at
mentions err 'none.csv'
expect 1 evaluate --rules broken --events events.csv --at $at
mentions err '; nothing is evaluated'

echo 'eve,add_to_cart,yesterday,5,x' >>events.csv
expect 1 "${evaluate[@]}" $at --audience cart-abandoners --output ids
[ "$(cat out)" = $'ann\ncat' ] || complain 'the good lines are not kept'
mentions err '1 line rejected; see events.csv.rejected'
grep -qx "7,the time 'yesterday' is no RFC 3339 timestamp with a zone,\".*\"" \
  events.csv.rejected || complain 'the rejected line is not listed'
expect 1 "${evaluate[@]}" $at --rejected other
[ -s other ] || complain 'the list is not where it should be'

cat >mapping.yaml <<'END'
columns: { profile: who, event: what, occurred_at: ts }
time_unit: s
events: { cart: add_to_cart }
END
echo '{"who":"ann","what":"cart","ts":1772355600,"items":[{"item_id":7}]}' \
  >log.jsonl
expect 0 evaluate --rules rules --events log.jsonl --mapping mapping.yaml \
  --at $at --audience cart-abandoners --output ids
[ "$(cat out)" = ann ] || complain 'the mapped file has no member'
sed -i 's/time_unit: s/time_unt: s/' mapping.yaml
expect 1 evaluate --rules rules --events log.jsonl --mapping mapping.yaml \
  --at $at
mentions err "mapping.yaml:2:1: error: a mapping file has no key 'time_unt'"
mentions err "did you mean 'time_unit'?"

expect 0 schema
cp out printed.json
mentions out '"$schema": "http://json-schema.org/draft-07/schema#"'
expect 0 schema --output rules.schema.json
cmp -s printed.json rules.schema.json || complain 'the file differs'
expect 2 schema --output nowhere/rules.schema.json
mentions err "cannot write 'nowhere/rules.schema.json'"

[ $failed = 0 ] && echo 'audiencectl: all as expected'
exit $failed
