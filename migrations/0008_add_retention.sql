-- What is kept of events that are dropped, so that histories have an end.

ALTER TABLE audienced.profile ADD COLUMN first_event_at timestamptz;
UPDATE audienced.profile AS p SET first_event_at = e.first
FROM (SELECT profile_id, min(occurred_at) AS first
      FROM audienced.event GROUP BY profile_id) AS e
WHERE e.profile_id = p.profile_id;
COMMENT ON COLUMN audienced.profile.first_event_at IS
  'When the first event of this profile occurred, of those that it was given itself; stays when the event is dropped. Null: it has none.';

-- The order of traits that were said at one instant is that of event_id.
ALTER TABLE audienced.trait ADD COLUMN event_id text;
UPDATE audienced.trait AS t SET event_id = e.event_id
FROM audienced.event AS e
WHERE e.profile_id = t.profile_id AND e.occurred_at = t.occurred_at
  AND e.event_key = t.event_key;
UPDATE audienced.trait SET event_id = '' WHERE event_id IS NULL;
ALTER TABLE audienced.trait ALTER COLUMN event_id SET NOT NULL;
COMMENT ON COLUMN audienced.trait.event_id IS
  'Id of the event that said so, as the sender gave it; orders what was said at one instant.';

ALTER TABLE audienced.instance
  ADD COLUMN events_from timestamptz NOT NULL DEFAULT '-infinity',
  ADD COLUMN remnants_through timestamptz NOT NULL DEFAULT '-infinity';
ALTER TABLE audienced.instance
  ALTER COLUMN events_from DROP DEFAULT,
  ALTER COLUMN remnants_through DROP DEFAULT;
COMMENT ON COLUMN audienced.instance.events_from IS
  'All events that occurred from then on (included) are kept; earlier ones were dropped as no audience looks so far back. -infinity: all are kept.';
COMMENT ON COLUMN audienced.instance.remnants_through IS
  'Up to this instant (included) there are traits and consents whose event is not kept: it was dropped, or refused as beyond retention. -infinity: none.';
