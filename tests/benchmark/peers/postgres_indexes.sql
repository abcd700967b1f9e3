-- Without the last two the questions take five times as long.
ALTER TABLE shop_event ADD PRIMARY KEY (event_id);
CREATE INDEX ON shop_event (person, occurred_at);
CREATE INDEX ON shop_event (kind, occurred_at) INCLUDE (person, item, value);
CREATE INDEX ON shop_event (person, kind, occurred_at);
VACUUM (ANALYZE) shop_event;
