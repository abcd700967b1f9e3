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


class History:
    """The events of one person in order of time, each once."""

    def __init__(self, events: list[Event]) -> None:
        known: dict[tuple[str, str], Event] = {}
        # Of several copies the one received first counts.
        for event in sorted(events, key=lambda e: (e.received_at, e.at)):
            known.setdefault(event.key, event)
        self.events = sorted(known.values(), key=lambda e: (e.at, e.event_id))

    def until(self, t: int) -> list[Event]:
        """The events at or before `t`."""
        return [event for event in self.events if event.at <= t]

    def exists(self, t: int) -> bool:
        """Before its first event no signal of a profile holds."""
        return bool(self.events) and self.events[0].at <= t

    def plan(self, t: int) -> str | None:
        """The latest value of the trait."""
        told = [e.plan for e in self.until(t) if e.plan is not None]
        return told[-1] if told else None

    def consented(self, purpose: str, t: int, default: bool) -> bool:
        """By the latest consent; of two at one instant `denied` is later."""
        said = [(event.at, not granted) for event in self.until(t)
                for name, granted in event.consents if name == purpose]
        return not max(said)[1] if said else default
