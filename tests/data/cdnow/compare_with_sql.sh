#!/usr/bin/env bash
# The members of every audience of tests/data/cdnow are, name by name, what
# plain SQL finds in a throwaway PostgreSQL.
#
# usage: compare_with_sql.sh AUDIENCECTL
# Ends with 77 (skipped) where the data or PostgreSQL is missing.
set -euo pipefail

audiencectl=$(readlink -f "$1")
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
shared=${AUDIENCED_SHARED_DIR:-$here/../../../../shared}
events=$shared/data/08-cdnow-purchases/events.csv

. "$here/../throwaway_postgres.sh"

failed=0
# expect AUDIENCE QUERY: its ids are those that the query finds in `purchases`,
# the purchases up to the instant `now` of the session.
expect() {
  "$audiencectl" evaluate --rules "$here/rules" --mapping "$here/mapping.yaml" \
    --events "$events" --rejected "$folder/rejected" --at "$at" \
    --audience "$1" --output ids >"$folder/members"
  sql -c "WITH now AS (SELECT timestamptz '$at' AS t),
      purchases AS (
        SELECT user_id, to_timestamp(ts_ms / 1000.0) AS e, category, value
        FROM loaded, now WHERE to_timestamp(ts_ms / 1000.0) <= t)
    $2" | LC_ALL=C sort -u >"$folder/rows"
  if cmp -s "$folder/members" "$folder/rows"; then
    echo "equal: $1 at $at, $(wc -l <"$folder/rows") members"
  else
    failed=1
    echo "DIFFERENT: $1 at $at (< audiencectl, > SQL)"
    diff "$folder/members" "$folder/rows" | head -n 10 || true
  fi
}

for at in 1998-07-01T00:00:00Z 1997-06-30T00:00:00Z; do
  expect customers 'SELECT user_id FROM purchases'
  expect bought-twice \
    'SELECT user_id FROM purchases GROUP BY 1 HAVING count(*) >= 2'
  expect lapsed "SELECT user_id FROM purchases, now GROUP BY user_id, t
    HAVING max(e) <= t - interval '180 days'"
  expect active "SELECT user_id FROM purchases, now
    WHERE e > t - interval '30 days'"
  expect spent-100 \
    'SELECT user_id FROM purchases GROUP BY 1 HAVING sum(value) >= 100'
  expect spent-100-and-lapsed "SELECT user_id FROM purchases, now
    GROUP BY user_id, t
    HAVING sum(value) >= 100 AND max(e) <= t - interval '180 days'"
  expect came-back-within-30-days "SELECT user_id FROM (
      SELECT user_id, e - lag(e) OVER (PARTITION BY user_id ORDER BY e) AS gap
      FROM purchases) AS gaps
    WHERE gap < interval '30 days'"
  expect five-or-six-discs \
    "SELECT user_id FROM purchases WHERE category IN ('q5', 'q6')"
done
exit $failed
