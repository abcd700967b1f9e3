#!/usr/bin/env bash
# Funnels and the figures of conversions on a file of 31,106 events are, number
# by number, what plain SQL finds in a throwaway PostgreSQL.
#
# usage: compare_with_sql.sh AUDIENCECTL
# Ends with 77 (skipped) where the data or PostgreSQL is missing.
set -euo pipefail

audiencectl=$(readlink -f "$1")
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
shared=${AUDIENCED_SHARED_DIR:-$here/../../../../shared}
events=$shared/data/10-retentioneering-synthetic/events.csv
. "$here/../throwaway_postgres.sh"

# What each event counts as.
sql <<'END'
CREATE TABLE meant (event text, conversion text);
INSERT INTO meant VALUES ('view', 'viewed'), ('cart', 'carted'),
  ('shipping_details', 'shipping'), ('search', 'searched'),
  ('filter_results', 'filtered'), ('wishlist_add', 'wished'),
  ('promo_page', 'promoted'), ('compare', 'compared'),
  ('review_page', 'reviewed'), ('support_chat', 'helped'),
  ('error_page', 'failed'), ('payment_error', 'failed'),
  ('checkout_bug', 'failed'), ('purchase', 'purchased');
CREATE TABLE done AS
  SELECT user_id, to_timestamp(ts_ms / 1000.0) AS at, conversion
  FROM loaded LEFT JOIN meant USING (event);
CREATE INDEX ON done (user_id, conversion, at);
END

failed=0
compare() {  # WHAT: the files `told` and `found`
  if cmp -s told found; then
    echo "equal: $1"
  else
    failed=1
    echo "DIFFERENT: $1 (< audiencectl, > SQL)"
    diff told found || true
  fi
}
report() {
  "$audiencectl" "$@" --since 2024-02-01 --until 2024-05-01 \
    --rules "$here/rules" --mapping "$here/mapping.yaml" --events "$events" \
    --rejected rejected
}

# funnel LADDER SPAN: for each view the first that comes of each next rung.
funnel() {
  report funnel "$1" --output csv | sed 1d | cut -d, -f1,2 >told
  sql -F, -c "
    WITH firsts AS (
      SELECT user_id, at AS f, at + interval '$2' AS t FROM done
      WHERE conversion = 'viewed' AND at >= '2024-02-01Z'
        AND at < '2024-05-01Z'),
    climbs AS (
      SELECT firsts.*, c.at AS c, s.at AS s, p.at AS p
      FROM firsts
      LEFT JOIN LATERAL (SELECT min(at) AS at FROM done d
        WHERE d.user_id = firsts.user_id AND conversion = 'carted'
          AND at >= f AND at < t) AS c ON true
      LEFT JOIN LATERAL (SELECT min(at) AS at FROM done d
        WHERE d.user_id = firsts.user_id AND conversion = 'shipping'
          AND at >= c.at AND at < t) AS s ON true
      LEFT JOIN LATERAL (SELECT min(at) AS at FROM done d
        WHERE d.user_id = firsts.user_id AND conversion = 'purchased'
          AND at >= s.at AND at < t) AS p ON true)
    SELECT unnest(array['viewed', 'carted', 'shipping', 'purchased']),
      unnest(array[count(DISTINCT user_id),
        count(DISTINCT user_id) FILTER (WHERE c IS NOT NULL),
        count(DISTINCT user_id) FILTER (WHERE s IS NOT NULL),
        count(DISTINCT user_id) FILTER (WHERE p IS NOT NULL)])
    FROM climbs" >found
  compare "funnel $1: $(tr '\n' ' ' <told)"
}
funnel quick '7 days'
funnel ever '1000 years'

# conversions WITHIN OBSERVED, in days.
conversions() {
  report conversions --within "$1d" --observed "$2d" --output json |
    python3 -c '
import json, sys
for each in json.load(sys.stdin)["conversions"]:
    told = each.get("foretelling", {})
    shares = (each["later"], told.get("did", {}), told.get("did_not", {}))
    counts = [share.get(count, 0) for share in shares
              for count in ("reached_count", "profile_count")]
    print(each["conversion"], each["profile_count"], *counts, sep=",")' |
    LC_ALL=C sort >told
  sql -F, -c "
    WITH known AS (SELECT max(at) + interval '1 microsecond' AS until FROM done),
    days AS (SELECT * FROM done
      WHERE at >= '2024-02-01Z' AND at < '2024-05-01Z'),
    firsts AS (SELECT user_id, conversion, min(at) AS f FROM days
      WHERE conversion IS NOT NULL GROUP BY 1, 2),
    later AS (
      SELECT conversion, count(*) AS people,
        count(*) FILTER (WHERE is_over) AS followed,
        count(*) FILTER (WHERE is_over AND reached) AS reached
      FROM (SELECT conversion, f + interval '$1 days' <= until AS is_over,
          EXISTS (SELECT FROM done d WHERE d.user_id = firsts.user_id
            AND d.conversion = 'purchased' AND d.at > f
            AND d.at < f + interval '$1 days') AS reached
        FROM firsts, known) AS each GROUP BY 1),
    observed AS (
      SELECT user_id, min(at) AS t, min(at) + interval '$2 days' AS l
      FROM days GROUP BY 1),
    landed AS (
      SELECT o.*, EXISTS (SELECT FROM done d WHERE d.user_id = o.user_id
          AND d.conversion = 'purchased' AND d.at >= l
          AND d.at < l + interval '$1 days') AS reached
      FROM observed o, known
      WHERE l + interval '$1 days' <= until
        AND NOT EXISTS (SELECT FROM done d WHERE d.user_id = o.user_id
          AND d.conversion = 'purchased' AND d.at >= t AND d.at < l)),
    compared AS (
      SELECT conversion,
        count(*) FILTER (WHERE did AND reached) AS did_reached,
        count(*) FILTER (WHERE did) AS did,
        count(*) FILTER (WHERE NOT did AND reached) AS did_not_reached,
        count(*) FILTER (WHERE NOT did) AS did_not
      FROM (SELECT c.conversion, reached,
          EXISTS (SELECT FROM done d WHERE d.user_id = landed.user_id
            AND d.conversion = c.conversion AND d.at >= t AND d.at < l) AS did
        FROM landed, (SELECT DISTINCT conversion FROM meant) AS c) AS each
      WHERE conversion <> 'purchased' GROUP BY 1)
    SELECT conversion, people, reached, followed,
      coalesce(did_reached, 0), coalesce(did, 0),
      coalesce(did_not_reached, 0), coalesce(did_not, 0)
    FROM later LEFT JOIN compared USING (conversion)" |
    LC_ALL=C sort >found
  compare "conversions within $1 d, observed for $2 d"
}
conversions 7 1
conversions 30 3
conversions 60 14

exit $failed
