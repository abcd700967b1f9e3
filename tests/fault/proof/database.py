"""What lies in PostgreSQL when everything is at rest."""

import dataclasses
import decimal
import json

from proof.history import Event, History, Statement
from system.postgres import Postgres


def _at(column: str) -> str:
    """SQL: the instant in a column, in microseconds."""
    return f'(extract(epoch FROM {column}) * 1000000)::bigint AS {column}'


@dataclasses.dataclass(frozen=True)
class StoredEvent:
    """A row of the table event, with its profile."""
    profile: int
    event: Event


@dataclasses.dataclass(frozen=True)
class Change:
    """A row of the change log."""
    stream: int
    sequence: int
    commit_number: int
    commit_time: int
    profile: int
    audience: str
    kind: str
    cause: str
    episode: int
    effective_at: int
    identifiers: tuple[tuple[str, str], ...]


class Database:
    """All tables, read once; or of some profiles what `where` says."""

    def __init__(self, postgres: Postgres, where: str = 'true') -> None:
        ask = postgres.ask
        self.profiles = {row['profile_id']: row for row in ask(
            'SELECT profile_id, merged_into, stream, key, erased_at, '
            f'{_at("first_event_at")} FROM audienced.profile')}
        self.statements = [(row['profile_id'], Statement(
            row['occurred_at'], row['event_id'], plan=row['value']))
            for row in ask(
                f'SELECT profile_id, {_at("occurred_at")}, event_id, value '
                f"FROM audienced.trait WHERE name = 'plan' AND {where}")]
        self.statements += [(row['profile_id'], Statement(
            row['occurred_at'], '', consent=(row['purpose'], row['granted'])))
            for row in ask(
                f'SELECT profile_id, {_at("occurred_at")}, purpose, granted '
                f'FROM audienced.consent WHERE {where}')]
        self.identifiers = {
            (row['kind'], row['value']): row['profile_id'] for row in ask(
                'SELECT kind, value, profile_id FROM audienced.identifier '
                f'WHERE {where}')}
        self.events = [_event(row) for row in ask(
            f'SELECT profile_id, {_at("occurred_at")}, {_at("received_at")}, '
            'origin, event_id, name, properties, items, traits, consents '
            f'FROM audienced.event WHERE {where}')]
        self.changes = [_change(row) for row in ask(
            'SELECT stream, sequence, commit_number, profile_id, audience, '
            f'kind, cause, episode, {_at("effective_at")}, '
            f'{_at("commit_time")}, identifiers FROM audienced.change '
            f'WHERE {where} ORDER BY stream, sequence')]
        self.memberships = ask(
            'SELECT profile_id, stream, audience, entered_sequence, '
            'left_sequence, episode FROM audienced.membership '
            f'WHERE {where}')
        self.instance = ask(
            'SELECT heads, commit_number, rule_version, '
            f'{_at("evaluated_through")} FROM audienced.instance')[0]
        self.rules = {row['version']: row['files'][0]['text'] for row in ask(
            'SELECT version, files FROM audienced.rule_version')}

    @property
    def rulebook(self) -> dict:
        """The rules in force."""
        return json.loads(self.rules[self.instance['rule_version']],
                          parse_float=decimal.Decimal)

    def root(self, profile: int) -> int:
        """The profile that goes on where this one was merged into others."""
        while (into := self.profiles[profile]['merged_into']) is not None:
            profile = into
        return profile

    def person(self, identifier: tuple[str, str]) -> int | None:
        """Whom an identifier names."""
        profile = self.identifiers.get(identifier)
        return None if profile is None else self.root(profile)

    def histories(self, retention: int | None = None) -> dict[int, History]:
        """The union of what everybody did, by the profile that goes on. With
        a retention what was said and when it began are kept apart."""
        events: dict[int, list[Event]] = {}
        for stored in self.events:
            events.setdefault(self.root(stored.profile), []).append(
                stored.event)
        if retention is None:
            return {who: History(done) for who, done in events.items()}
        said: dict[int, list[Statement]] = {}
        for profile, statement in self.statements:
            said.setdefault(self.root(profile), []).append(statement)
        first: dict[int, int] = {}
        for profile, row in self.profiles.items():
            if row['first_event_at'] is not None and not row['erased_at']:
                who = self.root(profile)
                first[who] = min(first.get(who, 1 << 62),
                                 row['first_event_at'])
        return {who: History(events.get(who, []), said.get(who, []), begin,
                             retention) for who, begin in first.items()}


def _event(row: dict) -> StoredEvent:
    properties = row['properties'] or {}
    value = properties.get('value')
    traits = row['traits'] or {}
    return StoredEvent(row['profile_id'], Event(
        at=row['occurred_at'], event_id=row['event_id'], name=row['name'],
        item_ids=tuple(item['item_id'] for item in row['items'] or []),
        value=None if value is None else decimal.Decimal(value),
        plan=traits.get('plan'),
        consents=tuple((row['consents'] or {}).items()),
        received_at=row['received_at'], origin=row['origin']))


def _change(row: dict) -> Change:
    return Change(
        row['stream'], row['sequence'], row['commit_number'],
        row['commit_time'], row['profile_id'], row['audience'], row['kind'],
        row['cause'], row['episode'], row['effective_at'],
        tuple(sorted((i['kind'], i['value']) for i in row['identifiers'])))
