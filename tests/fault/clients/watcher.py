"""A client that follows the changes, dies, and goes on from its cursor."""

import dataclasses
import random
import threading
import time

from clients.ledger import Ledger
from clients.sender import is_transient
from system.api import Services, audience_pb2, audience_service_pb2, grpc
from system.api import micros

# A call that ends in the very moment in which the connection is cut may keep
# the client library waiting for ever: it knows the status and waits for the
# rest of the answer. Such a thread is left behind; it receives nothing more.
_PATIENCE_SECONDS = 5

_KINDS = {audience_pb2.CHANGE_KIND_ENTERED: 'entered',
          audience_pb2.CHANGE_KIND_RENEWED: 'renewed',
          audience_pb2.CHANGE_KIND_UPDATED: 'updated',
          audience_pb2.CHANGE_KIND_LEFT: 'left'}


@dataclasses.dataclass(frozen=True)
class Seen:
    """One change as a client got it."""
    profile: str
    audience: str
    kind: str
    cause: str
    episode: int
    effective_at: int
    commit_time: int
    idempotency_key: str
    identifiers: tuple[tuple[str, str], ...]


def seen(change) -> Seen:
    """Of a MembershipChange."""
    return Seen(change.profile, change.audience, _KINDS[change.kind],
                audience_pb2.Cause.Name(change.cause)[6:].lower(),
                change.episode, micros(change.effective_time),
                micros(change.commit_time), change.idempotency_key,
                tuple(sorted((i.kind, i.value) for i in change.identifiers)))


@dataclasses.dataclass(frozen=True)
class Habits:
    """How a watcher behaves."""
    audiences: tuple[str, ...] = ()  # none: all
    lists_first: bool = False        # else from the start of the log
    polls: bool = False              # ListChanges, else WatchMemberships
    page_size: int = 0
    pause_seconds: float = 0.0       # after each message
    dies_after: int = 0              # so many messages; 0: never


class Watcher:
    """Follows in a thread of its own. What it received and its cursor move
    together, so that a message is acted on once."""

    def __init__(self, name: str, habits: Habits, port: int, ledger: Ledger,
                 seed: int) -> None:
        self.name = name
        self.from_start = False  # whether it began with the empty log
        self.habits = habits
        self.changes: list[Seen] = []
        # The members before the changes, each with an identifier.
        self.listed: dict[str, tuple[str, str]] | None = None
        self.cursor = ''
        self._port = port
        self._ledger = ledger
        self._dice = random.Random(seed)
        self._stopping = threading.Event()
        self._call = None
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        """Begins to follow from here on; returns when the place to begin is
        known."""
        while not self._begin():
            time.sleep(0.05)
        self._thread.start()

    def stop(self) -> None:
        """Ends the thread, also one that is about to call."""
        end = time.monotonic() + _PATIENCE_SECONDS
        while self._thread.is_alive():
            self.abandon()
            self._thread.join(0.05)
            if time.monotonic() > end and self._has_ended_call():
                self._ledger.count('calls that the client library lost')
                return

    def abandon(self) -> None:
        """Lets the thread end by itself."""
        self._stopping.set()
        if self._call is not None:
            self._call.cancel()

    def _has_ended_call(self) -> bool:
        """Whether the call is over, as far as the library itself knows."""
        return self._call is not None and not self._call.is_active()

    def catch_up(self, services: Services) -> None:
        """Reads the rest of the log; once it is stopped."""
        while self._poll(services, seconds=60):
            pass

    def _begin(self) -> bool:
        services = Services(self._port)
        try:
            if self.habits.lists_first:
                self._list(services)
            else:
                self.cursor = services.audiences.ListChanges(
                    audience_service_pb2.ListChangesRequest(
                        audiences=self.habits.audiences), timeout=5).cursor
            return True
        except grpc.RpcError as error:
            self._judge(error)
            return self._stopping.is_set()
        finally:
            services.close()

    def _list(self, services: Services) -> None:
        token = ''
        found: dict[str, tuple[str, str]] = {}
        while True:
            page = services.audiences.ListMembers(
                audience_service_pb2.ListMembersRequest(
                    audience=self.habits.audiences[0], page_size=3,
                    page_token=token), timeout=5)
            for member in page.members:
                if member.profile in found:
                    self._ledger.fault(f'{self.name}: listed twice')
                found[member.profile] = (member.identifiers[0].kind,
                                         member.identifiers[0].value)
            token = page.next_page_token
            if not token:
                self.listed, self.cursor = found, page.cursor
                return

    def _run(self) -> None:
        while not self._stopping.is_set():
            services = Services(self._port)
            try:
                while self.habits.polls and not self._stopping.is_set():
                    self._poll(services)
                    time.sleep(0.05)
                if not self.habits.polls:
                    self._watch(services)
            except grpc.RpcError as error:
                self._judge(error)
                time.sleep(0.05)
            finally:
                services.close()

    def _watch(self, services: Services) -> None:
        request = audience_service_pb2.WatchMembershipsRequest(
            audiences=self.habits.audiences, cursor=self.cursor)
        request.checkpoint_interval.seconds = 1
        call = services.audiences.WatchMemberships(request)
        self._call = call
        left = self.habits.dies_after or 1 << 30
        for message in call:
            self._take(message)
            left -= 1
            if left == 0:
                self._ledger.count('watchers that died')
                call.cancel()
                time.sleep(0.1)
                return
            if self._stopping.is_set():
                call.cancel()
                return
            time.sleep(self.habits.pause_seconds * self._dice.random())

    def _poll(self, services: Services, seconds: float = 5) -> bool:
        """Reads a page; whether there is more."""
        answer = services.audiences.ListChanges(
            audience_service_pb2.ListChangesRequest(
                audiences=self.habits.audiences, cursor=self.cursor,
                page_size=self.habits.page_size), timeout=seconds)
        self._take(answer)
        return answer.more

    def _take(self, message) -> None:
        self.changes += [seen(change) for change in message.changes]
        self.cursor = message.cursor

    def _judge(self, error: grpc.RpcError) -> None:
        if is_transient(error):
            self._ledger.count('watches broken')
            return
        self._ledger.fault(f'{self.name}: {error.code()} {error.details()}')
        self._stopping.set()
