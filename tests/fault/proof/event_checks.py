"""No acknowledged event is lost, none is there twice, none is made up."""

import decimal
from collections import Counter
from collections.abc import Iterator

from clients.ledger import Ledger
from people import events as people
from proof.database import Database, StoredEvent


def check(database: Database, ledger: Ledger,
          kept_after: int) -> Iterator[str]:
    """What is wrong with the events in the database. Those that occurred
    until `kept_after` (included) may be gone."""
    yield from _lost(database, ledger, kept_after)
    yield from _twice(database, ledger, kept_after)
    yield from _made_up(database, ledger)
    yield from _not_merged(database, ledger)


def _lost(database: Database, ledger: Ledger,
          kept_after: int) -> Iterator[str]:
    there = {(database.root(stored.profile), stored.event.key)
             for stored in database.events}
    for kind, acknowledged in (('accepted', ledger.accepted),
                               ('duplicate', ledger.duplicates)):
        for event in acknowledged:
            owners = {database.person(each) for each in event.identifiers}
            if _may_be_gone(event, ledger, kept_after):
                continue
            if not any((owner, event.key) in there for owner in owners):
                yield f'an event answered {kind} is lost: {event}'


def _twice(database: Database, ledger: Ledger,
           kept_after: int) -> Iterator[str]:
    rows = Counter((stored.profile, stored.event.key)
                   for stored in database.events)
    for (profile, key), count in rows.items():
        if count > 1:
            yield f'profile {profile} has event {key} {count} times'
    stored_keys = Counter(key for _, key in rows)
    accepted = [event for event in ledger.accepted
                if not _may_be_gone(event, ledger, kept_after)]
    for key, count in Counter(e.key for e in accepted).items():
        if count > stored_keys[key]:
            yield (f'event {key} was answered accepted {count} times and is '
                   f'there {stored_keys[key]} times')


def _may_be_gone(event: people.Event, ledger: Ledger,
                 kept_after: int) -> bool:
    """Whether an erasure or the retention may have taken the event, or
    another copy of it."""
    copies = ledger.sent[event.key]
    if any(copy.occurred_at <= kept_after for copy in copies):
        return True
    mine = {people.person_of(each) for copy in copies
            for each in copy.identifiers if people.is_fleeting(each)}
    return any(people.person_of(each.identifier) in mine
               for each in ledger.erasures)


def _made_up(database: Database, ledger: Ledger) -> Iterator[str]:
    for stored in database.events:
        if stored.event.origin == 'audienced':
            continue  # the daemon's own
        copies = ledger.sent.get(stored.event.key, [])
        if not any(_is_copy(stored, sent) and database.root(stored.profile)
                   in {database.person(each) for each in sent.identifiers}
                   for sent in copies):
            yield f'nobody sent what is stored as {stored}'


def _is_copy(stored: StoredEvent, sent: people.Event) -> bool:
    event = stored.event
    value = decimal.Decimal(sent.value) if sent.value else None
    return (event.at == sent.occurred_at and event.name == sent.name
            and event.item_ids == tuple(item.item_id for item in sent.items)
            and event.value == value and (event.plan or '') == sent.plan
            and [said for _, said in event.consents] ==
            ([] if sent.granted is None else [sent.granted]))


def _not_merged(database: Database, ledger: Ledger) -> Iterator[str]:
    if ledger.unmerges:
        return  # which of them it took back depends on the order
    for merge in ledger.merges:
        if merge.is_acknowledged and (database.person(merge.profile)
                                      != database.person(merge.into)):
            yield f'an acknowledged merge is lost: {merge}'
