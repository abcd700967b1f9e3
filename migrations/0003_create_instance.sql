-- Where the daemon stands, and by which rules.

CREATE TABLE audienced.rule_version (
  version     bigint      PRIMARY KEY,
  applied_at  timestamptz NOT NULL,
  fingerprint text        NOT NULL,
  files       json        NOT NULL
);
COMMENT ON TABLE audienced.rule_version IS
  'Every version of the rules that was in force.';
COMMENT ON COLUMN audienced.rule_version.version IS
  'Number of the version, from 1, without gaps.';
COMMENT ON COLUMN audienced.rule_version.applied_at IS
  'Commit time of the version, by the daemon''s clock.';
COMMENT ON COLUMN audienced.rule_version.fingerprint IS
  'Digest by which equal rules are recognised.';
COMMENT ON COLUMN audienced.rule_version.files IS
  'The rule files, as a list of objects with name and text, in the order of loading.';

CREATE TABLE audienced.instance (
  only_row          boolean     PRIMARY KEY CHECK (only_row),
  database_id       uuid        NOT NULL,
  lineage           text        NOT NULL,
  cursor_key        bytea       NOT NULL CHECK (length(cursor_key) = 32),
  heads             bigint[]    NOT NULL CHECK (cardinality(heads) = 64),
  commit_number     bigint      NOT NULL,
  commit_time       timestamptz NOT NULL,
  evaluated_through timestamptz NOT NULL,
  rule_version      bigint      NOT NULL
);
COMMENT ON TABLE audienced.instance IS
  'The one row that every commit of the daemon updates.';
COMMENT ON COLUMN audienced.instance.only_row IS
  'True; there is no second row.';
COMMENT ON COLUMN audienced.instance.database_id IS
  'Names this database in cursors; the daemon gives another one when it finds the database restored or copied.';
COMMENT ON COLUMN audienced.instance.lineage IS
  'Of the cluster and database at the last start: system identifier, timeline, database oid. Differs after a restore.';
COMMENT ON COLUMN audienced.instance.cursor_key IS
  'Secret of 32 random bytes that authenticates cursors.';
COMMENT ON COLUMN audienced.instance.heads IS
  'Sequence of the last change of each stream, by stream from 0 (element 1); 0: none yet.';
COMMENT ON COLUMN audienced.instance.commit_number IS
  'Number of the last commit; 0: none yet. Tells whether a commit in doubt happened.';
COMMENT ON COLUMN audienced.instance.commit_time IS
  'Time of the last commit, by the daemon''s clock; -infinity: none yet.';
COMMENT ON COLUMN audienced.instance.evaluated_through IS
  'Instant through which (included) memberships are published; -infinity: none yet.';
COMMENT ON COLUMN audienced.instance.rule_version IS
  'Version of the rules in force; 0: none yet.';
