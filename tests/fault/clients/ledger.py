"""What was sent, and what was answered. Thread-safe."""

import dataclasses
import threading

from people.events import TOLERANCE, Event, is_fleeting, person_of
from system.api import error_reason_pb2, event_service_pb2

ACCEPTED = event_service_pb2.EventResult.STATUS_ACCEPTED
DUPLICATE = event_service_pb2.EventResult.STATUS_DUPLICATE
REFUSED = event_service_pb2.EventResult.STATUS_REFUSED



@dataclasses.dataclass(frozen=True)
class Erasure:
    """One person whom to forget was asked for."""
    identifier: tuple[str, str]
    asked_at: int
    erased_at: int | None   # none: not answered, so it may have happened


@dataclasses.dataclass(frozen=True)
class Merge:
    """One profile into another, as asked for."""
    profile: tuple[str, str]
    into: tuple[str, str]
    is_acknowledged: bool


class Ledger:
    """Kept by those who talk to the daemon, read by the checks."""

    def __init__(self, retention: int | None = None) -> None:
        self._retention = retention
        self._lock = threading.Lock()
        self.sent: dict[tuple[str, str], list[Event]] = {}
        self.accepted: list[Event] = []
        self.duplicates: list[Event] = []
        self.merges: list[Merge] = []
        self.unmerges = 0   # that were asked for
        self.erasures: list[Erasure] = []
        self.rules_put_in_force: list[str] = []
        self.faults: list[str] = []
        self.counts: dict[str, int] = {}

    def count(self, what: str, by: int = 1) -> None:
        """Counts something for the report."""
        with self._lock:
            self.counts[what] = self.counts.get(what, 0) + by

    def fault(self, text: str) -> None:
        """Something that must not be, seen while it happened."""
        with self._lock:
            self.faults.append(text)

    def sends(self, batch: list[Event]) -> None:
        """Before the batch leaves."""
        with self._lock:
            for event in batch:
                self.sent.setdefault(event.key, []).append(event)

    def answered(self, batch: list[Event], results, earliest: int,
                 latest: int) -> None:
        """A batch was acknowledged; the clock stood between the two."""
        if len(results) != len(batch):
            self.fault(f'{len(results)} results for {len(batch)} events')
        with self._lock:
            for event, result in zip(batch, results):
                self._keep(event, result, earliest, latest)

    def _keep(self, event: Event, result, earliest: int, latest: int) -> None:
        if result.status == REFUSED:
            self.counts['refused'] = self.counts.get('refused', 0) + 1
            reason = error_reason_pb2.ErrorReason.Name(result.reason)
            if (reason == 'ERROR_REASON_PROFILE_ERASED'
                    and self._may_be_erased(event)):
                return
            if (reason == 'ERROR_REASON_BEYOND_RETENTION'
                    and self._retention is not None
                    and event.occurred_at <= latest - self._retention):
                return
            if event.occurred_at <= earliest + TOLERANCE:
                self.faults.append(f'refused: {event}: {result.message}')
            return
        if (self._retention is not None and result.status == ACCEPTED
                and event.occurred_at <= earliest - self._retention):
            self.faults.append(f'beyond retention, not refused: {event}')
        if event.occurred_at > latest + TOLERANCE:
            if result.status == ACCEPTED:
                self.faults.append(f'from the future, not refused: {event}')
        kept = (self.accepted if result.status == ACCEPTED
                else self.duplicates)
        kept.append(event)

    def _may_be_erased(self, event: Event) -> bool:
        persons = {person_of(e.identifier) for e in self.erasures}
        return any(is_fleeting(each) and person_of(each) in persons
                   for each in event.identifiers)

    def erases(self, identifier: tuple[str, str], now: int) -> int:
        """Before the call; the number of the erasure."""
        with self._lock:
            self.erasures.append(Erasure(identifier, now, None))
            return len(self.erasures) - 1

    def erased(self, number: int, at: int) -> None:
        """It was answered."""
        with self._lock:
            self.erasures[number] = dataclasses.replace(
                self.erasures[number], erased_at=at)

    def merged(self, merge: Merge) -> None:
        """A merge was asked for, and answered or not."""
        with self._lock:
            self.merges.append(merge)
