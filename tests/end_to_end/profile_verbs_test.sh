#!/usr/bin/env bash
# The verbs about single persons, as a user meets them: a daemon with a small
# shop, its clock stopped.
#
# usage: profile_verbs_test.sh AUDIENCED AUDIENCECTL PROJECT
set -euo pipefail

daemon=$(readlink -f "$1") audiencectl=$(readlink -f "$2")
shop=$(readlink -f "$3")/examples/shop
. "$(dirname "${BASH_SOURCE[0]}")/verbs.sh"

cat >events.jsonl <<'END'
{"event_id":"1","event":"$identify","occurred_at":"2026-03-02T09:00:00Z","user_id":"u-7","email":"ann@example.com","consent":{"marketing_email":"granted"},"traits":{"plan":"pro"}}
{"event_id":"2","event":"add_to_cart","occurred_at":"2026-03-02T10:00:00Z","user_id":"u-7","items":[{"item_id":"boot","price":89}]}
{"event_id":"3","event":"view_item","occurred_at":"2026-03-02T10:10:00Z","anonymous_id":"a-81","items":[{"item_id":"hat"}]}
{"event_id":"4","event":"view_item","occurred_at":"2026-03-02T10:20:00Z","user_id":"u-8"}
{"event_id":"5","event":"view_item","occurred_at":"2026-03-02T10:30:00Z","user_id":"null"}
END
printf '%s"%08000d"}\n' '{"event_id":"6","event":"note","occurred_at":"2026-03-02T10:40:00Z","user_id":"u-9","text":' 0 >>events.jsonl
echo 2026-03-02T12:00:00Z >clock

start --rules "$shop"

# A blocked value is refused like any fault of a line.
expect 1 import events.jsonl
mentions out '1 refused'
mentions events.jsonl.rejected 'blocked values'
expect 2 import - <events.jsonl
mentions err '--origin is needed'
expect 2 import <(cat events.jsonl)
mentions err '--origin is needed'
for way in file pipe; do
  if [ $way = file ]; then
    expect 1 import - --origin events.jsonl <events.jsonl
  else
    expect 1 import <(cat events.jsonl) --origin events.jsonl
  fi
  mentions out 'stdin: 0 stored'
  mentions stdin.rejected 'blocked values'
done

expect 0 profile show email:ann@example.com
mentions out 'user_id:u-7'
mentions out 'plan'
mentions out 'granted'
mentions out 'cart-abandoners'
mentions out 'add_to_cart'
expect 0 profile show u-7 --output json
mentions out '"events"'
expect 2 profile show nobody
mentions err "there is no profile 'nobody'"

expect 0 profile merge a-81 u-7
expect 0 profile show a-81
mentions out 'user_id:u-7'
mentions out 'which was merged into it'
expect 0 profile export u-7
mentions out '"record":"identifier"'
mentions out 'hat'
silent out 'u-8'
what='audiencectl profile export u-9 >/dev/full' got=0
"$audiencectl" profile export u-9 >/dev/full 2>err || got=$?
[ "$got" = 1 ] || complain "ends with $got, not 1"
mentions err 'the output cannot be written'
expect 0 profile unmerge a-81
expect 0 profile show u-7
silent out 'a-81'
expect 1 profile unmerge a-81
mentions err 'not merged'

# Without a terminal nobody is asked, so nothing is erased.
expect 1 profile erase u-7
mentions err '--yes'
expect 0 profile show u-7
expect 0 profile erase u-7 --yes
mentions out 'erased at 2026-03-02T12:00:00'
expect 2 profile show u-7
mentions err 'the person was erased'
expect 0 profile erase ann@example.com --yes
mentions out 'erased at 2026-03-02T12:00:00'
expect 0 members cart-abandoners --output ids
silent out 'u-7'

# Who is who in a file is told without a daemon as by one: few people, some of
# whose names come together only later, and devices that several share.
python3 - >people.csv <<'END'
import random
random.seed(4)
print('anonymous_id,email,user_id,event,occurred_at,event_id,item_id')
for i in range(3000):
    who = random.randrange(300)
    names = [f'x{kind}{who // shared}' if random.random() < 0.5 else ''
             for kind, shared in (('a', 3), ('e', 2), ('u', 1))]
    if any(names):
        print(*names, random.choice(['view_item', 'view_item', 'add_to_cart']),
              f'2026-03-02T{8 + i // 1000:02}:{i % 60:02}:00Z', f'x{i}',
              f'sku-{random.randrange(5)}', sep=',')
END
expect 0 import people.csv
expect 0 members viewed-not-carted --output ids
grep '^x' out >of_daemon
[ "$(wc -l <of_daemon)" -gt 20 ] || complain 'hardly anybody is a member'
expect 0 evaluate --rules "$shop" --events people.csv \
  --at 2026-03-02T12:00:00Z --audience viewed-not-carted --output ids
diff of_daemon out >differences || complain "differs: $(head differences)"

exit "$failed"
