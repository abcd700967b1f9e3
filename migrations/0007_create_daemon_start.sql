-- Which starts of the daemon this database has seen: how a cursor tells that it
-- was given in a future that a restore took away.

CREATE TABLE audienced.daemon_start (
  number        bigint PRIMARY KEY,
  start_id      uuid   NOT NULL UNIQUE,
  commit_number bigint NOT NULL
);
COMMENT ON TABLE audienced.daemon_start IS
  'One row a start of the daemon on this database. A cursor names the start and the commit by which it was given; one that names a start that is not here, or a commit of a start that came after the next one began, belongs to a state that was lost by restoring a backup.';
COMMENT ON COLUMN audienced.daemon_start.number IS
  'Counts the starts, from 1, without gaps.';
COMMENT ON COLUMN audienced.daemon_start.start_id IS
  'Names the start; random.';
COMMENT ON COLUMN audienced.daemon_start.commit_number IS
  'The last commit that the start found; those of the start come after it.';
