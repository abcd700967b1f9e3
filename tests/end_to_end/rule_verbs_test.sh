#!/usr/bin/env bash
# The verbs with which rules are checked, planned, applied and taken back, as a
# user meets them: a daemon with a small shop, its clock stopped.
#
# usage: rule_verbs_test.sh AUDIENCED AUDIENCECTL PROJECT
set -euo pipefail

daemon=$(readlink -f "$1") audiencectl=$(readlink -f "$2")
shop=$(readlink -f "$3")/examples/shop
. "$(dirname "${BASH_SOURCE[0]}")/verbs.sh"

# Twelve people who put a boot into the cart two hours ago; one bought it.
mkdir rules
cp "$shop/shop.yaml" "$shop/shop.test.yaml" rules
for i in 01 02 03 04 05 06 07 08 09 10 11 12; do
  cat <<END
{"event_id":"i$i","event":"\$identify","occurred_at":"2026-03-02T09:00:00Z","user_id":"u$i","consent":{"marketing_email":"granted"}}
{"event_id":"c$i","event":"add_to_cart","occurred_at":"2026-03-02T10:00:00Z","user_id":"u$i","items":[{"item_id":"boot","price":89}]}
END
done >events.jsonl
echo '{"event_id":"p12","event":"purchase","occurred_at":"2026-03-02T10:30:00Z","user_id":"u12","items":[{"item_id":"boot"}]}' >>events.jsonl
echo 2026-03-02T12:00:00Z >clock

export LOGNAME=ann
exec </dev/null  # nobody is there to be asked
start --rules "$folder/rules"
expect 0 import events.jsonl

# Rules to change to: other words; an audience less; a cart of four days; one
# that is soon forgotten; faults.
mkdir same one wider narrow faulty failing
sed 's/title: Carted but not purchased/title: Left a cart/' \
  rules/shop.yaml >same/shop.yaml
sed '/^  ebook-leads:/,$d; s/in_last: 7d/in_last: 8d/' rules/shop.yaml >one/shop.yaml
sed 's/in_last: 3d/in_last: 4d/' rules/shop.yaml >wider/shop.yaml
sed 's/in_last: 3d/in_last: 1h30m/' rules/shop.yaml >narrow/shop.yaml
sed 's/in_last: 3d/in_lst: 3d/' rules/shop.yaml >faulty/shop.yaml
cp rules/shop.yaml failing
sed 's/cart-abandoners: \[\]/cart-abandoners: [ann]/' \
  rules/shop.test.yaml >failing/shop.test.yaml

expect 0 check rules
printed out '1 file, 3 audiences, no faults'
expect 1 check faulty
mentions out "shop.yaml:36:7: error: unknown key 'in_lst'"
expect 1 check faulty --output json
holds 'a["errors"] == 1 and a["faults"][0]["line"] == 36'
expect 0 test rules
expect 1 test failing

# What would change.
expect 0 plan rules
printed out 'no change: all 3 audiences mean the same'
printed out 'the rules can be used; version 1 is in force; 12 tests passed'
expect 0 plan same
printed out 'no change: all 3 audiences mean the same'
expect 0 plan one
mentions out '-  ebook-leads'
mentions out '2 audiences differ, 1 means the same; 12 profiles and 25 events '
expect 0 plan wider
mentions out '~  cart-abandoners        11     11      0      0'
printed out 'the rules can be used; version 1 is in force'
expect 4 plan narrow
mentions out '~  cart-abandoners        11      0      0     11'
mentions out ' and 1 more'
printed out '    held back: 11 profiles enter or leave an audience of 11; more than 20 % are to be confirmed'
expect 4 plan narrow --output json
holds 'a["result"] == "RESULT_HELD_BACK" and a["plan"]["held_back"]'
holds 'a["plan"]["audiences"][0]["leaving"] == 11'
narrow=$(python3 -c 'import json; print(json.load(open("out"))["fingerprint"])')
expect 1 plan faulty
mentions out 'shop.yaml:36:7: error: '
printed out 'the rules have errors; version 1 stays in force; 1 error'
expect 1 plan failing
mentions out '  got:      []'
printed out '11 expectations of 12 tests failed; version 1 of the rules stays in force'
expect 1 plan failing --output json
holds 'a["result"] == "RESULT_TESTS_FAILED" and len(a["test_failures"]) == 11'
expect 2 plan nowhere
mentions err 'cannot read nowhere'

