"""What one person did, as conditions look at it."""

import dataclasses
import decimal


@dataclasses.dataclass(frozen=True, eq=False)
class Event:
    """An event as it lies in the database. Equal only to itself."""
    at: int
    event_id: str
    name: str
    item_ids: tuple[str, ...] = ()
    value: decimal.Decimal | None = None
    plan: str | None = None
    consents: tuple[tuple[str, bool], ...] = ()
    received_at: int = 0
    origin: str = ''

    @property
    def key(self) -> tuple[str, str]:
        """What it is known by within its profile."""
        return self.origin, self.event_id


@dataclasses.dataclass(frozen=True)
class Statement:
    """What an event says of a profile; kept when the event is not."""
    at: int
    event_id: str
    plan: str | None = None
    consent: tuple[str, bool] | None = None   # purpose, and whether granted


class History:
    """The events of one person in order of time, each once."""

    def __init__(self, events: list[Event],
                 statements: list[Statement] | None = None,
                 first_at: int | None = None,
                 retention: int | None = None) -> None:
        """Without `statements` they are those of the events, and without
        `first_at` it is the instant of the first event."""
        known: dict[tuple[str, str], Event] = {}
        # Of several copies the one received first counts.
        for event in sorted(events, key=lambda e: (e.received_at, e.at)):
            known.setdefault(event.key, event)
        self.events = sorted(known.values(), key=lambda e: (e.at, e.event_id))
        self.statements = (_statements(self.events) if statements is None
                           else sorted(statements,
                                       key=lambda s: (s.at, s.event_id)))
        self.retention = retention
        self.first_at = first_at
        if first_at is None and self.events:
            self.first_at = self.events[0].at

    def until(self, t: int) -> list[Event]:
        """The events that count at `t`."""
        return [event for event in self.events if event.at <= t
                and (self.retention is None or t - event.at < self.retention)]

    def exists(self, t: int) -> bool:
        """Before its first event no signal of a profile holds."""
        return self.first_at is not None and self.first_at <= t

    def plan(self, t: int) -> str | None:
        """The latest value of the trait."""
        told = [said.plan for said in self.statements
                if said.plan is not None and said.at <= t]
        return told[-1] if told else None

    def consented(self, purpose: str, t: int, default: bool) -> bool:
        """By the latest consent; of two at one instant `denied` is later."""
        told = [(said.at, not said.consent[1]) for said in self.statements
                if said.consent is not None and said.consent[0] == purpose
                and said.at <= t]
        return not max(told)[1] if told else default

    def instants(self) -> set[int]:
        """At which something was done or said."""
        found = {event.at for event in self.events}
        found |= {said.at for said in self.statements}
        return found if self.first_at is None else found | {self.first_at}


def _statements(events: list[Event]) -> list[Statement]:
    found = [Statement(event.at, event.event_id, plan=event.plan)
             for event in events if event.plan is not None]
    return found + [Statement(event.at, event.event_id, consent=said)
                    for event in events for said in event.consents]
