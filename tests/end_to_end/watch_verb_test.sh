#!/usr/bin/env bash
# `audiencectl watch` as a user meets it: it tells each change once, through a
# kill of the daemon, says so when it is away and when it is back, and ends with
# the cursor from which the next run goes on.
#
# usage: watch_verb_test.sh AUDIENCED AUDIENCECTL PROJECT
set -euo pipefail

daemon=$(readlink -f "$1") audiencectl=$(readlink -f "$2")
rules=$(readlink -f "$3")/examples/shop
. "$(dirname "${BASH_SOURCE[0]}")/verbs.sh"
watch=''
trap 'if [ -n "$watch" ]; then kill "$watch"; fi; clean_up' EXIT

# wait_for FILE TEXT: until TEXT stands in FILE.
wait_for() {
  for _ in $(seq 300); do
    if grep -qF -- "$2" "$1"; then return; fi
    sleep 0.1
  done
  complain "nothing says '$2' on $1"
}
# told FILE PERSON: how many changes of the person it has.
told() { grep -cF "user_id:$2 " "$1" || true; }

# reads PERSON: enters ebook-leads.
reads() {
  printf '{"event_id":"%s","event":"file_download","occurred_at":"%s","user_id":"%s","file_name":"ebook.pdf","file_extension":"pdf"}\n' \
    "$1" "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$1" >event.jsonl
  "$audiencectl" import event.jsonl --live >/dev/null
}

start --rules "$rules"
what='audiencectl watch'
"$audiencectl" watch ebook-leads >out 2>err &
watch=$!
for person in a1 a2 a3 a4 a5 a6 a7 a8 a9; do  # until it watches
  reads "$person"
  sleep 0.2
  if [ "$(told out "$person")" = 1 ]; then break; fi
done
[ "$(told out "$person")" = 1 ] || complain "does not tell of $person"

stop KILL
wait_for err '; trying on'
start --rules "$rules"
reads bob
wait_for out 'user_id:bob '
wait_for err 'connected again; goes on from where it was'
[ "$(told out bob)" = 1 ] || complain 'tells of bob again'
[ "$(told out "$person")" = 1 ] || complain "tells of $person again"

kill -INT "$watch"
code=0
wait "$watch" || code=$?
watch=''
[ "$code" = 0 ] || complain "ends with $code, not 0"
cursor=$(sed -n 's/^cursor: //p' err)
[ -n "$cursor" ] || complain 'does not say its cursor'

# Who goes on from there misses nothing that came in between.
reads cat
reads dan
timeout 60 "$audiencectl" watch ebook-leads --since "$cursor" --max 2 >out 2>err ||
  complain 'does not go on'
[ "$(told out cat)$(told out dan)$(told out bob)" = 110 ] ||
  complain 'does not tell of cat and dan alone'

[ $failed = 0 ] && echo 'watch: all as expected'
exit $failed