# What is passed over is told.
mkdir -p other/sub
cp faulty/*.yaml other/sub/
touch other/more.yml other/notes.txt
printf 'version: 1\naudiences: { a: { who: { did: { event: x } } } }\n' \
  > other/a.yaml
expect 0 check other
expect 3 check other --strict
mentions err "'more.yml' is passed over"
mentions err "'sub/' is passed over"

# What changes, and what does not.
expect 1 apply faulty
expect 1 apply failing
expect 4 apply narrow
printed out "held back; version 1 of the rules stays in force until the change is confirmed with --confirm $narrow"
expect 4 apply narrow --confirm 0123456789abcdef
mentions err "--confirm '0123456789abcdef' is not the fingerprint of these rules, which is $narrow"
expect 0 members cart-abandoners --output ids
[ "$(wc -l <out)" = 11 ] || complain 'the members are not those of before'
expect 0 apply rules
mentions out 'version 1 of the rules is in force, unchanged'
expect 0 apply wider --note 'four days'
printed out 'version 2 of the rules is in force'
expect 0 apply narrow --confirm "$narrow" --author bob --output json
holds 'a["result"] == "RESULT_APPLIED" and a["version"] == 3'
expect 0 members cart-abandoners --output ids
[ ! -s out ] || complain 'somebody is still in'

expect 0 rules status
printed out "version 3 from apply by bob, in force since 2026-03-02T12:00:00Z, meaning $narrow, 3 audiences"
printed out 'the last rules that were read are in force'
expect 0 rules status --output json
holds 'a["version"] == 3 and a["last_attempt"]["result"] == "RESULT_APPLIED"'
expect 0 rules history
mentions out 'apply   ann     four days'
[ "$(wc -l <out)" = 4 ] || complain 'there are other versions'
expect 0 rules history --output json
holds '[v["version"] for v in all] == [3, 2, 1] and all[0]["author"] == "bob"'
expect 0 rules show 2
printed out '# --- shop.yaml ---'
printed out '      in_last: 4d'
expect 0 rules show 2 --output json
holds 'a["files"][0]["path"] == "shop.yaml" and a["note"] == "four days"'
expect 2 rules show 77
mentions err 'no version 77 of the rules was in force; the newest is 3'

# Back again. Eleven enter an audience of nobody.
expect 4 rules rollback 2
mentions out '11 profiles enter or leave an audience of 0; '
back=$(sed -n 's/.* with --confirm //p' out)
expect 0 rules rollback 2 --confirm "$back" --note 'too few'
printed out 'version 4 of the rules is in force'
mentions out '    confirmed: 11 profiles '
mentions err 'note: the rule folder is as it was: the next change in it puts its '
expect 0 rules status
mentions out 'version 4 from rollback by ann, '
printed out 'note: too few'
expect 2 rules rollback 77
expect 0 reload --validate-only
mentions out 'the rules can be used; version 4 is in force; 12 tests passed'
expect 0 reload --validate-only --output json
holds 'a["result"] == "RESULT_VALID" and a["test_count"] == 12'
cp faulty/shop.yaml rules/shop.yaml
expect 1 reload --validate-only
mentions out "help: did you mean 'in_last'?"

# Why, and how it would have been.
expect 0 explain cart-abandoners u01
printed out 'user_id:u01 is in cart-abandoners'
printed out '  until 2026-03-06T10:00:00Z, if nothing more happens'
mentions out 'same item_id, in_last 4d  shop.yaml:31'
printed out "  an event of 'purchased' for boot would take the profile out"
expect 0 explain cart-abandoners u12
printed out 'user_id:u12 is not in cart-abandoners'
expect 0 explain cart-abandoners u01 --output json
holds 'a["explanation"]["holds"] and a["explanation"]["rule_version"] == 4'
expect 2 explain cart-abandoner u01
expect 0 explain cart-abandoners u01 --at 2026-03-02T10:59:59Z
printed out 'user_id:u01 is not in cart-abandoners'
expect 0 backtest cart-abandoners --since 2d
printed out 'stays    0 ended; 11 still running, not counted in these'
expect 0 backtest cart-abandoners --since 2d --rules narrow --output json
holds 'a["entries"] == 11 and a["days"][-1]["exits"] == 11'
expect 1 backtest cart-abandoners --since 2d --rules faulty
mentions err '; nothing is evaluated'
expect 2 backtest cart-abandoners --since soon

[ $failed = 0 ] && echo 'the rule verbs: all as expected'
exit $failed
