# Sourced: starts a throwaway PostgreSQL in a new folder, which becomes the
# working folder, with the file $events as the table `loaded`; `sql` runs psql
# on it. All of it goes with the script. Ends that with 77 (skipped) where the
# file or PostgreSQL is missing.

skip() {
  echo "SKIPPED: $1"
  exit 77
}
[ -r "$events" ] || skip "no data at $events"
bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
[ -x "$bin/initdb" ] || skip 'PostgreSQL is not installed'

folder=$(mktemp -d)
# PostgreSQL refuses to run as root.
if [ "$(id -u)" = 0 ]; then
  chown postgres "$folder"
  as_owner() {
    setpriv --reuid=postgres --regid=postgres --clear-groups \
      env HOME="$folder" "$@"
  }
else
  as_owner() { "$@"; }
fi
finish() {
  as_owner "$bin/pg_ctl" -D "$folder/cluster" -m immediate stop \
    >/dev/null 2>&1 || true
  rm -rf "$folder"
}
trap finish EXIT
cd "$folder"

as_owner "$bin/initdb" -D "$folder/cluster" -U owner -A trust --no-sync \
  --locale=C.UTF-8 >/dev/null
as_owner "$bin/pg_ctl" -D "$folder/cluster" -w -l "$folder/log" -o \
  "-k $folder -c listen_addresses= -c fsync=off" start >/dev/null
sql() { "$bin/psql" -h "$folder" -U owner -d postgres -qAtX -v ON_ERROR_STOP=1 "$@"; }

sql -c 'CREATE TABLE loaded (ts_ms bigint, user_id text, event text,
  item_id text, category text, value numeric, session_id text, event_id text)'
sql -c '\copy loaded FROM STDIN (FORMAT csv, HEADER)' <"$events"
