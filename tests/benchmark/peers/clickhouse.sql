-- The eight audiences of ../audiences.yaml, asked of a table that is sorted by
-- person and time:
--   shop_event(person, second, item, value, kind, source, country, unused)
-- `:now` is the second asked for. Spans include their start and not their end,
-- as in the rule language. Version 18 has no ASOF JOIN.

-- a1
SELECT person
FROM (SELECT person, item, maxIf(second, kind = 2) AS viewed,
        maxIf(second, kind = 3) AS carted
      FROM shop_event
      WHERE second > :now - 7 * 86400 AND kind IN (2, 3)
      GROUP BY person, item HAVING viewed > carted)
GROUP BY person

-- a2
SELECT person
FROM shop_event
WHERE kind = 3 AND second > :now - 3 * 86400 AND second <= :now - 3600
  AND (person, second) NOT IN (
    SELECT person, second
    FROM (SELECT person, second FROM shop_event
          WHERE kind = 3 AND second > :now - 3 * 86400
            AND second <= :now - 3600)
    ALL INNER JOIN (SELECT person, second AS bought FROM shop_event
                    WHERE kind = 5 AND second > :now - 3 * 86400)
    USING person
    WHERE bought >= second AND bought < second + 3600)
GROUP BY person

-- a3
SELECT person
FROM shop_event
WHERE kind = 3 AND second > :now - 3 * 86400 AND second <= :now - 3600
  AND (person, second) NOT IN (
    SELECT person, second
    FROM (SELECT person, item, second FROM shop_event
          WHERE kind = 3 AND second > :now - 3 * 86400
            AND second <= :now - 3600)
    ALL INNER JOIN (SELECT person, item, second AS bought FROM shop_event
                    WHERE kind = 5 AND second > :now - 3 * 86400)
    USING person, item
    WHERE bought >= second AND bought < second + 3600)
GROUP BY person

-- a4
SELECT person
FROM shop_event
WHERE second > :now - 30 * 86400 AND (kind = 2 OR kind = 5)
GROUP BY person
HAVING countIf(kind = 2 AND second > :now - 7 * 86400) >= 3
  AND countIf(kind = 5) = 0

-- a5
SELECT person
FROM (SELECT person, toDateTime(second) AS time, second, kind, bought
      FROM shop_event
      ANY LEFT JOIN (SELECT person, max(second) AS bought FROM shop_event
                     WHERE kind = 5 GROUP BY person)
      USING person
      WHERE kind IN (2, 3, 4) AND person IN (
        SELECT person FROM shop_event WHERE kind IN (4, 5)
        GROUP BY person HAVING maxIf(second, kind = 4) > maxIf(second, kind = 5)))
GROUP BY person
HAVING windowFunnel(86399)(time, kind = 2, kind = 3,
                           kind = 4 AND second > bought) = 3

-- a6
SELECT person
FROM shop_event
WHERE kind IN (6, 7)
GROUP BY person HAVING countIf(kind = 6) > 0 AND countIf(kind = 7) = 0

-- a7
SELECT person
FROM shop_event
WHERE kind = 5 AND second > :now - 90 * 86400
GROUP BY person HAVING sum(toFloat64(value)) > 500

-- a8
SELECT person
FROM shop_event
WHERE person IN (SELECT person FROM shop_event
                 WHERE kind = 5 AND second <= :now - 60 * 86400)
GROUP BY person HAVING max(second) <= :now - 30 * 86400
