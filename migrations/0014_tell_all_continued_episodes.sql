-- Of several episodes that become one, all are told.
ALTER TABLE audienced.membership ADD COLUMN continues json;
ALTER TABLE audienced.change ADD COLUMN continues json;
UPDATE audienced.membership SET continues = json_build_array(json_build_object(
  'profile', continues_profile_id::text, 'episode', continues_episode::text))
WHERE continues_profile_id IS NOT NULL;
UPDATE audienced.change SET continues = json_build_array(json_build_object(
  'profile', continues_profile_id::text, 'episode', continues_episode::text))
WHERE continues_profile_id IS NOT NULL;
ALTER TABLE audienced.membership
  DROP COLUMN continues_profile_id,
  DROP COLUMN continues_episode;
ALTER TABLE audienced.change
  DROP COLUMN continues_profile_id,
  DROP COLUMN continues_episode;
COMMENT ON COLUMN audienced.membership.continues IS
  'The episodes of other profiles that go on in this one since two became one, or one two: a list of objects with the number of the profile and that of the episode under it, as texts. Null: it goes on with none.';
COMMENT ON COLUMN audienced.change.continues IS
  'As membership.continues after the change; null of an exit.';
