"""One consumer of changes that dies at random and goes on, as consumers do."""

import dataclasses
import random
import threading
import time

import paths  # noqa: F401
from system.api import Services, audience_service_pb2, grpc, micros
from audienced.v1 import subscription_pb2

_PATIENCE_SECONDS = 120
_TRANSIENT = (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.CANCELLED,
              grpc.StatusCode.DEADLINE_EXCEEDED,
              grpc.StatusCode.RESOURCE_EXHAUSTED)


@dataclasses.dataclass(frozen=True)
class Habits:
    """How one consumer behaves."""
    name: str
    audiences: tuple[str, ...]      # empty: all
    subscription: bool = False      # the daemon remembers where it stands
    polls: bool = False             # ListChanges, else WatchMemberships
    pause_seconds: float = 0.0      # after each message, up to
    stall_seconds: float = 0.0      # now and then
    life_seconds: float = 10.0      # about, until it dies


class Follower:
    """Acts on each message as a whole: what it has taken and its position move
    together. With a subscription the position is the daemon's, and what was not
    acknowledged when it dies is undone. A thread of its own."""

    def __init__(self, habits: Habits, port: int, seed: int) -> None:
        self.habits = habits
        self.changes: list[tuple] = []
        self.told_through = 0   # in microseconds; all until then were told
        self.counts = {'deaths': 0, 'acks': 0, 'undone': 0}
        self.faults: list[str] = []
        self._port = port
        self._dice = random.Random(seed)
        self._stopping = threading.Event()
        self._call = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        services = Services(port)
        answer = services.audiences.ListChanges(
            audience_service_pb2.ListChangesRequest(
                audiences=habits.audiences), timeout=30, wait_for_ready=True)
        self._cursor = answer.cursor
        if habits.subscription:
            services.audiences.CreateSubscription(
                subscription_pb2.CreateSubscriptionRequest(
                    name=habits.name, audiences=habits.audiences,
                    cursor=answer.cursor), timeout=30)
        services.close()

    def start(self) -> None:
        """Begins to follow."""
        self._thread.start()

    def finish(self) -> None:
        """Dies for the last time, then reads what there is."""
        self._stopping.set()
        while self._thread.is_alive():
            if self._call is not None:
                self._call.cancel()
            self._thread.join(0.05)
        end = time.monotonic() + _PATIENCE_SECONDS
        services = Services(self._port)
        while not self.told_through:
            try:
                answer = self._poll(services)
            except grpc.RpcError as error:
                if error.code() not in _TRANSIENT or time.monotonic() > end:
                    raise
                time.sleep(0.1)
                continue
            if not answer.more:
                self.told_through = max(
                    micros(answer.evaluated_through_time),
                    max((change[5] for change in self.changes), default=0))
        services.close()

    def _run(self) -> None:
        while not self._stopping.is_set():
            services = Services(self._port)
            end = time.monotonic() + self._dice.expovariate(
                1 / self.habits.life_seconds)
            try:
                if self.habits.polls:
                    self._poll_until(services, end)
                else:
                    self._watch_until(services, end)
            except grpc.RpcError as error:
                if error.code() not in _TRANSIENT:
                    self.faults.append(f'{error.code()} {error.details()}')
                    return
            except Exception as error:  # pylint: disable=broad-except
                self.faults.append(repr(error))
                return
            finally:
                services.close()
            self.counts['deaths'] += 1
            self._stopping.wait(self._dice.random())

    def _poll_until(self, services: Services, end: float) -> None:
        while time.monotonic() < end and not self._stopping.is_set():
            self._poll(services)
            self._stopping.wait(0.2 + self.habits.pause_seconds
                                * self._dice.random())

    def _watch_until(self, services: Services, end: float) -> None:
        request = audience_service_pb2.WatchMembershipsRequest(
            **self._position())
        request.checkpoint_interval.seconds = 1
        self._call = services.audiences.WatchMemberships(request)
        for message in self._call:
            dies = time.monotonic() >= end or self._stopping.is_set()
            # It may also die between acting and remembering.
            if dies and self.habits.subscription and message.changes:
                self.counts['undone'] += 1
            else:
                self._take(services, message)
            if dies:
                self._call.cancel()
                return
            self._pause()

    def _pause(self) -> None:
        if self.habits.stall_seconds and self._dice.random() < 0.02:
            self._stopping.wait(self.habits.stall_seconds)
        if self.habits.pause_seconds:
            self._stopping.wait(self.habits.pause_seconds
                                * self._dice.random())

    def _poll(self, services: Services):
        answer = services.audiences.ListChanges(
            audience_service_pb2.ListChangesRequest(
                page_size=self._dice.choice((7, 100, 5000)),
                **self._position()), timeout=60)
        self._take(services, answer)
        return answer

    def _position(self) -> dict:
        if self.habits.subscription:
            return {'subscription': self.habits.name}
        return {'audiences': self.habits.audiences, 'cursor': self._cursor}

    def _take(self, services: Services, message) -> None:
        """Acts on a message; where the daemon remembers the position, until
        it has."""
        while self.habits.subscription:
            try:
                services.audiences.AckChanges(
                    subscription_pb2.AckChangesRequest(
                        subscription=self.habits.name, cursor=message.cursor),
                    timeout=60)
                self.counts['acks'] += 1
                break
            except grpc.RpcError as error:
                # It may have been remembered all the same; asking again says
                # that it is.
                if error.code() not in _TRANSIENT:
                    raise
                time.sleep(0.1)
        self.changes += [
            (change.profile, change.audience, change.kind, change.episode,
             micros(change.effective_time), micros(change.commit_time))
            for change in message.changes]
        self._cursor = message.cursor
