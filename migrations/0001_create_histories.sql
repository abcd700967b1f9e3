-- Who did what: profiles, the names they are known by, and their events.
--
-- Rules of all migrations: every instant is given by the daemon, so there is no
-- now() and no default; no trigger, no sequence, and no foreign key between
-- profiles, so that the tables can be spread over several servers by profile.
-- Instants are timestamptz, in whole microseconds.

CREATE TABLE audienced.profile (
  profile_id  bigint   PRIMARY KEY,
  merged_into bigint,
  stream      smallint NOT NULL CHECK (stream BETWEEN 0 AND 63),
  key         text     NOT NULL
);
COMMENT ON TABLE audienced.profile IS
  'One row a person, as far as identifiers tell. Rows are never deleted by a merge.';
COMMENT ON COLUMN audienced.profile.profile_id IS
  'Number of the profile, from 1; never reused.';
COMMENT ON COLUMN audienced.profile.merged_into IS
  'The profile that this one was merged into and whose history includes this one''s; null: none.';
COMMENT ON COLUMN audienced.profile.stream IS
  'Stream of the profile''s changes, 0 to 63: the first byte of SHA-256 of the key, modulo 64.';
COMMENT ON COLUMN audienced.profile.key IS
  'Permanent key: kind:value of the identifier that made the profile. Stays when that identifier goes.';

CREATE TABLE audienced.identifier (
  kind       text   NOT NULL,
  value      text   NOT NULL,
  profile_id bigint NOT NULL,
  PRIMARY KEY (kind, value)
);
COMMENT ON TABLE audienced.identifier IS
  'The names by which senders know a profile.';
COMMENT ON COLUMN audienced.identifier.kind IS
  'user_id, anonymous_id, email, phone, profile, or a kind of the sender''s own.';
COMMENT ON COLUMN audienced.identifier.value IS
  'The identifier as it was sent.';
COMMENT ON COLUMN audienced.identifier.profile_id IS
  'The profile that it names.';

CREATE TABLE audienced.event (
  profile_id  bigint      NOT NULL,
  occurred_at timestamptz NOT NULL,
  received_at timestamptz NOT NULL,
  event_key   uuid        NOT NULL,
  origin      text        NOT NULL,
  event_id    text        NOT NULL,
  name        text        NOT NULL,
  session_id  text,
  properties  jsonb,
  items       jsonb,
  traits      jsonb,
  consents    jsonb,
  PRIMARY KEY (profile_id, occurred_at, event_key)
) PARTITION BY RANGE (occurred_at);
COMMENT ON TABLE audienced.event IS
  'Every event as it was received, one partition a calendar month (UTC). Rows never change or move. Partitions are dropped by retention.';
COMMENT ON COLUMN audienced.event.profile_id IS
  'Who did it: the profile at the time of receipt, also after a merge.';
COMMENT ON COLUMN audienced.event.occurred_at IS
  'When it happened.';
COMMENT ON COLUMN audienced.event.received_at IS
  'When the daemon learned of it.';
COMMENT ON COLUMN audienced.event.event_key IS
  'A function of origin and event_id: the first 128 bits of SHA-256 over both, each after its length in bytes (4 bytes, big-endian). Where event_id is a UUID of version 6 or 7, the first 48 bits are those of the UUID, so that keys grow with time.';
COMMENT ON COLUMN audienced.event.origin IS
  'The sending client, import or source mapping. With event_id it tells duplicates within a profile.';
COMMENT ON COLUMN audienced.event.event_id IS
  'The id that the sender gave.';
COMMENT ON COLUMN audienced.event.name IS
  'What happened: view_item, purchase, $identify, ...';
COMMENT ON COLUMN audienced.event.session_id IS
  'The property session_id where it is a text; it is not in properties then. Null: none was given.';
COMMENT ON COLUMN audienced.event.properties IS
  'All other properties, as one object; numbers are exact decimals. Null: none.';
COMMENT ON COLUMN audienced.event.items IS
  'The items, as a list of objects in the order given. Null: none.';
COMMENT ON COLUMN audienced.event.traits IS
  'What the event says of the profile, as one object; also in the table trait. A null in it removes a trait. Null: nothing.';
COMMENT ON COLUMN audienced.event.consents IS
  'Consents that the event gives (true) or withdraws (false), as an object by purpose; also in the table consent. Null: none.';

-- Old events share one partition, so that no sender can make partitions without
-- end. Later months get theirs from the daemon when the first event comes.
CREATE TABLE audienced.event_before_1990 PARTITION OF audienced.event
  FOR VALUES FROM (MINVALUE) TO ('1990-01-01 00:00:00+00');
COMMENT ON TABLE audienced.event_before_1990 IS
  'Events that occurred before 1990-01-01T00:00:00Z (not included).';

CREATE TABLE audienced.trait (
  profile_id  bigint      NOT NULL,
  occurred_at timestamptz NOT NULL,
  event_key   uuid        NOT NULL,
  name        text        NOT NULL,
  value       jsonb       NOT NULL,
  PRIMARY KEY (profile_id, name, occurred_at, event_key)
);
COMMENT ON TABLE audienced.trait IS
  'What profiles are, and since when. Kept apart from events because it outlives their retention.';
COMMENT ON COLUMN audienced.trait.profile_id IS
  'Whose trait it is.';
COMMENT ON COLUMN audienced.trait.occurred_at IS
  'The instant from which on (included) the trait has the value.';
COMMENT ON COLUMN audienced.trait.event_key IS
  'Of the event that said so.';
COMMENT ON COLUMN audienced.trait.name IS
  'Name of the trait.';
COMMENT ON COLUMN audienced.trait.value IS
  'The value; JSON null: the trait is removed.';

CREATE TABLE audienced.consent (
  profile_id  bigint      NOT NULL,
  occurred_at timestamptz NOT NULL,
  event_key   uuid        NOT NULL,
  granted     boolean     NOT NULL,
  purpose     text        NOT NULL,
  PRIMARY KEY (profile_id, purpose, occurred_at, event_key)
);
COMMENT ON TABLE audienced.consent IS
  'What profiles agreed to, and since when. Kept apart from events because it outlives their retention.';
COMMENT ON COLUMN audienced.consent.profile_id IS
  'Whose consent it is.';
COMMENT ON COLUMN audienced.consent.occurred_at IS
  'The instant from which on (included) it is granted or withdrawn.';
COMMENT ON COLUMN audienced.consent.event_key IS
  'Of the event that said so.';
COMMENT ON COLUMN audienced.consent.granted IS
  'True: granted; false: withdrawn.';
COMMENT ON COLUMN audienced.consent.purpose IS
  'What for, as the rulebook names it.';
