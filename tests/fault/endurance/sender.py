"""Sends traffic at its rate, and measures how long answers take."""

import bisect
import collections
import queue
import threading
import time

from clients.ledger import ACCEPTED, REFUSED
from endurance.traffic import ORIGIN, Traffic
from system.api import Services, event_service_pb2, grpc

_AGAIN_EVERY = 50  # one batch of so many is sent twice


class SteadySender:
    """Numbers 0, 1, 2, ... in batches over a stream. A stream that breaks is
    opened again, and what it had not acknowledged is sent again."""

    def __init__(self, port: int, traffic: Traffic, batch_events: int,
                 count: int) -> None:
        self._port = port
        self._traffic = traffic
        self._size = batch_events
        self._batches = count // batch_events
        self._lock = threading.Lock()
        self._latencies: list[float] = []
        self.accepted = 0
        self.duplicates = 0
        self.faults: list[str] = []
        self.broken_streams = 0
        self.acknowledged = 0   # batches, in order from the first
        self._pending: collections.deque[tuple[int, float]] = (
            collections.deque())
        self.thread = threading.Thread(target=self._run, daemon=True)

    @property
    def sent_events(self) -> int:
        """How many events are acknowledged: the numbers below it."""
        return self.acknowledged * self._size

    def take_latencies(self) -> list[float]:
        """Of the batches since the last call, in seconds, in order of
        size."""
        with self._lock:
            taken, self._latencies = sorted(self._latencies), []
        return taken

    def _run(self) -> None:
        while self.acknowledged < self._batches:
            services = Services(self._port)
            try:
                self._stream(services)
            except grpc.RpcError as error:
                self.broken_streams += 1
                if error.code() not in (grpc.StatusCode.UNAVAILABLE,
                                        grpc.StatusCode.RESOURCE_EXHAUSTED):
                    self.faults.append(f'{error.code()} {error.details()}')
                time.sleep(0.2)
            finally:
                services.close()

    def _stream(self, services: Services) -> None:
        requests: queue.Queue = queue.Queue(maxsize=8)
        stop = threading.Event()
        self._pending.clear()
        feeder = threading.Thread(target=self._feed, daemon=True,
                                  args=(requests, stop, self.acknowledged))
        feeder.start()
        try:
            for answer in services.events.StreamEvents(
                    iter(requests.get, None)):
                self._take(answer)
        finally:
            stop.set()

    def _feed(self, requests: queue.Queue, stop: threading.Event,
              first: int) -> None:
        number = 0
        for batch in range(first, self._batches):
            due = (self._traffic.began / 1e6
                   + (batch + 1) * self._size / self._traffic.rate)
            time.sleep(max(0.0, due - time.time()))
            events = [self._traffic.event(each).message() for each in
                      range(batch * self._size, (batch + 1) * self._size)]
            for copy in range(2 if batch % _AGAIN_EVERY == 0 else 1):
                number += 1
                self._pending.append((batch if copy == 0 else -1,
                                      time.monotonic()))
                request = event_service_pb2.StreamEventsRequest(
                    batch_number=number, origin=ORIGIN, events=events)
                while not stop.is_set():
                    try:
                        requests.put(request, timeout=0.5)
                        break
                    except queue.Full:
                        continue
            if stop.is_set():
                break
        requests.put(None)

    def _take(self, answer) -> None:
        batch, sent_at = self._pending.popleft()
        with self._lock:
            bisect.insort(self._latencies, time.monotonic() - sent_at)
        for result in answer.results:
            if result.status == REFUSED:
                self.faults.append(f'refused: {result.message}')
            elif result.status == ACCEPTED:
                self.accepted += 1
            else:
                self.duplicates += 1
        if batch >= 0:
            self.acknowledged += 1
        elif answer.accepted_count:
            self.faults.append('a batch was accepted twice')
