#!/usr/bin/env bash
# From a clean clone to a cart-abandonment list: installs what is missing,
# builds, starts audienced with a PostgreSQL of its own, fills it with a sample
# shop, and shows who is in which audience, who enters and leaves, and why.
#
# usage: examples/quickstart.sh [--keep]
#
#   --keep      leave the daemon running, and say how to talk to it; the next
#               run shows the same daemon again
#   -h, --help  this text
#
# Everything that it starts ends with it, and its data, which lies under
# ${TMPDIR:-/tmp}, goes too, unless --keep is given.
set -euo pipefail

PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
export LC_ALL=C.UTF-8
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=examples/progress.sh
. examples/progress.sh

keep=''
case ${1-} in
  '') ;;
  --keep) keep=yes ;;
  -h | --help) sed -n '2,/^set -/p' "$0" | sed '$d; s/^# \{0,1\}//'; exit ;;
  *) fail "unknown option '$1'" 'examples/quickstart.sh -h lists them' ;;
esac

readonly bin=build/release/bin
# Says where a daemon that was kept is: folder, process, addresses.
readonly kept=build/quickstart.kept
folder='' daemon='' server='' http='' watcher='' started=''

main() {
  trap clean_up EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  examples/install-packages.sh build run
  step 'Building audienced (release)'
  build release audienced audiencectl audienced-shop
  if find_kept; then
    step "Using the daemon that was kept (process $daemon)"
  else
    start_daemon
    import_shop
  fi
  show_lists
  show_changes
  show_reason
  if [ -n "$keep" ]; then tell_how_to_talk; fi
}

find_kept() {
  [ -f "$kept" ] || return 1
  read -r folder daemon server http <"$kept"
  if kill -0 "$daemon" 2>/dev/null && ctl audiences >/dev/null 2>&1; then
    keep=yes
    return 0
  fi
  folder='' daemon='' server='' http=''
  rm -f "$kept"
  return 1
}

# free_port FIRST: prints the first port from there on that nobody answers at.
free_port() {
  local port=$1
  while (exec 5<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do
    port=$((port + 10))
  done
  echo "$port"
}

start_daemon() {
  # Started by root, the daemon's PostgreSQL runs as another user, who must be
  # able to walk through this folder.
  folder=$(mktemp -d "${TMPDIR:-/tmp}/audienced-quickstart.XXXXXX")
  chmod 711 "$folder"
  server=127.0.0.1:$(free_port 8450)
  http=127.0.0.1:$(free_port 8451)
  step 'Starting audienced with a PostgreSQL of its own'
  # Of its own session, so that Ctrl-C here does not reach it before we do.
  setsid "$bin/audienced" --data "$folder/data" --rules examples/shop \
    --listen "$server" --http-listen "$http" \
    </dev/null >"$folder/audienced.log" 2>&1 &
  daemon=$! started=yes
  local tries=0
  until ctl audiences >/dev/null 2>&1; do
    tries=$((tries + 1))
    if ! kill -0 "$daemon" 2>/dev/null || [ $tries -gt 300 ]; then
      tail -n 20 "$folder/audienced.log" >&2
      fail 'the daemon did not start (its last lines are above)'
    fi
    sleep 0.2
  done
  note "gRPC at $server, health and metrics at http://$http, rules in" \
    'examples/shop/shop.yaml'
}

import_shop() {
  step 'Generating a sample shop: 10,000 people, the last 30 days'
  "$bin/audienced-shop" --output "$folder/shop.jsonl" 2>&1 | indent
  step 'Importing it'
  ctl import "$folder/shop.jsonl" --origin shop --progress 2>&1 | indent
}

show_lists() {
  step 'The cart-abandonment list, as an email platform gets it'
  show members cart-abandoners --limit 5
  step 'How many people are in each audience'
  show audiences
}

# Three things happen while someone watches.
show_changes() {
  local now buyer
  now=$(date +%s)
  buyer=$(first_customer)
  [ -n "$buyer" ] || fail 'the cart-abandonment list names no customer' \
    'a shop that was kept for days grows old: stop it, and run this again'

  step 'Watching the changes'
  printf '    $ audiencectl watch\n'
  "$bin/audiencectl" --server "$server" watch --since now \
    > >(tee "$folder/watch.log" | indent) 2>&1 &
  watcher=$!
  sleep 1

  step 'A visitor downloads an ebook, and enters ebook-leads at once'
  send "$now" "a-live$now" file_download \
    '"file_name":"/guides/boot-care-ebook.pdf","file_extension":"pdf"'
  await ebook-leads

  step 'A cart is 59 minutes and 57 seconds old: in 3 seconds it is abandoned'
  send $((now - 3660)) "u-live$now" "\$identify" \
    '"consent":{"marketing_email":"granted"}'
  send $((now - 3597)) "u-live$now" add_to_cart '"currency":"GBP",
    "items":[{"item_id":"sku-1001","item_name":"Fellside Trail Running Shoe",
      "item_category":"Footwear","price":78.95,"quantity":1}]'
  await cart-abandoners

  # An order that names no items buys everything.
  step "$buyer buys what lay in the cart, and leaves cart-abandoners at once"
  send "$now" "$buyer" purchase "\"transaction_id\":\"T-live$now\""
  await cart-abandoners
  kill "$watcher" 2>/dev/null || true
  wait "$watcher" 2>/dev/null || true
  watcher=''
}

# send SECONDS PERSON EVENT MORE: one event, as a file of one line.
send() {
  local kind=user_id file
  case $2 in a-*) kind=anonymous_id ;; esac
  file=$folder/live.jsonl
  printf '{"occurred_at":"%s","event":"%s","event_id":"%s","identifiers":{"%s":"%s"},%s}\n' \
    "$(date -u -d "@$1" +%FT%TZ)" "$3" "$2-$3-$1" "$kind" "$2" \
    "${4//$'\n'/}" >"$file"
  seen=$(wc -l <"$folder/watch.log")
  ctl import "$file" --origin live --live >"$folder/live.log" 2>&1 || {
    cat "$folder/live.log" >&2
    fail "the event $3 was not taken"
  }
}

