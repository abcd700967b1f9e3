#!/usr/bin/env bash
# Real events through the daemon: imports the OTTO sessions and asks the size of
# every audience at both instants of the reference answers.
#
# usage: import_real_data_test.sh AUDIENCED AUDIENCECTL PROJECT
# Exit status 77: the data is not there.
set -euo pipefail

daemon=$1 ctl=$2 project=$3
shared=${AUDIENCED_SHARED_DIR:-$project/../shared}
data=$shared/data/05-otto-test-resource
rules=$project/tests/data/otto
if [ ! -f "$data/oracle.json" ]; then
  echo "SKIPPED: no real data at $data"
  exit 77
fi

folder=$(mktemp -d "${TMPDIR:-/tmp}/audienced-otto.XXXXXX")
chmod 711 "$folder"
pid=''
clean_up() {
  if [ -n "$pid" ]; then kill "$pid" && wait "$pid" || true; fi
  rm -rf "$folder"
}
trap clean_up EXIT

# A port that nobody answers at.
port=$((20000 + RANDOM % 20000))
while (exec 5<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do
  port=$((port + 1))
done
export AUDIENCED_SERVER=127.0.0.1:$port
"$daemon" --data "$folder/data" --rules "$rules/rules" \
  --listen "$AUDIENCED_SERVER" --http-listen 127.0.0.1:0 \
  >"$folder/log" 2>&1 &
pid=$!
for _ in $(seq 600); do
  if "$ctl" audiences >/dev/null 2>&1; then break; fi
  kill -0 "$pid" || { cat "$folder/log"; exit 1; }
  sleep 0.1
done

"$ctl" import "$data/events.csv" --mapping "$rules/mapping.yaml"

# The answers, one `INSTANT AUDIENCE COUNT` a line.
awk -F'"' '/": *\{/ {at=$2} /": *[0-9]/ {n=$3; gsub(/[^0-9]/,"",n);
  print at, $2, n}' "$data/oracle.json" >"$folder/wanted"
known=$("$ctl" audiences --output json | grep -oE '"name": ?"[^"]+"' |
  cut -d'"' -f4)
asked=0 wrong=0
while read -r at audience wanted; do
  # What the language cannot say has no audience; what is counted in events
  # neither.
  grep -qx -- "$audience" <<<"$known" || continue
  got=$("$ctl" members "$audience" --at "$at" --output ids 2>/dev/null | wc -l)
  asked=$((asked + 1))
  if [ "$got" != "$wanted" ]; then
    echo "WRONG: $audience at $at: got $got, wanted $wanted"
    wrong=$((wrong + 1))
  fi
done <"$folder/wanted"
echo "$asked sizes asked, $wrong wrong"
[ "$wrong" = 0 ] && [ "$asked" -ge 40 ]
