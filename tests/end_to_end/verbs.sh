# Sourced by tests of audiencectl as a user meets it. The caller has set
# `daemon` and `audiencectl`, and ends with `exit $failed`. Goes to a new folder,
# which is removed with the daemon at the end, and chooses a port that nobody
# answers at; it is exported as AUDIENCED_SERVER.

folder=$(mktemp -d "${TMPDIR:-/tmp}/audienced-verbs.XXXXXX")
chmod 711 "$folder"  # the daemon's PostgreSQL is another user
cd "$folder"
pid='' failed=0 what=''
touch out err

# start ARGUMENT...: the daemon with these besides; until it answers. Where
# there is a file `clock`, that is its time.
start() {
  if [ -e clock ]; then export AUDIENCED_TEST_CLOCK=$folder/clock; fi
  "$daemon" --data "$folder/data" --listen "$AUDIENCED_SERVER" \
    --http-listen 127.0.0.1:0 "$@" >>log 2>&1 &
  pid=$!
  for _ in $(seq 600); do
    if "$audiencectl" audiences >/dev/null 2>&1; then return; fi
    kill -0 "$pid" || { cat log; exit 1; }
    sleep 0.1
  done
}
# stop SIGNAL: the daemon, by default as an operator does.
stop() {
  if [ -n "$pid" ]; then kill "-${1:-TERM}" "$pid" && wait "$pid" || true; fi
  pid=''
}
clean_up() {
  stop
  rm -rf "$folder"
}
trap clean_up EXIT

complain() {
  failed=1
  echo "FAILED: $what: $1"
  sed 's/^/  out: /' out
  sed 's/^/  err: /' err
}
# expect CODE ARGUMENT...: audiencectl ends with CODE; its streams are kept.
expect() {
  local wanted=$1 got=0
  shift
  what="audiencectl $*"
  "$audiencectl" "$@" >out 2>err || got=$?
  [ "$got" = "$wanted" ] || complain "ends with $got, not $wanted"
}
# printed FILE TEXT: a line of the stream FILE is TEXT.
printed() { grep -qxF -- "$2" "$1" || complain "does not print '$2' on $1"; }
# mentions FILE TEXT: TEXT stands somewhere in the stream FILE; silent: nowhere.
mentions() { grep -qF -- "$2" "$1" || complain "does not say '$2' on $1"; }
silent() { ! grep -qF -- "$2" "$1" || complain "says '$2' on $1"; }
# holds EXPRESSION: true in Python of `a`, the one JSON object in the stream
# `out`, and `all`, the objects in its lines; `of` are those of a report by
# conversion.
holds() {
  python3 - "$1" <<'END' || complain "not so: $1"
import json, sys
text = open('out').read()
try:
    a, lines = json.loads(text), None
except ValueError:
    a, lines = {}, [json.loads(line) for line in text.splitlines()]
of = {each['conversion']: each
      for each in a.get('conversions', a.get('rungs', []))}
sys.exit(0 if eval('(' + sys.argv[1] + ')',
                   {'a': a, 'all': lines or [a], 'of': of, 'every': all})
         else 1)
END
}

port=$((20000 + RANDOM % 20000))
while (exec 5<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do
  port=$((port + 1))
done
export AUDIENCED_SERVER=127.0.0.1:$port
