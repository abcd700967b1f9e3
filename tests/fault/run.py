#!/usr/bin/python3
"""Faults at random, and the proof that nothing came of them.

Drives the real daemon and a real PostgreSQL through schedules made from a
seed: events late, early and twice, merges, consents, edits of rules, steps of
the clock, kill -9, a database that is killed, cut off or full, clients that
are cut off and watchers that die. Then checks, with code that the daemon does
not share, that nothing acknowledged is lost, nothing counts twice,
memberships are what the rules say, and every watcher saw every change once.

examples:
  tests/fault/run.py                     a few schedules, those of today
  tests/fault/run.py --schedules 200     a long run
  tests/fault/run.py --seed 4711 --keep  one once more, and keep its folder
  tests/fault/run.py --seed 4711 --print what it does, without doing it
  tests/fault/run.py --binary-dir build/asan/bin
"""

import argparse
import concurrent.futures
import datetime
import faulthandler
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import traceback

_HERE = os.path.dirname(os.path.abspath(__file__))
_ROOT = os.path.dirname(os.path.dirname(_HERE))
# A schedule that takes longer hangs: where, is told in its file `progress`.
_PATIENCE_SECONDS = 1500


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--schedules', type=int, default=0, metavar='N',
                        help='how many; default 6, or 1 with --seed')
    parser.add_argument('--seed', type=int, metavar='N',
                        help='the first seed; default: by the day')
    parser.add_argument('--jobs', type=int, default=2, metavar='N',
                        help='how many at once; default 2')
    parser.add_argument('--binary-dir', metavar='FOLDER',
                        default=os.path.join(_ROOT, 'build/release/bin'),
                        help='audienced and audiencectl; '
                             'default build/release/bin')
    parser.add_argument('--keep', action='store_true',
                        help='keep the folders of those that pass too')
    parser.add_argument('--print', action='store_true',
                        help='print the schedule of --seed and end')
    parser.add_argument('--one', metavar='FOLDER', help=argparse.SUPPRESS)
    parser.add_argument('--template', help=argparse.SUPPRESS)
    return parser.parse_args()


def _seed_of_today() -> int:
    return (datetime.date.today() - datetime.date(2026, 1, 1)).days * 1000


