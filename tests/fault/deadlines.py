#!/usr/bin/python3
"""How punctual are deadlines, and what does waiting cost?

Fills the real daemon with profiles that all wait for something, and measures

  idle     the CPU that daemon and PostgreSQL use while nothing falls due
  alone    how late deadlines fire that fall due one by one, for a minute
  at once  all profiles fall due at one instant while events come in: memory,
           answers to senders meanwhile, and how long it takes

Only figures; nothing here passes or fails.

examples:
  tests/fault/deadlines.py
  tests/fault/deadlines.py --profiles 100000 --lead-seconds 90
"""

import argparse
import concurrent.futures
import os
import sys
import tempfile
import threading
import time

from system import postgres as clusters
from system.api import (Services, audience_service_pb2, event_pb2,
                        event_service_pb2, micros, set_time)
from system.clock import DAY, HOUR, SECOND
from system.daemon import Daemon

from endurance.sampler import (cpu_seconds, family, metrics, percentile,
                               resident_megabytes)
from people import rulebook as rulebooks

_ROOT = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
_ALONE = 600            # deadlines, ten a second
_BATCH_EVENTS = 1000

_RULES = {
    'version': 1, 'timezone': 'Europe/London',
    'conversions': {
        'viewed': {'kind': 'micro', 'event': 'view_item'},
        'carted': {'kind': 'micro', 'event': 'add_to_cart'},
        'purchased': {'kind': 'macro', 'event': 'purchase'}},
    'audiences': {
        'all-at-once': {'who': {'sequence': [
            {'did': 'viewed'}, {'did_not': 'purchased', 'for': '1d'}]}},
        'one-by-one': {'who': {'sequence': [
            {'did': 'carted'}, {'did_not': 'purchased', 'for': '1h'}]}}}}


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--profiles', type=int, default=1_000_000,
                        metavar='N')
    parser.add_argument('--lead-seconds', type=int, default=480, metavar='N',
                        help='from the start to the instant at which all '
                             'fall due; default 480')
    parser.add_argument('--set', action='append', default=[],
                        metavar='NAME=VALUE', help='a setting of the daemon')
    parser.add_argument('--binary-dir', metavar='FOLDER',
                        default=os.path.join(_ROOT, 'build/release/bin'))
    return parser.parse_args()


def _now() -> int:
    return time.time_ns() // 1000


def _event(number: int, name: str, at: int):
    message = event_pb2.Event(event_id=f'{name}{number}', event=name)
    set_time(message.occurred_time, at)
    message.identifiers.add(kind='user_id', value=f'user{number}')
    return message


