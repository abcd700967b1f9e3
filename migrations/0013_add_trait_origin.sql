-- Two origins may give one event_id, so both order what was said at one instant.
ALTER TABLE audienced.trait ADD COLUMN origin text;
UPDATE audienced.trait AS t SET origin = e.origin
FROM audienced.event AS e
WHERE e.profile_id = t.profile_id AND e.occurred_at = t.occurred_at
  AND e.event_key = t.event_key;
UPDATE audienced.trait SET origin = '' WHERE origin IS NULL;
ALTER TABLE audienced.trait ALTER COLUMN origin SET NOT NULL;
COMMENT ON COLUMN audienced.trait.origin IS
  'Origin of the event that said so; with event_id it orders what was said at one instant. Empty: not known, of an event that was dropped before this was kept.';
COMMENT ON COLUMN audienced.trait.event_id IS
  'Id of the event that said so, as the sender gave it; orders what was said at one instant.';
