"""Each watcher saw every change of its audiences once, and in order."""

from collections.abc import Iterator

from clients.watcher import Seen, Watcher
from proof import log_checks
from proof.database import Change, Database


def check(database: Database, watchers: list[Watcher]) -> Iterator[str]:
    """What is wrong with what they saw, up to the end of the log."""
    names = _names(database, watchers)
    keys: dict[tuple, str] = {}
    for watcher in watchers:
        yield from _follow(database, watcher, names, keys)
    if len(set(names.values())) != len(names):
        yield f'two names of one profile: {names}'
    if len(set(keys.values())) != len(keys):
        yield 'two episodes have one idempotency key'
    for watcher in watchers:
        if watcher.listed is not None:
            yield from _list_and_log(database, watcher, names)


def _key(change: Seen | Change, who) -> tuple:
    """What tells a change apart, but for those of one profile that look
    alike: they are in one stream, and the watcher saw the last of them."""
    return (change.commit_time, change.audience, change.kind, change.cause,
            change.episode, change.effective_at, who)


def _names(database: Database, watchers: list[Watcher]) -> dict[str, int]:
    """The profiles by their names in the API: those that a change with
    identifiers tells, then those that are left, of people who were erased."""
    rows = {_key(row, row.identifiers): row.profile
            for row in database.changes}
    every = [seen for watcher in watchers for seen in watcher.changes]
    names = {seen.profile: rows[_key(seen, seen.identifiers)]
             for seen in every if seen.identifiers
             and _key(seen, seen.identifiers) in rows}
    blank = {_key(row, None): row.profile for row in database.changes
             if not row.identifiers and row.profile not in names.values()}
    for seen in every:
        if seen.profile not in names and _key(seen, None) in blank:
            names[seen.profile] = blank[_key(seen, None)]
    return names


def _follow(database: Database, watcher: Watcher, names: dict[str, int],
            keys: dict[tuple, str]) -> Iterator[str]:
    rows: dict[tuple, list[Change]] = {}
    wanted = set(watcher.habits.audiences)
    for change in database.changes:
        if not wanted or change.audience in wanted:
            rows.setdefault(_key(change, change.profile), []).append(change)
    later: dict[int, int] = {}
    first_commit = database.instance['commit_number'] + 1
    for seen in reversed(watcher.changes):
        found = rows.get(_key(seen, names.get(seen.profile)))
        if not found:
            yield f'{watcher.name}: not in the log, or seen twice: {seen}'
            continue
        row = found.pop()
        if row.sequence >= later.get(row.stream, 1 << 62):
            yield f'{watcher.name}: out of order: {seen}'
        later[row.stream] = row.sequence
        first_commit = min(first_commit, row.commit_number)
        if row.identifiers and row.identifiers != seen.identifiers:
            yield f'{watcher.name}: other identifiers than {row}: {seen}'
        episode = (row.profile, row.audience, row.episode)
        if keys.setdefault(episode, seen.idempotency_key) != \
                seen.idempotency_key:
            yield f'{watcher.name}: another idempotency key: {seen}'
    for row in (row for left in rows.values() for row in left):
        # What was committed before it began it need not have seen.
        if watcher.from_start or row.commit_number >= first_commit:
            yield f'{watcher.name} {watcher.habits}: never saw {row}'


def _list_and_log(database: Database, watcher: Watcher,
                  names: dict[str, int]) -> Iterator[str]:
    """A list and the changes after its cursor lead to the members."""
    inside = set(watcher.listed)
    for seen in watcher.changes:
        if (seen.kind == 'entered') == (seen.profile in inside):
            yield f'{watcher.name}: does not follow from its list: {seen}'
        if seen.kind == 'left':
            inside.discard(seen.profile)
        else:
            inside.add(seen.profile)
    found = {names.get(name) or database.person(watcher.listed[name])
             for name in inside}
    audience = watcher.habits.audiences[0]
    published = log_checks.members(database).get(audience, set())
    if found != published:
        yield (f'{watcher.name}: list and changes lead to {found}, the log '
               f'of {audience} to {published}')