class Probe:
    """One daemon with its database, filled once."""

    def __init__(self, arguments: argparse.Namespace) -> None:
        self._folder = tempfile.mkdtemp(prefix='audienced-deadlines-')
        os.chmod(self._folder, 0o755)
        self._profiles = arguments.profiles
        self._due = _now() + arguments.lead_seconds * SECOND
        template = self._folder + '/template'
        clusters.make_template(template, is_small=False)
        self._postgres = clusters.Postgres(template,
                                           self._folder + '/postgres')
        settings = dict(each.split('=', 1) for each in arguments.set)
        self._daemon = Daemon(arguments.binary_dir + '/audienced',
                              self._folder, self._postgres.url(), None,
                              settings)
        self._daemon.write_rules(rulebooks.text_of(_RULES))
        self._daemon.start()
        self._daemon.wait_until_ready()
        self._services = Services(self._daemon.port)

    def run(self) -> None:
        """Measures everything, in the order of the text above."""
        self._fill()
        self._idle()
        self._alone()
        self._at_once()

    def end(self) -> None:
        """Ends the processes and removes what they left."""
        self._daemon.kill()
        self._postgres.remove()

    def _fill(self) -> None:
        began = time.monotonic()
        batches = range(0, self._profiles, _BATCH_EVENTS)
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            for number, _ in enumerate(pool.map(self._fill_batch, batches)):
                if number % 100 == 0:
                    print(f'filled {number * _BATCH_EVENTS:,} of '
                          f'{self._profiles:,}', file=sys.stderr)
        seconds = time.monotonic() - began
        left = (self._due - _now()) / SECOND
        print(f'filled {self._profiles:,} profiles in {seconds:.0f} s; '
              f'pending deadlines '
              f'{self._metric("audienced_pending_deadlines"):,.0f}; daemon '
              f'{resident_megabytes(self._daemon.pid):.0f} MB; they fall due '
              f'in {left:.0f} s', flush=True)
        if left < 150:
            raise SystemExit('too little time is left; raise --lead-seconds')

    def _fill_batch(self, first: int) -> None:
        last = min(first + _BATCH_EVENTS, self._profiles)
        self._ingest([_event(number, 'view_item', self._due - DAY)
                      for number in range(first, last)])

    def _ingest(self, events: list) -> None:
        answer = self._services.events.IngestEvents(
            event_service_pb2.IngestEventsRequest(events=events), timeout=60)
        if answer.accepted_count != len(events):
            raise SystemExit(f'not accepted: {answer.results[0]}')

    def _metric(self, name: str) -> float:
        return metrics(self._daemon.http_port).get(name, 0)

    def _idle(self, seconds: int = 60) -> None:
        time.sleep(5)
        servers = family(self._postgres.pid)
        before = cpu_seconds([self._daemon.pid]), cpu_seconds(servers)
        time.sleep(seconds)
        after = cpu_seconds([self._daemon.pid]), cpu_seconds(servers)
        used = [(b - a) / seconds * 100 for a, b in zip(before, after)]
        print(f'idle: daemon {used[0]:.3f} % of a core, PostgreSQL '
              f'{used[1]:.3f} %, over {seconds} s', flush=True)

    def _alone(self) -> None:
        call = self._services.audiences.WatchMemberships(
            audience_service_pb2.WatchMembershipsRequest(
                audiences=['one-by-one']))
        next(call)
        first = _now() + 3 * SECOND
        self._ingest([_event(self._profiles + number, 'add_to_cart',
                             first - HOUR + number * SECOND // 10)
                      for number in range(_ALONE)])
        seen: list[float] = []
        committed: list[float] = []
        for message in call:
            received = _now()
            for change in message.changes:
                due = micros(change.effective_time)
                seen.append((received - due) / 1000)
                committed.append((micros(change.commit_time) - due) / 1000)
            if len(seen) >= _ALONE:
                break
        call.cancel()
        for what, late in (('fired', committed), ('seen by a watcher', seen)):
            late.sort()
            print(f'alone: {what} after its instant: '
                  f'p50 {percentile(late, 0.5):.2f} ms, '
                  f'p99 {percentile(late, 0.99):.2f} ms, '
                  f'max {late[-1]:.2f} ms of {len(late)}', flush=True)

    def _at_once(self) -> None:
        stop = threading.Event()
        taken: list[tuple[int, float]] = []
        sender = threading.Thread(target=self._send, args=(stop, taken))
        wait = (self._due - _now()) / SECOND - 20
        time.sleep(max(0.0, wait))
        before = resident_megabytes(self._daemon.pid)
        changes = self._metric('audienced_changes_total')
        sender.start()
        peak = before
        while (self._metric('audienced_changes_total')
               < changes + self._profiles):
            peak = max(peak, resident_megabytes(self._daemon.pid))
            time.sleep(0.05)
            if _now() > self._due + 900 * SECOND:
                break
        seconds = (_now() - self._due) / SECOND
        done = self._metric('audienced_changes_total') - changes
        time.sleep(5)
        stop.set()
        sender.join()
        print(f'at once: {done:,.0f} changes within {seconds:.1f} s; daemon '
              f'{before:.0f} MB before, {peak:.0f} MB at most, '
              f'{resident_megabytes(self._daemon.pid):.0f} MB after')
        end = self._due + int(seconds * SECOND)
        for what, part in (
                ('before', [d for at, d in taken if at < self._due]),
                ('meanwhile', [d for at, d in taken
                               if self._due <= at < end])):
            part.sort()
            print(f'at once: batches of 50 events answered {what}: p50 '
                  f'{percentile(part, 0.5):.1f} ms, p99 '
                  f'{percentile(part, 0.99):.1f} ms, max '
                  f'{percentile(part, 1):.1f} ms of {len(part)}')

    def _send(self, stop: threading.Event,
              taken: list[tuple[int, float]]) -> None:
        """500 events a second."""
        number = 0
        while not stop.is_set():
            number += 1
            now = _now()
            self._ingest([_event(number * 50 + each, f'page{number}', now)
                          for each in range(50)])
            taken.append((now, (_now() - now) / 1000))
            time.sleep(max(0.0, 0.1 - taken[-1][1] / 1000))


def main() -> int:
    """The command line."""
    probe = Probe(_arguments())
    try:
        probe.run()
    finally:
        probe.end()
    return 0


if __name__ == '__main__':
    sys.exit(main())
