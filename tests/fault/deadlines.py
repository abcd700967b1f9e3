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
import sys
import time

from system.api import audience_service_pb2, micros
from system.clock import DAY, HOUR, SECOND

from endurance.filled_daemon import (FilledDaemon, Stream, add_arguments,
                                     event_of, now)
from endurance.sampler import (cpu_seconds, family, percentile,
                               resident_megabytes)

_ALONE = 600            # deadlines, ten a second

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
    add_arguments(parser)
    parser.add_argument('--lead-seconds', type=int, default=480, metavar='N',
                        help='from the start to the instant at which all '
                             'fall due; default 480')
    return parser.parse_args()


class Probe:
    """One daemon with its database, filled once."""

    def __init__(self, arguments: argparse.Namespace) -> None:
        self._profiles = arguments.profiles
        self._due = now() + arguments.lead_seconds * SECOND
        self._filled = FilledDaemon(arguments.binary_dir, arguments.set,
                                    _RULES)

    def end(self) -> None:
        """Ends the processes and removes what they left."""
        self._filled.end()

    def run(self) -> None:
        """Measures everything, in the order of the text above."""
        self._fill()
        self._idle()
        self._alone()
        self._at_once()

    def _fill(self) -> None:
        seconds = self._filled.fill(self._profiles, 'view_item',
                                    self._due - DAY)
        left = (self._due - now()) / SECOND
        pending = self._filled.metric('audienced_pending_deadlines')
        print(f'filled {self._profiles:,} profiles in {seconds:.0f} s; '
              f'pending deadlines {pending:,.0f}; daemon '
              f'{self._resident():.0f} MB; they fall due in {left:.0f} s',
              flush=True)
        if left < 150:
            raise SystemExit('too little time is left; raise --lead-seconds')

    def _resident(self) -> float:
        return resident_megabytes(self._filled.daemon.pid)

    def _idle(self, seconds: int = 60) -> None:
        time.sleep(5)
        servers = family(self._filled.postgres.pid)
        before = cpu_seconds([self._filled.daemon.pid]), cpu_seconds(servers)
        time.sleep(seconds)
        after = cpu_seconds([self._filled.daemon.pid]), cpu_seconds(servers)
        used = [(b - a) / seconds * 100 for a, b in zip(before, after)]
        print(f'idle: daemon {used[0]:.3f} % of a core, PostgreSQL '
              f'{used[1]:.3f} %, over {seconds} s', flush=True)

    def _alone(self) -> None:
        call = self._filled.services.audiences.WatchMemberships(
            audience_service_pb2.WatchMembershipsRequest(
                audiences=['one-by-one']))
        next(call)
        first = now() + 3 * SECOND
        self._filled.ingest([event_of(self._profiles + number, 'add_to_cart',
                             first - HOUR + number * SECOND // 10)
                      for number in range(_ALONE)])
        seen: list[float] = []
        committed: list[float] = []
        for message in call:
            received = now()
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
        time.sleep(max(0.0, (self._due - now()) / SECOND - 20))
        before = peak = self._resident()
        changes = self._filled.metric('audienced_changes_total')
        began = now()
        stream = Stream(self._filled, 500)
        while (self._filled.metric('audienced_changes_total')
               < changes + self._profiles):
            peak = max(peak, self._resident())
            time.sleep(0.05)
            if now() > self._due + 900 * SECOND:
                break
        end = now()
        done = self._filled.metric('audienced_changes_total') - changes
        time.sleep(5)
        stream.stop()
        print(f'at once: {done:,.0f} changes within '
              f'{(end - self._due) / SECOND:.1f} s; daemon {before:.0f} MB '
              f'before, {peak:.0f} MB at most, {self._resident():.0f} MB '
              'after')
        print('at once: batches of 50 events answered before: '
              + stream.between(began, self._due))
        print('at once: batches of 50 events answered meanwhile: '
              + stream.between(self._due, end))


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
