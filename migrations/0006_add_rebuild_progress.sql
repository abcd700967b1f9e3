-- How far the profiles have moved to the rules in force.

ALTER TABLE audienced.instance ADD COLUMN rebuilt_through bigint;
COMMENT ON COLUMN audienced.instance.rebuilt_through IS
  'While profiles move to the rules in force, the number through which (included) all have moved; 0 at first. Null: all have.';