# await AUDIENCE: until the watcher has told of a change of it.
await() {
  local tries=0
  until tail -n +$((seen + 1)) "$folder/watch.log" | grep -q -- "$1"; do
    tries=$((tries + 1))
    [ $tries -le 200 ] || fail "no change of $1 came within 20 s"
    sleep 0.1
  done
  sleep 0.2
}

show_reason() {
  step 'Why someone is in: evidence, since when, until when'
  show explain cart-abandoners "$(first_customer)"
}

# The first on the list who has an account; nothing where nobody has.
first_customer() {
  ctl members cart-abandoners --output json 2>/dev/null |
    grep -oE 'u-[0-9]{5}' | head -n 1 || true
}

tell_how_to_talk() {
  echo "$folder $daemon $server $http" >"$kept"
  step "The daemon keeps running (process $daemon)"
  cat <<END
    $bin/audiencectl --server $server members viewed-not-carted --limit 10
    $bin/audiencectl --server $server watch
    log:     $folder/audienced.log
    restart: kill -9 $daemon; $bin/audienced --data $folder/data --rules examples/shop --listen $server --http-listen $http
    stop:    kill $daemon && rm -r $folder
END
}

ctl() { "$bin/audiencectl" --server "$server" "$@"; }

# show VERB...: the command as one would type it, and what it answers.
show() {
  printf '    $ audiencectl %s\n' "$*"
  ctl "$@" 2>&1 | indent
}

indent() { sed -u 's/^/    /'; }

clean_up() {
  local status=$?
  trap '' INT TERM
  if [ -n "$watcher" ]; then kill "$watcher" 2>/dev/null || true; fi
  if [ -z "$started" ] || { [ -n "$keep" ] && [ $status = 0 ]; }; then
    return "$status"
  fi
  step 'Stopping the daemon and removing its data'
  kill "$daemon" 2>/dev/null || true
  # Only a daemon that does not answer to SIGTERM is killed.
  local tries=0
  while kill -0 "$daemon" 2>/dev/null && [ $tries -lt 200 ]; do
    tries=$((tries + 1))
    sleep 0.1
  done
  kill -KILL "$daemon" 2>/dev/null || true
  wait "$daemon" 2>/dev/null || true
  rm -rf "$folder" "$kept"
  return "$status"
}

main
