-- The eight audiences of ../audiences.yaml, asked of a table that is sorted by
-- person and time:
--   shop_event(person, second, item, value, kind)
-- `:now` is the second asked for. Spans include their start and not their end,
-- as in the rule language.

-- a1
SELECT DISTINCT person
FROM (SELECT person, item,
        max(second) FILTER (kind = 2) AS viewed,
        max(second) FILTER (kind = 3) AS carted
      FROM shop_event
      WHERE second > :now - 7 * 86400 AND (kind = 2 OR kind = 3)
      GROUP BY person, item)
WHERE viewed IS NOT NULL AND (carted IS NULL OR carted < viewed)

-- a2
SELECT DISTINCT cart.person
FROM (SELECT person, second FROM shop_event
      WHERE kind = 3 AND second > :now - 3 * 86400
        AND second <= :now - 3600) AS cart
ASOF LEFT JOIN (SELECT person, second FROM shop_event
                WHERE kind = 5 AND second > :now - 3 * 86400) AS bought
  ON cart.person = bought.person AND cart.second <= bought.second
WHERE bought.second IS NULL OR bought.second >= cart.second + 3600

-- a3
SELECT DISTINCT cart.person
FROM (SELECT person, item, second FROM shop_event
      WHERE kind = 3 AND second > :now - 3 * 86400
        AND second <= :now - 3600) AS cart
ASOF LEFT JOIN (SELECT person, item, second FROM shop_event
                WHERE kind = 5 AND second > :now - 3 * 86400) AS bought
  ON cart.person = bought.person AND cart.item = bought.item
    AND cart.second <= bought.second
WHERE bought.second IS NULL OR bought.second >= cart.second + 3600

-- a4
SELECT person
FROM shop_event
WHERE second > :now - 30 * 86400 AND (kind = 2 OR kind = 5)
GROUP BY person
HAVING count(*) FILTER (kind = 2 AND second > :now - 7 * 86400) >= 3
  AND count(*) FILTER (kind = 5) = 0

-- a5
-- The last cart before a checkout, and the last view before that cart, are
-- nearest to it: where these lie too far back all others do.
WITH last_purchase AS (
  SELECT person, max(second) AS bought
  FROM shop_event WHERE kind = 5 GROUP BY person),
checkout AS (
  SELECT shop_event.person, second
  FROM shop_event LEFT JOIN last_purchase USING (person)
  WHERE kind = 4 AND (bought IS NULL OR second > bought)),
carted AS (
  SELECT checkout.person, checkout.second AS checked_out, cart.second
  FROM checkout
  ASOF JOIN (SELECT person, second FROM shop_event WHERE kind = 3) AS cart
    ON checkout.person = cart.person AND checkout.second > cart.second)
SELECT DISTINCT carted.person
FROM carted
ASOF JOIN (SELECT person, second FROM shop_event
           WHERE kind = 2 AND person IN (SELECT person FROM carted)) AS viewed
  ON carted.person = viewed.person AND carted.second > viewed.second
WHERE carted.checked_out - viewed.second < 86400

-- a6
SELECT person
FROM shop_event
WHERE kind = 6 OR kind = 7
GROUP BY person
HAVING count(*) FILTER (kind = 6) > 0 AND count(*) FILTER (kind = 7) = 0

-- a7
SELECT person
FROM shop_event
WHERE kind = 5 AND second > :now - 90 * 86400
GROUP BY person HAVING sum(value::DOUBLE) > 500

-- a8
SELECT person
FROM shop_event
WHERE person IN (SELECT person FROM shop_event
                 WHERE kind = 5 AND second <= :now - 60 * 86400)
GROUP BY person HAVING max(second) <= :now - 30 * 86400
