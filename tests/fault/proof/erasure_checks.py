"""Of one who was erased nothing is left but what may be."""

from collections.abc import Iterator

from clients.ledger import Erasure, Ledger
from proof.database import Database
from system.postgres import Postgres


def check(database: Database, ledger: Ledger,
          postgres: Postgres) -> Iterator[str]:
    """What is wrong."""
    erasures = [each for each in ledger.erasures if each.erased_at is not None]
    if not erasures:
        return
    yield from _old_events(database, erasures)
    lines = postgres.dump().split('\n')
    for erasure in erasures:
        if erasure.identifier not in database.identifiers:
            yield from _traces(erasure, lines)


def _old_events(database: Database,
                erasures: list[Erasure]) -> Iterator[str]:
    """Events of the time before are gone and do not come back."""
    for erasure in erasures:
        owner = database.person(erasure.identifier)
        for stored in database.events:
            if owner is not None and (
                    database.root(stored.profile) == owner
                    and database.profiles[stored.profile]['key']
                    == ':'.join(erasure.identifier)
                    and stored.event.at <= erasure.erased_at):
                yield f'an event from before {erasure} is there: {stored}'


def _traces(erasure: Erasure, lines: list[str]) -> Iterator[str]:
    """The exits name whom consumers have to remove; nothing else does."""
    value = erasure.identifier[1]
    for line in lines:
        if value in line and '\terasure\t' not in line:
            yield f'{value} was erased, and is left in: {line[:300]}'
