-- Who is one person, who is two after all, and who is to be forgotten.

CREATE TABLE audienced.separation (
  profile_id   bigint      NOT NULL,
  other_id     bigint      NOT NULL CHECK (profile_id < other_id),
  separated_at timestamptz NOT NULL,
  PRIMARY KEY (profile_id, other_id)
);
COMMENT ON TABLE audienced.separation IS
  'Profiles that were one and were taken apart: events that name both do not join them again. An explicit merge removes the row.';
COMMENT ON COLUMN audienced.separation.profile_id IS
  'The one with the smaller number.';
COMMENT ON COLUMN audienced.separation.other_id IS
  'The other one.';
COMMENT ON COLUMN audienced.separation.separated_at IS
  'Commit time of the separation, by the daemon''s clock.';

CREATE TABLE audienced.erasure (
  identifier_hash bytea       PRIMARY KEY CHECK (length(identifier_hash) = 32),
  erased_at       timestamptz NOT NULL
);
COMMENT ON TABLE audienced.erasure IS
  'The identifiers of erased profiles, as far as later events have to be told from earlier ones. Says of an identifier at hand whether it was erased; names nobody.';
COMMENT ON COLUMN audienced.erasure.identifier_hash IS
  'HMAC-SHA256 of kind:value, with a key that is derived from instance.cursor_key.';
COMMENT ON COLUMN audienced.erasure.erased_at IS
  'Commit time of the last erasure. Events of the identifier that occurred until then (included) are refused.';

ALTER TABLE audienced.profile
  ADD COLUMN erased_at        timestamptz,
  ADD COLUMN exits_kept_until timestamptz;
COMMENT ON COLUMN audienced.profile.erased_at IS
  'Commit time of the erasure. Nothing of the profile is left then but its number, its stream and the log of its changes without context. Null: not erased.';
COMMENT ON COLUMN audienced.profile.exits_kept_until IS
  'Until when (not included) the exits that the erasure published name whom to remove. Null: they name nobody, or there are none.';
COMMENT ON COLUMN audienced.profile.key IS
  'Permanent key: kind:value of the identifier that made the profile. Stays when that identifier goes; empty once the profile is erased.';
CREATE INDEX profile_with_exits ON audienced.profile (exits_kept_until)
  WHERE exits_kept_until IS NOT NULL;
COMMENT ON INDEX audienced.profile_with_exits IS
  'The few profiles whose exits still name whom to remove.';

ALTER TABLE audienced.change
  ADD COLUMN continues_profile_id bigint,
  ADD COLUMN continues_episode    bigint,
  ADD COLUMN previous_identifiers json;
COMMENT ON COLUMN audienced.change.continues_profile_id IS
  'Of an entry by a merge: the absorbed profile whose stay goes on here. Null: none.';
COMMENT ON COLUMN audienced.change.continues_episode IS
  'The number of that stay''s episode under the absorbed profile. Null: none.';
COMMENT ON COLUMN audienced.change.previous_identifiers IS
  'Where the identifiers changed: those that were told before, in the form of identifiers. Null: they are the same.';
COMMENT ON COLUMN audienced.change.identifiers IS
  'Identifiers of the profile at the commit, as a list of objects with kind and value. Empty once the profile is erased; of the exits that the erasure published, 30 days later.';
COMMENT ON TABLE audienced.event IS
  'Every event as it was received, one partition a calendar month (UTC). Rows never change or move; those of an erased profile are deleted. Partitions are dropped by retention.';
