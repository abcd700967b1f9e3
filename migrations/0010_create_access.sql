-- Who may do what, and what they did.

CREATE TABLE audienced.token (
  token_id          text        PRIMARY KEY,
  client            text        NOT NULL,
  digest            bytea       CHECK (length(digest) = 32),
  certificate_name  text,
  scopes            text[]      NOT NULL,
  audience_patterns text[]      NOT NULL,
  identifiers       text        NOT NULL,
  created_at        timestamptz NOT NULL,
  created_by        text        NOT NULL,
  expires_at        timestamptz,
  revoked_at        timestamptz,
  CHECK (digest IS NOT NULL OR certificate_name IS NOT NULL)
);
COMMENT ON TABLE audienced.token IS
  'What clients prove themselves by, and what they may do then. Rows stay when they expire or are revoked.';
COMMENT ON COLUMN audienced.token.token_id IS
  'Names the token; public, a part of its text.';
COMMENT ON COLUMN audienced.token.client IS
  'The name of the client; several tokens may have it.';
COMMENT ON COLUMN audienced.token.digest IS
  'SHA-256 of the text of the token, which is kept nowhere. Null: a certificate alone.';
COMMENT ON COLUMN audienced.token.certificate_name IS
  'A name in the certificate of the client. Null: none.';
COMMENT ON COLUMN audienced.token.scopes IS
  'audiences, ingest, rules, profiles, erase, admin.';
COMMENT ON COLUMN audienced.token.audience_patterns IS
  'Names of the audiences that it may see, in which * stands for any text.';
COMMENT ON COLUMN audienced.token.identifiers IS
  'How much it sees of identifiers: none, hashed or plain.';
COMMENT ON COLUMN audienced.token.created_at IS
  'When it was made, by the daemon''s clock.';
COMMENT ON COLUMN audienced.token.created_by IS
  'The client that made it.';
COMMENT ON COLUMN audienced.token.expires_at IS
  'From when on it is no good. Null: never.';
COMMENT ON COLUMN audienced.token.revoked_at IS
  'When it was revoked. Null: it was not.';

CREATE TABLE audienced.audit_entry (
  occurred_at   timestamptz NOT NULL,
  commit_number bigint      NOT NULL,
  ordinal       bigint      NOT NULL,
  client        text        NOT NULL,
  method        text        NOT NULL,
  audience      text        NOT NULL,
  call_count    bigint      NOT NULL,
  item_count    bigint      NOT NULL,
  PRIMARY KEY (occurred_at, commit_number, ordinal)
);
COMMENT ON TABLE audienced.audit_entry IS
  'What clients did. It names no person. Rows are dropped when they are older than the setting audit_retention.';
COMMENT ON COLUMN audienced.audit_entry.occurred_at IS
  'When, by the daemon''s clock; of several calls that are summed, the first one.';
COMMENT ON COLUMN audienced.audit_entry.commit_number IS
  'The commit that wrote the row.';
COMMENT ON COLUMN audienced.audit_entry.ordinal IS
  'Its place among the rows of that commit, from 0.';
COMMENT ON COLUMN audienced.audit_entry.client IS
  'The name of the client; (local): somebody on the daemon''s machine, without a token.';
COMMENT ON COLUMN audienced.audit_entry.method IS
  'What was called: AudienceService.ListMembers.';
COMMENT ON COLUMN audienced.audit_entry.audience IS
  'On which audience. Empty: none, or all that the client may see.';
COMMENT ON COLUMN audienced.audit_entry.call_count IS
  'How many calls.';
COMMENT ON COLUMN audienced.audit_entry.item_count IS
  'How many members, changes, checks or rows were given.';
