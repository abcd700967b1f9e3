"""Follows changes for hours in little memory, and sums them up."""

import hashlib
import threading
import time

from clients.watcher import Seen, seen
from system.api import Services, audience_service_pb2, grpc
from system.api import audience_pb2


def digest(change: Seen) -> int:
    """Of one change; a sum of them does not depend on their order.
    final_checks.py has the same in SQL."""
    text = (f'{change.audience}|{change.kind}|{change.episode}|'
            f'{change.effective_at}|{change.commit_time}')
    return int(hashlib.md5(text.encode()).hexdigest()[:15], 16)


class Follower:
    """Watches all audiences, or some, from now on; dies now and then and goes
    on from its cursor. Knows who is in."""

    def __init__(self, port: int, audiences: tuple[str, ...] = (),
                 dies_after: int = 0) -> None:
        self.audiences = audiences
        self.count = 0
        self.sum = 0
        self.faults: list[str] = []
        self.deaths = 0
        self.told_through = 0   # commit time of the last change
        self._inside: set[tuple[str, str]] = set()
        self._port = port
        self._dies_after = dies_after
        self._stopping = threading.Event()
        self._call = None
        services = Services(port)
        self._cursor = services.audiences.ListChanges(
            audience_service_pb2.ListChangesRequest(audiences=audiences),
            timeout=20).cursor
        services.close()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    @property
    def inside(self) -> int:
        """How many memberships it knows."""
        return len(self._inside)

    def stop(self) -> None:
        """Ends following, and reads the log to its end."""
        self._stopping.set()
        while self._thread.is_alive():
            if self._call is not None:
                self._call.cancel()
            self._thread.join(0.05)
        services = Services(self._port)
        more = True
        while more:
            answer = services.audiences.ListChanges(
                audience_service_pb2.ListChangesRequest(
                    audiences=self.audiences, cursor=self._cursor),
                timeout=20)
            self._take(answer)
            more = answer.more
        services.close()

    def _run(self) -> None:
        while not self._stopping.is_set():
            services = Services(self._port)
            try:
                self._watch(services)
            except grpc.RpcError as error:
                if error.code() not in (grpc.StatusCode.CANCELLED,
                                        grpc.StatusCode.UNAVAILABLE):
                    self.faults.append(f'{error.code()} {error.details()}')
                    return
                time.sleep(0.1)
            finally:
                services.close()

    def _watch(self, services: Services) -> None:
        self._call = services.audiences.WatchMemberships(
            audience_service_pb2.WatchMembershipsRequest(
                audiences=self.audiences, cursor=self._cursor))
        left = self._dies_after
        for message in self._call:
            self._take(message)
            left -= 1
            if left == 0 or self._stopping.is_set():
                self.deaths += 1
                self._call.cancel()
                return

    def _take(self, message) -> None:
        for change in message.changes:
            self._count(change)
        self._cursor = message.cursor

    def _count(self, change) -> None:
        told = seen(change)
        member = (told.profile, told.audience)
        is_in = member in self._inside
        if (change.kind == audience_pb2.CHANGE_KIND_ENTERED) == is_in:
            self.faults.append(f'{told} of one who is '
                               f'{"in" if is_in else "out"}')
        if change.kind == audience_pb2.CHANGE_KIND_LEFT:
            self._inside.discard(member)
        else:
            self._inside.add(member)
        self.count += 1
        self.sum += digest(told)
        self.told_through = max(self.told_through, told.commit_time)
