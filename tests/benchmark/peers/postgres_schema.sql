-- The tables of PostgreSQL, as the other side of the benchmarks.

-- Of questions: numbers alone, ordered so that rows have no gaps.
CREATE TABLE shop_event (
  event_id    bigint      NOT NULL,
  person      bigint      NOT NULL,
  occurred_at timestamptz NOT NULL,
  item        integer     NOT NULL,
  value       real        NOT NULL,
  kind        smallint    NOT NULL
);

-- Of durable writing: rows as a shop keeps them.
CREATE TABLE bare_event (
  event_id    uuid        PRIMARY KEY,
  user_id     text        NOT NULL,
  name        text        NOT NULL,
  occurred_at timestamptz NOT NULL,
  properties  jsonb,
  items       jsonb
);
CREATE INDEX bare_event_of_user ON bare_event (user_id, occurred_at);
