-- What was published: who is and was in which audience, and the log of changes.

CREATE TABLE audienced.membership (
  profile_id       bigint      NOT NULL,
  entered_sequence bigint      NOT NULL,
  left_sequence    bigint,
  episode          bigint      NOT NULL,
  rule_version     bigint      NOT NULL,
  match_from       timestamptz NOT NULL,
  match_until      timestamptz NOT NULL,
  matched_at       timestamptz NOT NULL,
  entered_at       timestamptz NOT NULL,
  effective_at     timestamptz NOT NULL,
  announced_flip   timestamptz NOT NULL,
  changed_at       timestamptz NOT NULL,
  stream           smallint    NOT NULL CHECK (stream BETWEEN 0 AND 63),
  existing         boolean     NOT NULL,
  audience         text        NOT NULL,
  context          json,
  PRIMARY KEY (profile_id, audience, entered_sequence)
);
CREATE INDEX membership_by_audience
  ON audienced.membership (audience, profile_id);
COMMENT ON TABLE audienced.membership IS
  'One row a stay of a profile in an audience, from the published entry to the published exit. Rows of those who left live as long as the log. The members of an audience as of a sequence S of their stream: entered_sequence <= S and (left_sequence is null or left_sequence > S).';
COMMENT ON INDEX audienced.membership_by_audience IS
  'Lists of members, by profile number.';
COMMENT ON COLUMN audienced.membership.profile_id IS
  'Who is in.';
COMMENT ON COLUMN audienced.membership.entered_sequence IS
  'Sequence of the change that published the entry, in the stream of the profile (included).';
COMMENT ON COLUMN audienced.membership.left_sequence IS
  'Sequence of the change that published the exit (no member from here on). Null: still in.';
COMMENT ON COLUMN audienced.membership.episode IS
  'Number of the episode, from 1 for each profile and audience; given once, never reused.';
COMMENT ON COLUMN audienced.membership.rule_version IS
  'Version of the rules by which the stay last changed.';
COMMENT ON COLUMN audienced.membership.match_from IS
  'Begin of the episode (included), as known when last published.';
COMMENT ON COLUMN audienced.membership.match_until IS
  'End of the episode (not included), as known when last published; infinity: no end is foreseen.';
COMMENT ON COLUMN audienced.membership.matched_at IS
  'Latest instant at which the condition became true, as published.';
COMMENT ON COLUMN audienced.membership.entered_at IS
  'From when on (included) the profile is in: effective time of the entry.';
COMMENT ON COLUMN audienced.membership.effective_at IS
  'Effective time of the last published change; -infinity: none.';
COMMENT ON COLUMN audienced.membership.announced_flip IS
  'When membership ends or begins if nothing else happens, as last evaluated; infinity: never.';
COMMENT ON COLUMN audienced.membership.changed_at IS
  'Commit time of the last change to this row, by the daemon''s clock.';
COMMENT ON COLUMN audienced.membership.stream IS
  'Stream of the profile, 0 to 63.';
COMMENT ON COLUMN audienced.membership.existing IS
  'True: was in before the audience was first published, from imported history.';
COMMENT ON COLUMN audienced.membership.audience IS
  'Key of the audience in the rulebook.';
COMMENT ON COLUMN audienced.membership.context IS
  'The context as last published, as one object. json, not jsonb: its exact text is what the next evaluation is compared with. Null: none.';

CREATE TABLE audienced.change (
  stream        smallint    NOT NULL CHECK (stream BETWEEN 0 AND 63),
  existing      boolean     NOT NULL,
  sequence      bigint      NOT NULL,
  commit_number bigint      NOT NULL,
  profile_id    bigint      NOT NULL,
  episode       bigint      NOT NULL,
  rule_version  bigint      NOT NULL,
  effective_at  timestamptz NOT NULL,
  commit_time   timestamptz NOT NULL,
  expires_at    timestamptz,
  audience      text        NOT NULL,
  kind          text        NOT NULL,
  cause         text        NOT NULL,
  context       json,
  identifiers   json        NOT NULL,
  PRIMARY KEY (stream, sequence)
);
COMMENT ON TABLE audienced.change IS
  'The log of published changes. Within a stream the order of sequence is the order of commit.';
COMMENT ON COLUMN audienced.change.stream IS
  'Stream of the profile, 0 to 63.';
COMMENT ON COLUMN audienced.change.existing IS
  'True: the profile was in before the audience was first published, from imported history.';
COMMENT ON COLUMN audienced.change.sequence IS
  'Number of the change within its stream, from 1, without gaps.';
COMMENT ON COLUMN audienced.change.commit_number IS
  'The commit that published it; changes with one number go out together.';
COMMENT ON COLUMN audienced.change.profile_id IS
  'Whose membership changed.';
COMMENT ON COLUMN audienced.change.episode IS
  'Number of the episode, from 1 for each profile and audience.';
COMMENT ON COLUMN audienced.change.rule_version IS
  'Version of the rules by which it was decided.';
COMMENT ON COLUMN audienced.change.effective_at IS
  'From when on (included) it holds.';
COMMENT ON COLUMN audienced.change.commit_time IS
  'When it was published, by the daemon''s clock; never before that of an earlier commit.';
COMMENT ON COLUMN audienced.change.expires_at IS
  'When membership ends (no member from here on) if nothing else happens. Null: not foreseen.';
COMMENT ON COLUMN audienced.change.audience IS
  'Key of the audience in the rulebook.';
COMMENT ON COLUMN audienced.change.kind IS
  'entered, renewed, updated or left.';
COMMENT ON COLUMN audienced.change.cause IS
  'event, time, late_event, merge, rules, consent, erasure, rebuild or size.';
COMMENT ON COLUMN audienced.change.context IS
  'What the audience tells of the profile, as one object, in its exact text. Null: nothing.';
COMMENT ON COLUMN audienced.change.identifiers IS
  'Identifiers of the profile at the commit, as a list of objects with kind and value.';
