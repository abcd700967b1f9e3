"""The change log is whole, in order, and leads to the memberships."""

from collections import Counter
from collections.abc import Iterator

from proof.database import Change, Database

Member = tuple[int, str]  # profile and audience


def check(database: Database) -> Iterator[str]:
    """What is wrong with the log."""
    yield from _gaps(database)
    yield from _order(database)
    yield from _replay(database)
    yield from _episodes(database.changes)


def _gaps(database: Database) -> Iterator[str]:
    for stream, head in enumerate(database.instance['heads']):
        found = [c.sequence for c in database.changes if c.stream == stream]
        if found != list(range(1, head + 1)):
            yield f'stream {stream} has {found}, its head is {head}'


def _order(database: Database) -> Iterator[str]:
    streams: dict[int, set[int]] = {}
    last: dict[int, Change] = {}
    for change in database.changes:
        before = last.get(change.stream)
        if before is not None and (change.commit_number < before.commit_number
                                   or change.commit_time <
                                   before.commit_time):
            yield f'{change} comes after {before}'
        last[change.stream] = change
        streams.setdefault(change.profile, set()).add(change.stream)
    for profile, used in streams.items():
        if used != {database.profiles[profile]['stream']}:
            yield f'profile {profile} has changes in the streams {used}'
    times: dict[int, set[int]] = {}
    for change in database.changes:
        times.setdefault(change.commit_number, set()).add(change.commit_time)
    for number, found in times.items():
        if len(found) > 1:
            yield f'commit {number} has the times {found}'
    several = Counter((c.commit_number, c.profile, c.audience)
                      for c in database.changes)
    for place, count in several.items():
        if count > 1:
            yield f'{count} changes of one profile in one commit: {place}'


def _replay(database: Database) -> Iterator[str]:
    entered: dict[Member, Change] = {}
    stays: set[tuple] = set()
    for change in database.changes:
        member = (change.profile, change.audience)
        is_in = member in entered
        if (change.kind == 'entered') == is_in:
            yield f'{change} of one who is {"in" if is_in else "out"}'
        if change.kind == 'entered':
            entered[member] = change
        elif change.kind == 'left' and is_in:
            stays.add((*member, entered.pop(member).sequence,
                       change.sequence))
    stays |= {(*member, change.sequence, None)
              for member, change in entered.items()}
    rows = {(row['profile_id'], row['audience'], row['entered_sequence'],
             row['left_sequence']) for row in database.memberships}
    # Of one who was erased the log alone is left, without contexts.
    gone = {profile for profile, row in database.profiles.items()
            if row.get('erased_at') is not None}
    stays = {stay for stay in stays if stay[0] not in gone}
    for stay in sorted(stays ^ rows, key=str):
        yield ('only the log has the stay ' if stay in stays else
               'only the table membership has the stay ') + str(stay)


def _episodes(changes: list[Change]) -> Iterator[str]:
    last: dict[Member, Change] = {}
    for change in changes:
        member = (change.profile, change.audience)
        before = last.get(member)
        known = 0 if before is None else before.episode
        may_begin = change.kind in ('entered', 'renewed', 'updated')
        if change.episode != known and not (
                may_begin and change.episode == known + 1):
            yield f'an episode is renumbered: {change} after {before}'
        if before is not None and change.effective_at < before.effective_at:
            yield f'{change} holds from before {before}'
        last[member] = change


def members(database: Database) -> dict[str, set[int]]:
    """Who is in by the log, by audience."""
    found: dict[str, set[int]] = {}
    for change in database.changes:
        those = found.setdefault(change.audience, set())
        if change.kind == 'left':
            those.discard(change.profile)
        else:
            those.add(change.profile)
    return found
