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

-- What an episode goes on with is told of members too.
ALTER TABLE audienced.membership
  ADD COLUMN continues_profile_id bigint,
  ADD COLUMN continues_episode    bigint;
COMMENT ON COLUMN audienced.membership.continues_profile_id IS
  'The profile under which the episode was known before two became one, or one two. Null: it goes on with none.';
COMMENT ON COLUMN audienced.membership.continues_episode IS
  'The number of the episode under that profile.';
COMMENT ON COLUMN audienced.membership.match_until IS
  'End (not included) of the match of the episode: as foreseen while the profile is in, then as far as it was in; as foreseen too where other rules took it out.';
COMMENT ON COLUMN audienced.change.continues_profile_id IS
  'Of an entry: as membership.continues_profile_id.';
COMMENT ON COLUMN audienced.change.continues_episode IS
  'Of an entry: as membership.continues_episode.';
