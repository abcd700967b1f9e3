#!/usr/bin/python3
"""Does everyone who follows the changes see each of them exactly once?

Events come in at a steady rate, of people who enter and leave audiences by
what they do and by time, and some of whom are erased. Many consumers follow:
fast ones, slow ones, some that stall; of all audiences or of a few; streams,
and polling; by their own cursor, or by a named subscription that they
acknowledge. All die at random and go on. In the end what each has seen is
compared with the log: every change of its audiences once, those of one person
in order. The daemon's memory is reported.

examples:
  tests/feed/run.py                       5 minutes at 2,000 events a second
  tests/feed/run.py --minutes 0.3 --rate 400 --followers 20
"""

import argparse
import collections
import json
import os
import subprocess
import sys
import tempfile
import time

import paths
from system import postgres as clusters
from system.api import Services, audience_pb2, event_pb2, grpc
from system.api import profile_service_pb2
from system.daemon import Daemon

from endurance import sampler as samples
from endurance.sender import SteadySender
from endurance.traffic import Traffic
from people import rulebook as rulebooks
from traffic_rules import rulebook

_CROWD = 10           # consumers in one process
_BATCH_EVENTS = 50
_READERS = 'audienced_watchers_reading_log'
_HISTORIES = 'audienced_history_memory_bytes'


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--minutes', type=float, default=5)
    parser.add_argument('--rate', type=int, default=2000, metavar='N',
                        help='events a second; default 2000')
    parser.add_argument('--persons', type=int, default=20000, metavar='N')
    parser.add_argument('--followers', type=int, default=50, metavar='N')
    parser.add_argument('--share', default='10%',
                        help='of the people, who are in audiences at all')
    parser.add_argument('--unit', type=int, default=10, metavar='SECONDS',
                        help='the waits of the rules are multiples of it')
    parser.add_argument('--seed', type=int,
                        default=int(time.time()) // 86400)
    parser.add_argument('--binary-dir', metavar='FOLDER',
                        default=os.path.join(paths.ROOT, 'build/release/bin'))
    return parser.parse_args()


class Crowd:
    """A process with some of the consumers."""

    def __init__(self, port: int, seed: int, first: int, count: int,
                 folder: str) -> None:
        self._file = os.path.join(folder, f'crowd-{first}.jsonl')
        self._process = subprocess.Popen(
            [sys.executable, os.path.join(paths.HERE, 'crowd.py'),
             *map(str, (port, seed, first, count, self._file))],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def await_ready(self) -> None:
        """Returns when all of its consumers know where they begin."""
        if self._process.stdout.readline().strip() != 'ready':
            raise RuntimeError('a crowd does not get ready')

    def say(self, word: str) -> None:
        """`go` or `stop`."""
        self._process.stdin.write(word + '\n')
        self._process.stdin.flush()

    def take(self) -> list[dict]:
        """What its consumers have seen, once it has ended."""
        self._process.stdin.close()
        if self._process.wait(600) != 0:
            raise RuntimeError('a crowd failed')
        with open(self._file, encoding='utf-8') as file:
            return [json.loads(line) for line in file]

    def end(self) -> None:
        """Whatever it does."""
        self._process.kill()
        self._process.wait()


class FeedRun:
    """One run."""

    def __init__(self, arguments: argparse.Namespace) -> None:
        self._arguments = arguments
        self._folder = tempfile.mkdtemp(prefix='audienced-feed-')
        os.chmod(self._folder, 0o755)
        template = os.path.join(self._folder, 'template')
        clusters.make_template(template, is_small=False)
        self._postgres = clusters.Postgres(template,
                                           self._folder + '/postgres')
        self._daemon = Daemon(
            os.path.join(arguments.binary_dir, 'audienced'), self._folder,
            self._postgres.url(), None, {})
        self._daemon.write_rules(rulebooks.text_of(
            rulebook(arguments.share, arguments.unit)))
        self._daemon.start()
        self._daemon.wait_until_ready()
        self._services = Services(self._daemon.port)
        self._crowds: list[Crowd] = []
        self._memory: list[float] = []
        self._histories = 0.0   # megabytes of it, at the end
        self._log_readers = 0
        self._erased = 0

    def run(self) -> int:
        """All of it; the exit code."""
        arguments = self._arguments
        for first in range(0, arguments.followers, _CROWD):
            self._crowds.append(Crowd(
                self._daemon.port, arguments.seed, first,
                min(_CROWD, arguments.followers - first), self._folder))
        for crowd in self._crowds:
            crowd.await_ready()
        traffic = Traffic(int(time.time() * 1e6), arguments.rate,
                          arguments.persons)
        sender = SteadySender(self._daemon.port, traffic, _BATCH_EVENTS,
                              int(arguments.rate * arguments.minutes * 60))
        for crowd in self._crowds:
            crowd.say('go')
        sender.thread.start()
        self._accompany(sender, traffic)
        for crowd in self._crowds:
            crowd.say('stop')
        seen = [one for crowd in self._crowds for one in crowd.take()]
        self._memory.append(samples.resident_megabytes(self._daemon.pid))
        self._daemon.terminate()
        return self._verdict(sender, seen)

    def _accompany(self, sender: SteadySender, traffic: Traffic) -> None:
        self._memory.append(samples.resident_megabytes(self._daemon.pid))
        began = time.monotonic()
        while sender.thread.is_alive():
            time.sleep(0.5)
            self._memory.append(samples.resident_megabytes(self._daemon.pid))
            told = samples.metrics(self._daemon.http_port)
            self._log_readers = max(self._log_readers,
                                    int(told.get(_READERS, 0)))
            self._histories = told.get(_HISTORIES, 0) / 1e6
            if time.monotonic() - began > (self._erased + 1) * 5:
                self._erase(traffic, self._erased)
                self._erased += 1

    def _erase(self, traffic: Traffic, person: int) -> None:
        kind, value = traffic.identifier(person, False)
        request = profile_service_pb2.EraseProfileRequest()
        request.profile.identifier.CopyFrom(
            event_pb2.Identifier(kind=kind, value=value))
        try:
            self._services.profiles.EraseProfile(request, timeout=60)
        except grpc.RpcError as error:
            if error.code() != grpc.StatusCode.NOT_FOUND:
                raise

    def _verdict(self, sender: SteadySender, seen: list[dict]) -> int:
        log = self._log()
        # Late events of who was erased meanwhile are refused, as they must be.
        faults = [fault for fault in sender.faults
                  if 'the person was erased' not in fault][:5] + [
            f'{one["name"]}: {fault}' for one in seen for fault in
            one['faults'] + list(_differences(log, one))]
        counts = collections.Counter()
        for one in seen:
            counts.update(one['counts'])
            counts['told'] += len(one['changes'])
        latencies = sender.take_latencies()
        print(f'{sender.accepted:,} events accepted, '
              f'{samples.percentile(latencies, .99) * 1e3:.0f} ms for 99 of '
              f'100 batches, {self._erased} persons erased')
        print(f'{len(log):,} changes; {len(seen)} followers were told '
              f'{counts["told"]:,}, died {counts["deaths"]:,} times, '
              f'acknowledged {counts["acks"]:,} times, undid '
              f'{counts["undone"]:,} messages; up to {self._log_readers} read '
              'the log')
        print(f'memory of the daemon: {self._memory[0]:.0f} MB at the start, '
              f'{max(self._memory):.0f} MB at most, '
              f'{self._memory[-1]:.0f} MB at the end, '
              f'{self._histories:.0f} MB of it histories')
        if not log or not counts['deaths'] or not counts['acks']:
            faults.append('the run proves nothing: too little happened')
        print('each saw every change of its audiences once, in order'
              if not faults else f'{len(faults)} faults')
        for fault in faults[:20]:
            print(f'  {fault[:500]}')
        return 1 if faults else 0

    def _log(self) -> list[tuple]:
        """The changes in the order of their streams: the profile, the audience
        and what tells a change apart."""
        kinds = {name.lower().removeprefix('change_kind_'): number
                 for name, number in audience_pb2.ChangeKind.items()}
        return [(row['profile_id'], row['audience'], kinds[row['kind']],
                 row['episode'], row['effective'], row['commit'])
                for row in self._postgres.ask(
                    'SELECT profile_id, audience, kind, episode, '
                    '(extract(epoch FROM effective_at) * 1000000)::bigint '
                    'AS effective, '
                    '(extract(epoch FROM commit_time) * 1000000)::bigint '
                    'AS commit FROM audienced.change '
                    'ORDER BY stream, sequence')]

    def end(self) -> None:
        """Ends the processes, and removes what they left."""
        for crowd in self._crowds:
            crowd.end()
        self._daemon.kill()
        self._postgres.stop_at_once()
        subprocess.run(['rm', '-rf', self._folder], check=False)


def _differences(log: list[tuple], one: dict):
    """What is wrong with what one consumer saw. Profiles have other names in
    the log: as each is told apart by its changes, the stories are compared."""
    wanted = set(one['audiences'])
    written = collections.defaultdict(list)
    for profile, *change in log:
        # Behind its last look there may be more.
        if ((not wanted or change[0] in wanted)
                and change[4] <= one['through']):
            written[profile].append(tuple(change))
    told = collections.defaultdict(list)
    for profile, *change in one['changes']:
        told[profile].append(tuple(change))
    written = collections.Counter(map(tuple, written.values()))
    told = collections.Counter(map(tuple, told.values()))
    missing, surplus = written - told, told - written
    if missing or surplus:
        yield (f'{missing.total()} persons are told otherwise in the log: '
               f'{list(missing)[:1]}; was told {list(surplus)[:1]}')


def main() -> int:
    """The command line."""
    run = FeedRun(_arguments())
    try:
        return run.run()
    finally:
        run.end()


if __name__ == '__main__':
    sys.exit(main())
