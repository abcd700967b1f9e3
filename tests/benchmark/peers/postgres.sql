-- The eight audiences of ../audiences.yaml, asked of a table of numbers:
--   shop_event(event_id, person, occurred_at, item, value, kind)
-- with the indexes of postgres_indexes.sql. `:now` is the instant asked for.
-- Spans include their start and not their end, as in the rule language.

-- a1
SELECT person
FROM (SELECT person, item,
        max(occurred_at) FILTER (WHERE kind = 2) AS viewed,
        max(occurred_at) FILTER (WHERE kind = 3) AS carted
      FROM shop_event
      WHERE kind IN (2, 3) AND occurred_at > :now - interval '7 days'
      GROUP BY person, item) AS looks
WHERE viewed IS NOT NULL AND (carted IS NULL OR carted < viewed)
GROUP BY person

-- a2
SELECT DISTINCT person
FROM shop_event AS cart
WHERE kind = 3
  AND occurred_at > :now - interval '3 days'
  AND occurred_at <= :now - interval '1 hour'
  AND NOT EXISTS (
    SELECT FROM shop_event AS bought
    WHERE bought.person = cart.person AND bought.kind = 5
      AND bought.occurred_at >= cart.occurred_at
      AND bought.occurred_at < cart.occurred_at + interval '1 hour')

-- a3
SELECT DISTINCT person
FROM shop_event AS cart
WHERE kind = 3
  AND occurred_at > :now - interval '3 days'
  AND occurred_at <= :now - interval '1 hour'
  AND NOT EXISTS (
    SELECT FROM shop_event AS bought
    WHERE bought.person = cart.person AND bought.kind = 5
      AND bought.item = cart.item
      AND bought.occurred_at >= cart.occurred_at
      AND bought.occurred_at < cart.occurred_at + interval '1 hour')

-- a4
SELECT person
FROM (SELECT person
      FROM shop_event
      WHERE kind = 2 AND occurred_at > :now - interval '7 days'
      GROUP BY person HAVING count(*) >= 3) AS often
WHERE NOT EXISTS (
  SELECT FROM shop_event AS bought
  WHERE bought.person = often.person AND bought.kind = 5
    AND bought.occurred_at > :now - interval '30 days')

-- a5
-- The last cart before a checkout, and the last view before that cart, are
-- nearest to it: where these lie too far back all others do.
WITH last_purchase AS (
  SELECT person, max(occurred_at) AS bought
  FROM shop_event WHERE kind = 5 GROUP BY person),
checkout AS (
  SELECT person, occurred_at
  FROM shop_event LEFT JOIN last_purchase USING (person)
  WHERE kind = 4 AND (bought IS NULL OR occurred_at > bought))
SELECT DISTINCT checkout.person
FROM checkout
CROSS JOIN LATERAL (
  SELECT occurred_at FROM shop_event
  WHERE person = checkout.person AND kind = 3
    AND occurred_at < checkout.occurred_at
  ORDER BY occurred_at DESC LIMIT 1) AS cart
CROSS JOIN LATERAL (
  SELECT occurred_at FROM shop_event
  WHERE person = checkout.person AND kind = 2
    AND occurred_at < cart.occurred_at
  ORDER BY occurred_at DESC LIMIT 1) AS viewed
WHERE checkout.occurred_at - viewed.occurred_at < interval '1 day'

-- a6
SELECT person FROM shop_event WHERE kind = 6
EXCEPT SELECT person FROM shop_event WHERE kind = 7

-- a7
SELECT person
FROM shop_event
WHERE kind = 5 AND occurred_at > :now - interval '90 days'
GROUP BY person HAVING sum(value::float8) > 500

-- a8
SELECT DISTINCT person
FROM shop_event AS bought
WHERE kind = 5 AND occurred_at <= :now - interval '60 days'
  AND NOT EXISTS (
    SELECT FROM shop_event AS seen
    WHERE seen.person = bought.person
      AND seen.occurred_at > :now - interval '30 days')
