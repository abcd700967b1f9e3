"""What must hold at the end of a long run, in SQL and on a sample."""

import json
import random
from collections.abc import Iterator

from endurance.follower import Follower
from endurance.traffic import ORIGIN, Traffic
from proof import signals
from proof.database import Database
from system.postgres import Postgres

# Each counts rows that must not be.
_NONE_OF = {
    'events that are there twice':
        'SELECT 1 FROM audienced.event GROUP BY profile_id, origin, event_id '
        'HAVING count(*) > 1',
    'streams with gaps':
        'SELECT 1 FROM audienced.change GROUP BY stream '
        'HAVING count(*) <> max(sequence) OR min(sequence) <> 1 OR '
        'max(sequence) <> (SELECT heads[stream + 1] FROM audienced.instance)',
    'changes out of order':
        'SELECT 1 FROM (SELECT commit_number < lag(commit_number) OVER w OR '
        'commit_time < lag(commit_time) OVER w AS wrong FROM '
        'audienced.change WINDOW w AS (PARTITION BY stream ORDER BY '
        'sequence)) AS pairs WHERE wrong',
    'entries of those who are in, exits of those who are out':
        "SELECT 1 FROM (SELECT kind, coalesce(lag(kind) OVER w, 'left') AS "
        'before FROM audienced.change WINDOW w AS (PARTITION BY profile_id, '
        'audience ORDER BY sequence)) AS pairs WHERE '
        "(kind = 'entered') <> (before = 'left')",
    'renumbered episodes':
        'SELECT 1 FROM (SELECT episode - coalesce(lag(episode) OVER w, 0) '
        'AS step FROM audienced.change WINDOW w AS (PARTITION BY profile_id, '
        'audience ORDER BY sequence)) AS pairs WHERE step NOT IN (0, 1)',
    'changes that hold from before the one before':
        'SELECT 1 FROM (SELECT effective_at < lag(effective_at) OVER w AS '
        'wrong FROM audienced.change WINDOW w AS (PARTITION BY profile_id, '
        'audience ORDER BY sequence)) AS pairs WHERE wrong',
    'memberships that the log does not lead to':
        'SELECT 1 FROM (SELECT DISTINCT ON (profile_id, audience) profile_id,'
        ' audience, kind FROM audienced.change ORDER BY profile_id, audience,'
        ' sequence DESC) AS last FULL JOIN (SELECT profile_id, audience FROM '
        'audienced.membership WHERE left_sequence IS NULL) AS stay '
        'USING (profile_id, audience) '
        "WHERE (stay.profile_id IS NULL) <> (last.kind = 'left') "
        'OR last.kind IS NULL',
}


def check(postgres: Postgres, traffic: Traffic, count: int, accepted: int,
          followers: list[Follower], sample: int) -> Iterator[str]:
    """What is wrong. The daemon is stopped, events below `count` were
    acknowledged, and `sample` persons are looked at one by one."""
    rows = postgres.ask('SELECT count(*) FROM audienced.event')[0]['count']
    if not accepted <= rows == count:
        yield (f'{count} events were acknowledged, {accepted} of them as new; '
               f'{rows} are there')
    for what, query in _NONE_OF.items():
        found = postgres.ask(f'SELECT count(*) FROM ({query}) AS found')
        if found[0]['count']:
            yield f'{found[0]["count"]} {what}'
    for follower in followers:
        yield from follower.faults[:5]
        yield from _followed(postgres, follower)
    persons = random.Random(count).sample(range(traffic.persons), sample)
    yield from _sampled(postgres, traffic, count, persons)


def _followed(postgres: Postgres, follower: Follower) -> Iterator[str]:
    where = f'commit_time <= {_instant(follower.told_through)}'
    if follower.audiences:
        names = ', '.join(f"'{name}'" for name in follower.audiences)
        where += f' AND audience IN ({names})'
    log = postgres.ask(
        'SELECT count(*), coalesce(sum(("x" || substr(md5(concat_ws("|", '
        'audience, kind, episode, (extract(epoch FROM effective_at) * '
        '1000000)::bigint, (extract(epoch FROM commit_time) * 1000000)'
        '::bigint)), 1, 15))::bit(60)::bigint), 0) AS sum FROM '
        'audienced.change WHERE '.replace('"', "'") + where)[0]
    if (log['count'], log['sum']) != (follower.count, follower.sum):
        yield (f'a watcher of {follower.audiences or "all"} saw '
               f'{follower.count} changes, the log has {log["count"]}'
               + ('' if log['count'] != follower.count else ', and others'))


def _instant(at: int) -> str:
    """In SQL, exactly."""
    return (f"(timestamptz 'epoch' + {at // 1_000_000} * interval '1 second' "
            f"+ {at % 1_000_000} * interval '1 microsecond')")


def _sampled(postgres: Postgres, traffic: Traffic, count: int,
             persons: list[int]) -> Iterator[str]:
    names = ', '.join(f"'u{person}', 'a{person}'" for person in persons)
    database = Database(postgres, 'profile_id IN (SELECT profile_id FROM '
                        f'audienced.identifier WHERE value IN ({names}))')
    for person in persons:
        wanted = {traffic.event(number).event_id
                  for number in traffic.numbers_of(person, count)}
        owners = {database.person(('user_id', f'u{person}')),
                  database.person(('anonymous_id', f'a{person}'))}
        found = {stored.event.event_id for stored in database.events
                 if database.root(stored.profile) in owners
                 and stored.event.origin == ORIGIN}
        if found != wanted:
            yield f'person {person}: not as sent: {sorted(found ^ wanted)}'
    histories = database.histories()
    expected = signals.members(histories, database.rulebook,
                               database.instance['evaluated_through'])
    published: dict[str, set[int]] = {}
    for row in database.memberships:
        if row['left_sequence'] is None:
            published.setdefault(row['audience'], set()).add(
                row['profile_id'])
    for name, members in expected.items():
        for who in members ^ published.get(name, set()):
            yield (f'{name}: profile {who} is '
                   f'{"not " if who in members else ""}in, the rules say '
                   f'otherwise: {json.dumps(database.profiles[who])}')
