-- Who put each version of the rules in force, from where, and what was said of
-- it.

ALTER TABLE audienced.rule_version
  ADD COLUMN source text NOT NULL DEFAULT 'folder',
  ADD COLUMN author text NOT NULL DEFAULT '',
  ADD COLUMN note   text NOT NULL DEFAULT '';
ALTER TABLE audienced.rule_version
  ALTER COLUMN source DROP DEFAULT,
  ALTER COLUMN author DROP DEFAULT,
  ALTER COLUMN note   DROP DEFAULT;
COMMENT ON COLUMN audienced.rule_version.source IS
  'folder: read from the rule folder; apply: sent by a client; rollback: an earlier version once more.';
COMMENT ON COLUMN audienced.rule_version.author IS
  'Who did it, as the client said. Empty: not known.';
COMMENT ON COLUMN audienced.rule_version.note IS
  'What the author said of it. Empty: nothing.';
CREATE INDEX rule_version_of_folder ON audienced.rule_version (version)
  WHERE source = 'folder';
COMMENT ON INDEX audienced.rule_version_of_folder IS
  'The rules that the folder last had.';
