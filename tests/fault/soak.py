#!/usr/bin/python3
"""A long run at a steady rate: is memory flat, does lag grow, does all hold?

Sends events of many people to the real daemon on a real PostgreSQL, with
deadlines that fall due all the time, merges, consents, copies, and edits of
the rules; watchers follow, die, and go on. Every 10 seconds memory and lag go
into a table. At the end everything is checked as in run.py, people by sample.

examples:
  tests/fault/soak.py                     an hour at 2,000 events a second
  tests/fault/soak.py --minutes 2 --rate 500 --persons 5000
  tests/fault/soak.py --set history-memory=256MiB
"""

import argparse
import os
import sys
import tempfile
import time

from system import postgres as clusters
from system.api import Services, event_pb2, grpc
from system.api import profile_service_pb2, rule_service_pb2
from system.daemon import Daemon

from endurance import final_checks, traffic
from endurance.follower import Follower
from endurance.sampler import Sampler
from endurance.sender import SteadySender
from people import rulebook as rulebooks

_HERE = os.path.dirname(os.path.abspath(__file__))
_ROOT = os.path.dirname(os.path.dirname(_HERE))
_SAMPLE_SECONDS = 10
_RULES_SECONDS = 180
_BATCH_EVENTS = 50


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--minutes', type=float, default=60)
    parser.add_argument('--rate', type=int, default=2000, metavar='N',
                        help='events a second; default 2000')
    parser.add_argument('--persons', type=int, default=50000, metavar='N')
    parser.add_argument('--set', action='append', default=[],
                        metavar='NAME=VALUE', help='a setting of the daemon')
    parser.add_argument('--sample', type=int, default=500, metavar='N',
                        help='persons checked one by one; default 500')
    parser.add_argument('--folder', help='where everything is kept; default: '
                        'a new one in the folder of temporary files')
    parser.add_argument('--binary-dir', metavar='FOLDER',
                        default=os.path.join(_ROOT, 'build/release/bin'))
    return parser.parse_args()


