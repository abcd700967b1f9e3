"""A client that sends events until they are acknowledged."""

import dataclasses
import queue
import threading
import time

from clients.ledger import Ledger
from people.events import Event
from system.api import (Services, event_service_pb2, grpc)
from system.clock import Clock

# What a sender answers by sending again.
TRANSIENT = (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.RESOURCE_EXHAUSTED,
             grpc.StatusCode.DEADLINE_EXCEEDED, grpc.StatusCode.CANCELLED)
# A cut in the middle of an answer.
_BROKEN = ('RST_STREAM', 'Connection reset', 'Broken pipe', 'Socket closed',
           'Stream removed', 'End of TCP stream', 'GOAWAY')

_CALL_SECONDS = 5
_PATIENCE_SECONDS = 240


def is_transient(error: grpc.RpcError) -> bool:
    """Whether the call may simply be made again."""
    return error.code() in TRANSIENT or any(
        sign in (error.details() or '') for sign in _BROKEN)


@dataclasses.dataclass(frozen=True)
class Batch:
    """Events that go out together."""
    origin: str
    events: tuple[Event, ...]
    by_stream: bool
    # Is not sent again where the first try fails: may or may not be there.
    gives_up: bool


class Sender:
    """One client on a connection of its own."""

    def __init__(self, port: int, ledger: Ledger, clock: Clock) -> None:
        self._services = Services(port)
        self._ledger = ledger
        self._clock = clock

    def close(self) -> None:
        """Ends the connection."""
        self._services.close()

    def send(self, batches: list[Batch]) -> None:
        """Returns when all are acknowledged, or given up."""
        streamed = [batch for batch in batches if batch.by_stream]
        for batch in batches:
            if not batch.by_stream:
                self._insist(batch)
        if streamed:
            self._stream(streamed)

    def _insist(self, batch: Batch) -> None:
        end = time.monotonic() + _PATIENCE_SECONDS
        while not self._once(batch):
            if batch.gives_up:
                self._ledger.count('batches given up')
                return
            if time.monotonic() > end:
                self._ledger.fault('a batch was not acknowledged within '
                                   f'{_PATIENCE_SECONDS} s')
                return
            self._ledger.count('batches sent again')
            time.sleep(0.05)

    def _once(self, batch: Batch) -> bool:
        """Sends a batch; whether it was acknowledged."""
        self._ledger.sends(list(batch.events))
        earliest = self._clock.now
        try:
            answer = self._services.events.IngestEvents(
                event_service_pb2.IngestEventsRequest(
                    origin=batch.origin,
                    events=[event.message() for event in batch.events]),
                timeout=_CALL_SECONDS)
        except grpc.RpcError as error:
            if not is_transient(error):
                self._ledger.fault(f'ingest: {error.code()} '
                                   f'{error.details()}')
            return False
        self._ledger.answered(list(batch.events), answer.results, earliest,
                              self._clock.latest)
        return True

    def _stream(self, batches: list[Batch]) -> None:
        """Sends them without waiting, and again one by one those that the
        stream did not acknowledge."""
        origin = batches[0].origin
        earliest = self._clock.now
        requests: queue.Queue = queue.Queue()
        for number, batch in enumerate(batches, 1):
            self._ledger.sends(list(batch.events))
            requests.put(event_service_pb2.StreamEventsRequest(
                batch_number=number, origin=origin if number == 1 else '',
                events=[event.message() for event in batch.events]))
        requests.put(None)
        done = 0
        try:
            for answer in self._services.events.StreamEvents(
                    iter(requests.get, None), timeout=_CALL_SECONDS):
                done += 1
                if answer.batch_number != done:
                    self._ledger.fault(
                        f'a stream acknowledged {answer.batch_number} '
                        f'where {done} was next')
                self._ledger.answered(
                    list(batches[done - 1].events), answer.results, earliest,
                    self._clock.latest)
        except grpc.RpcError as error:
            if not is_transient(error):
                self._ledger.fault(f'stream: {error.code()} '
                                   f'{error.details()}')
        for batch in batches[done:]:
            self._insist(batch)


class Crowd:
    """Several senders at once, each with batches of its own."""

    def __init__(self, port: int, ledger: Ledger, clock: Clock,
                 loads: list[list[Batch]]) -> None:
        self._threads = []
        for batches in loads:
            sender = Sender(port, ledger, clock)
            thread = threading.Thread(target=self._run, daemon=True,
                                      args=(sender, batches))
            thread.start()
            self._threads.append(thread)

    @staticmethod
    def _run(sender: Sender, batches: list[Batch]) -> None:
        sender.send(batches)
        sender.close()

    def is_busy(self) -> bool:
        """Whether some have not sent everything."""
        return any(thread.is_alive() for thread in self._threads)