def _end_with_parent() -> None:
    """Ends this process in peace when it is told to, or left alone."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    faulthandler.register(signal.SIGUSR1)  # where it is, into `progress`
    parent = os.getppid()

    def wait() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        os.kill(os.getpid(), signal.SIGTERM)
    threading.Thread(target=wait, daemon=True).start()


def _live(arguments: argparse.Namespace) -> int:
    """Lives through one schedule, in a process of its own."""
    _end_with_parent()
    import checker
    from conductor import Conductor
    from schedule import schedule_of

    schedule = schedule_of(arguments.seed)
    with open(os.path.join(arguments.one, 'schedule'), 'w',
              encoding='utf-8') as file:
        file.writelines(line + '\n' for line in schedule.lines())
    faults: list[str] = []
    run = Conductor(schedule, arguments.binary_dir, arguments.template,
                    arguments.one, lambda text: print(text, flush=True))
    try:
        run.live()
        faults += checker.check(run)
    except Exception:  # the verdict is what a failure comes to
        faults += [*run.ledger.faults, traceback.format_exc()]
    finally:
        run.end()
    counts = dict(run.ledger.counts,
                  accepted=len(run.ledger.accepted),
                  duplicates=len(run.ledger.duplicates),
                  seen=sum(len(w.changes) for w in run.watchers))
    with open(os.path.join(arguments.one, 'verdict'), 'w',
              encoding='utf-8') as file:
        json.dump({'faults': faults, 'counts': counts}, file, indent=1)
    return 1 if faults else 0


class Runs:
    """Many schedules, some at once."""

    def __init__(self, arguments: argparse.Namespace) -> None:
        self._arguments = arguments
        self._folder = tempfile.mkdtemp(prefix='audienced-fault-')
        os.chmod(self._folder, 0o755)
        self._counts: dict[str, int] = {}
        self._failed: list[int] = []

    def all(self) -> int:
        """Runs all; the exit code."""
        from system import postgres, stubs
        stubs.provide()
        template = os.path.join(self._folder, 'template')
        postgres.make_template(template)
        arguments = self._arguments
        seeds = range(arguments.seed, arguments.seed + arguments.schedules)
        print(f'schedules {seeds[0]} to {seeds[-1]}', file=sys.stderr)
        began = time.monotonic()
        with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
            for number, (seed, verdict, seconds) in enumerate(
                    pool.map(self._one, seeds), 1):
                self._tell(number, seed, verdict, seconds)
        self._summary(time.monotonic() - began)
        shutil.rmtree(template)
        if not self._failed and not arguments.keep:
            shutil.rmtree(self._folder)
        return 1 if self._failed else 0

    def _one(self, seed: int) -> tuple[int, dict, float]:
        folder = os.path.join(self._folder, f'seed-{seed}')
        os.makedirs(folder)
        began = time.monotonic()
        with open(os.path.join(folder, 'progress'), 'w',
                  encoding='utf-8') as progress:
            process = subprocess.Popen(
                [sys.executable, os.path.abspath(__file__), '--one', folder,
                 '--seed', str(seed), '--binary-dir',
                 self._arguments.binary_dir, '--template',
                 os.path.join(self._folder, 'template')],
                stdout=progress, stderr=progress)
            try:
                process.wait(_PATIENCE_SECONDS)
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGUSR1)
                time.sleep(1)
                process.terminate()
                process.wait()
        try:
            with open(os.path.join(folder, 'verdict'),
                      encoding='utf-8') as file:
                verdict = json.load(file)
        except FileNotFoundError:
            with open(os.path.join(folder, 'progress'),
                      encoding='utf-8') as file:
                verdict = {'faults': ['no verdict: ' + file.read()[-2000:]],
                           'counts': {}}
        if not verdict['faults'] and not self._arguments.keep:
            shutil.rmtree(folder)
        return seed, verdict, time.monotonic() - began

    def _tell(self, number: int, seed: int, verdict: dict,
              seconds: float) -> None:
        for what, count in verdict['counts'].items():
            self._counts[what] = self._counts.get(what, 0) + count
        faults = verdict['faults']
        word = f'{len(faults)} FAULTS' if faults else 'holds'
        print(f'[{number}/{self._arguments.schedules}] seed {seed}: {word} '
              f'({seconds:.1f} s)', file=sys.stderr, flush=True)
        if not faults:
            return
        self._failed.append(seed)
        for fault in faults[:8]:
            print(f'  {fault[:1500]}')
        print(f'  repeat: tests/fault/run.py --seed {seed}\n'
              f'  kept:   {self._folder}/seed-{seed}', flush=True)

    def _summary(self, seconds: float) -> None:
        for what, count in sorted(self._counts.items()):
            print(f'{count:9,} {what}')
        print(f'{self._arguments.schedules} schedules in {seconds:.0f} s, '
              f'{len(self._failed)} failed'
              + (f': seeds {self._failed}' if self._failed else ''))


def main() -> int:
    """The command line."""
    arguments = _arguments()
    if arguments.one:
        return _live(arguments)
    arguments.schedules = arguments.schedules or (6 if arguments.seed is None
                                                  else 1)
    if arguments.seed is None:
        arguments.seed = _seed_of_today()
    if arguments.print:
        from schedule import schedule_of
        print('\n'.join(schedule_of(arguments.seed).lines()))
        return 0
    arguments.binary_dir = os.path.abspath(arguments.binary_dir)
    for name in ('audienced', 'audiencectl'):
        if not os.path.exists(os.path.join(arguments.binary_dir, name)):
            print(f'no {name} in {arguments.binary_dir}; build it, or say '
                  '--binary-dir', file=sys.stderr)
            return 2
    return Runs(arguments).all()


if __name__ == '__main__':
    sys.exit(main())
