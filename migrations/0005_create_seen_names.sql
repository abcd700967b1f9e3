-- Which names events have, so that rules can be held against them.

CREATE TABLE audienced.seen_name (
  kind    text        NOT NULL,
  name    text        NOT NULL,
  seen_at timestamptz NOT NULL,
  PRIMARY KEY (kind, name)
);
COMMENT ON TABLE audienced.seen_name IS
  'Every name that an event ever had, up to 10,000 of a kind.';
COMMENT ON COLUMN audienced.seen_name.kind IS
  'event, property, item_property or trait; currency: a value of the property currency.';
COMMENT ON COLUMN audienced.seen_name.name IS
  'The name as it was sent.';
COMMENT ON COLUMN audienced.seen_name.seen_at IS
  'Commit time of the first event that had it, by the daemon''s clock; of events that were there before this table, their latest receipt.';

INSERT INTO audienced.seen_name (kind, name, seen_at)
SELECT 'event', name, max(received_at) FROM audienced.event GROUP BY name
UNION ALL
SELECT 'property', key, max(received_at)
FROM audienced.event, jsonb_object_keys(properties) AS key GROUP BY key
UNION ALL
SELECT 'property', 'session_id', max(received_at) FROM audienced.event
WHERE session_id IS NOT NULL HAVING count(*) > 0
UNION ALL
SELECT 'currency', properties ->> 'currency', max(received_at)
FROM audienced.event WHERE length(properties ->> 'currency') BETWEEN 1 AND 8
GROUP BY 2
UNION ALL
SELECT 'item_property', key, max(received_at)
FROM audienced.event, jsonb_array_elements(items) AS item,
  jsonb_object_keys(item) AS key GROUP BY key
UNION ALL
SELECT 'trait', key, max(received_at)
FROM audienced.event, jsonb_object_keys(traits) AS key GROUP BY key
ON CONFLICT DO NOTHING;