class Soak:
    """One long run."""

    def __init__(self, arguments: argparse.Namespace) -> None:
        self.folder = arguments.folder or tempfile.mkdtemp(
            prefix='audienced-soak-')
        os.chmod(self.folder, 0o755)
        self._arguments = arguments
        self._faults: list[str] = []
        template = os.path.join(self.folder, 'template')
        clusters.make_template(template, is_small=False)
        self.postgres = clusters.Postgres(template, self.folder + '/postgres')
        settings = dict(each.split('=', 1) for each in arguments.set)
        settings.setdefault('hold-back-percent', '1000000')
        settings.setdefault('hold-back-profiles', '1000000000')
        self.daemon = Daemon(
            os.path.join(arguments.binary_dir, 'audienced'), self.folder,
            self.postgres.url(), None, settings)
        self.daemon.write_rules(rulebooks.text_of(traffic.rulebook(0)))
        self.daemon.start()
        self.daemon.wait_until_ready()
        self._services = Services(self.daemon.port)
        self._edits = self._merges = 0

    def run(self) -> int:
        """All of it; the exit code."""
        arguments = self._arguments
        seconds = arguments.minutes * 60
        self.traffic = traffic.Traffic(int(time.time() * 1e6), arguments.rate,
                                       arguments.persons)
        followers = [Follower(self.daemon.port, dies_after=500),
                     Follower(self.daemon.port, ('abandoners', 'leads'))]
        sender = SteadySender(self.daemon.port, self.traffic, _BATCH_EVENTS,
                              int(arguments.rate * seconds))
        sampler = Sampler(
            os.path.join(self.folder, 'curve.csv'), self.daemon.pid,
            self.postgres.pid, self.daemon.http_port)
        sender.thread.start()
        self._accompany(sender, sampler)
        ended = time.monotonic()
        code = self._finish(sender, followers)
        print(sampler.text())
        self._verdict(sampler, sender, followers, time.monotonic() - ended)
        return code or (1 if self._faults else 0)

    def _accompany(self, sender: SteadySender, sampler: Sampler) -> None:
        began = time.monotonic()
        samples = 0
        while sender.thread.is_alive():
            now = time.monotonic() - began
            if now >= (samples + 1) * _SAMPLE_SECONDS:
                samples += 1
                row = sampler.sample(sender.take_latencies(), sender.accepted)
                print(f'{now:6.0f} s  {row["daemon_rss_mb"]:.0f} MB  '
                      f'p99 {row["ack_p99_ms"]:.0f} ms  lag '
                      f'{row["lag_ms"]:.0f} ms  accepted '
                      f'{sender.accepted:,}', file=sys.stderr, flush=True)
            if now >= (self._edits + 1) * _RULES_SECONDS:
                self._edit_rules()
            if now >= self._merges + 20:
                self._merge()
            self.daemon.supervise()
            time.sleep(0.1)

    def _edit_rules(self) -> None:
        self._edits += 1
        request = rule_service_pb2.ApplyRulesRequest(files=[
            rule_service_pb2.RuleFile(
                path='shop.yaml',
                text=rulebooks.text_of(traffic.rulebook(self._edits)))])
        began = time.monotonic()
        self._call(self._services.rules.ApplyRules, request)
        print(f'rules {self._edits} are in force after '
              f'{time.monotonic() - began:.1f} s', file=sys.stderr)

    def _merge(self) -> None:
        """One a second: the two names of one person after the other."""
        person = self._merges
        self._merges += 1
        request = profile_service_pb2.MergeProfilesRequest()
        for field, anonymous in ((request.profile, True),
                                 (request.into, False)):
            kind, value = self.traffic.identifier(person, anonymous)
            field.identifier.CopyFrom(
                event_pb2.Identifier(kind=kind, value=value))
        self._call(self._services.profiles.MergeProfiles, request)

    def _call(self, method, request) -> None:
        try:
            method(request, timeout=120)
        except grpc.RpcError as error:
            # Of those who have not come yet nobody knows.
            if error.code() != grpc.StatusCode.NOT_FOUND:
                self._faults.append(f'{error.code()} {error.details()}')

    def _finish(self, sender: SteadySender,
                followers: list[Follower]) -> int:
        time.sleep(1)
        code = self.daemon.terminate()
        self.daemon.start()
        self.daemon.wait_until_ready(600)
        for follower in followers:
            follower.stop()
        self.daemon.terminate()
        self._faults += sender.faults[:10]
        self._faults += final_checks.check(
            self.postgres, self.traffic, sender.sent_events, sender.accepted,
            followers, self._arguments.sample)
        return code

    def _verdict(self, sampler: Sampler, sender: SteadySender,
                 followers: list[Follower], seconds: float) -> None:
        rows = sampler.rows
        quarter = max(1, len(rows) // 4)

        def mean(name: str, part: list[dict]) -> float:
            return sum(row[name] for row in part) / len(part)

        for name in ('daemon_rss_mb', 'postgres_pss_mb', 'ack_p99_ms',
                     'lag_ms'):
            print(f'{name}: second quarter '
                  f'{mean(name, rows[quarter:2 * quarter]):.1f}, last '
                  f'quarter {mean(name, rows[-quarter:]):.1f}')
        print(f'{sender.accepted:,} events accepted, {sender.duplicates:,} '
              f'copies, {self._merges:,} merges, {self._edits} edits of the '
              f'rules, {followers[0].count:,} changes, '
              f'{sum(f.deaths for f in followers)} deaths of watchers, '
              f'{sender.broken_streams} broken streams')
        print(f'checked in {seconds:.0f} s: '
              + ('all holds' if not self._faults else
                 f'{len(self._faults)} faults'))
        for fault in self._faults[:20]:
            print(f'  {fault[:1000]}')
        print(f'kept: {self.folder}')

    def end(self) -> None:
        """Ends the processes; the folder stays."""
        self.daemon.kill()
        self.postgres.stop_at_once()


def main() -> int:
    """The command line."""
    arguments = _arguments()
    soak = Soak(arguments)
    try:
        return soak.run()
    finally:
        soak.end()


if __name__ == '__main__':
    sys.exit(main())
