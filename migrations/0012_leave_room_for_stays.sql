-- A stay changes while it lasts, and none of what changes is in an index. With
-- room in its page the new state of a row lies beside the old one, and indexes
-- are left alone.
ALTER TABLE audienced.membership SET (fillfactor = 80);
