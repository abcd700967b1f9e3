-- Who follows the changes, and how long their log is kept for it.

CREATE TABLE audienced.subscription (
  client          text        NOT NULL,
  name            text        NOT NULL,
  database_id     uuid        NOT NULL,
  created_at      timestamptz NOT NULL,
  acknowledged_at timestamptz NOT NULL,
  positions       bigint[]    NOT NULL CHECK (cardinality(positions) = 64),
  audiences       text[]      NOT NULL,
  PRIMARY KEY (client, name)
);
COMMENT ON TABLE audienced.subscription IS
  'Consumers of changes whose position is remembered. The log is kept for them, up to a bound.';
COMMENT ON COLUMN audienced.subscription.client IS
  'Name of the client that made it, to which alone it belongs.';
COMMENT ON COLUMN audienced.subscription.name IS
  'Its name among those of the client.';
COMMENT ON COLUMN audienced.subscription.database_id IS
  'instance.database_id when the position was given; another one after a restore, by which the position is lost.';
COMMENT ON COLUMN audienced.subscription.created_at IS
  'Commit time of its creation, by the daemon''s clock.';
COMMENT ON COLUMN audienced.subscription.acknowledged_at IS
  'Commit time at which the position last moved, by the daemon''s clock; at first that of the creation.';
COMMENT ON COLUMN audienced.subscription.positions IS
  'Sequence of the last acknowledged change of each stream, by stream from 0 (element 1). Never goes back.';
COMMENT ON COLUMN audienced.subscription.audiences IS
  'The audiences that it follows, sorted; empty: all.';

ALTER TABLE audienced.instance
  ADD COLUMN log_start bigint[] NOT NULL CHECK (cardinality(log_start) = 64)
    DEFAULT array_fill(0::bigint, ARRAY[64]);
ALTER TABLE audienced.instance ALTER COLUMN log_start DROP DEFAULT;
COMMENT ON COLUMN audienced.instance.log_start IS
  'Sequence of the last change of each stream that was removed from the log, by stream from 0 (element 1); 0: none was. Later ones are there without a gap.';
COMMENT ON TABLE audienced.membership IS
  'One row a stay of a profile in an audience, from the published entry to the published exit. The last stay of each profile in an audience is kept, for the number of its episode; earlier ones until the entry after them is removed from the log. The members of an audience as of a sequence S of their stream, not before instance.log_start: entered_sequence <= S and (left_sequence is null or left_sequence > S).';
COMMENT ON TABLE audienced.change IS
  'The log of published changes. Within a stream the order of sequence is the order of commit. Old ones are removed, in this order.';

ALTER TABLE audienced.change ADD COLUMN consents json;
COMMENT ON COLUMN audienced.change.consents IS
  'What the profile had said of each purpose of the rules, as a list of objects with purpose, granted and, where it said something, told_at. Null: no purpose, or the profile is erased.';

ALTER TABLE audienced.profile ADD COLUMN exits_through bigint;
COMMENT ON COLUMN audienced.profile.exits_through IS
  'Sequence, in the stream of the profile, of the last exit that the erasure published. Null: none, or it is not known.';
