"""The real daemon on a real PostgreSQL, filled with profiles."""

import argparse
import concurrent.futures
import os
import sys
import tempfile
import threading
import time

from system import postgres as clusters
from system.api import Services, event_pb2, event_service_pb2, set_time
from system.daemon import Daemon

from endurance.sampler import metrics, percentile
from people import rulebook as rulebooks

_ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__)))))
_BATCH_EVENTS = 1000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What a daemon that is filled is asked to be."""
    parser.add_argument('--profiles', type=int, default=1_000_000,
                        metavar='N')
    parser.add_argument('--set', action='append', default=[],
                        metavar='NAME=VALUE', help='a setting of the daemon')
    parser.add_argument('--binary-dir', metavar='FOLDER',
                        default=os.path.join(_ROOT, 'build/release/bin'))


def now() -> int:
    """Microseconds since 1970."""
    return time.time_ns() // 1000


def event_of(number: int, name: str, at: int):
    """The event `name` of person `number`, who has one such event."""
    message = event_pb2.Event(event_id=f'{name}{number}', event=name)
    set_time(message.occurred_time, at)
    message.identifiers.add(kind='user_id', value=f'user{number}')
    return message


class FilledDaemon:
    """One daemon with its database; fill() gives it profiles."""

    def __init__(self, binary_dir: str, settings: list[str],
                 rules: dict) -> None:
        self._folder = tempfile.mkdtemp(prefix='audienced-filled-')
        os.chmod(self._folder, 0o755)
        template = self._folder + '/template'
        clusters.make_template(template, is_small=False)
        self.postgres = clusters.Postgres(template,
                                          self._folder + '/postgres')
        self.daemon = Daemon(binary_dir + '/audienced', self._folder,
                             self.postgres.url(), None,
                             dict(each.split('=', 1) for each in settings))
        self.daemon.write_rules(rulebooks.text_of(rules))
        self.daemon.start()
        self.daemon.wait_until_ready()
        self.services = Services(self.daemon.port)

    def end(self) -> None:
        """Ends the processes and removes what they left."""
        self.daemon.kill()
        self.postgres.remove()

    def fill(self, profiles: int, name: str, at: int) -> float:
        """Gives `profiles` persons the event `name` at `at`; the seconds that
        it took."""
        began = time.monotonic()

        def batch(first: int) -> None:
            last = min(first + _BATCH_EVENTS, profiles)
            self.ingest([event_of(number, name, at)
                         for number in range(first, last)])

        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            batches = range(0, profiles, _BATCH_EVENTS)
            for number, _ in enumerate(pool.map(batch, batches)):
                if number % 100 == 0:
                    print(f'filled {number * _BATCH_EVENTS:,} of '
                          f'{profiles:,}', file=sys.stderr)
        return time.monotonic() - began

    def ingest(self, events: list) -> None:
        """Sends them; all must be accepted."""
        answer = self.services.events.IngestEvents(
            event_service_pb2.IngestEventsRequest(events=events), timeout=60)
        if answer.accepted_count != len(events):
            raise SystemExit(f'not accepted: {answer.results[0]}')

    def metric(self, name: str) -> float:
        """What the daemon tells of itself."""
        return metrics(self.daemon.http_port).get(name, 0)


class Stream:
    """Sends `rate` events a second, 50 a call, until stop(); remembers how
    long each call took."""

    def __init__(self, filled: FilledDaemon, rate: int) -> None:
        self._filled = filled
        self._pause = 50 / rate
        self._stop = threading.Event()
        self._taken: list[tuple[int, float]] = []
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def stop(self) -> None:
        """Returns when nothing is sent any more."""
        self._stop.set()
        self._thread.join()

    def between(self, begin: int, end: int) -> str:
        """What the calls sent in [begin, end) took, in words."""
        part = sorted(took for at, took in self._taken if begin <= at < end)
        if not part:
            return 'none was sent'
        return (f'p50 {percentile(part, 0.5):.1f} ms, p99 '
                f'{percentile(part, 0.99):.1f} ms, max '
                f'{percentile(part, 1):.1f} ms of {len(part)}')

    def _run(self) -> None:
        number = 0
        while not self._stop.is_set():
            number += 1
            at = now()
            self._filled.ingest(
                [event_of(number * 50 + each, f'page{number}', at)
                 for each in range(50)])
            took = (now() - at) / 1000
            self._taken.append((at, took))
            time.sleep(max(0.0, self._pause - took / 1000))
