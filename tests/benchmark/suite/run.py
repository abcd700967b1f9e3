#!/usr/bin/python3
"""How fast is it, beside what one would take instead?

Runs the benchmarks: ours and the peers in turns, on the same data, in one run.
Answers are compared person by person; where they differ the run fails. Prints a
table of medians, and writes figures.json.

examples:
  tests/benchmark/run.sh                     all, 1 million events
  tests/benchmark/run.sh --size 10M
  tests/benchmark/run.sh --only evaluate --only file
"""

import argparse
import datetime
import importlib
import json
import os
import subprocess
import sys
import traceback

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path[:0] = [HERE, os.path.join(ROOT, 'tests', 'fault')]

# pylint: disable=wrong-import-position
from suite import machine, shop                       # noqa: E402
from suite.figures import table                       # noqa: E402
from suite.stage import Stage                         # noqa: E402

# In this order: first what needs no daemon, then what fills it, last what
# gives it another time.
_MEASURES = {
    'evaluate': 'evaluate', 'rules': 'rules', 'memory': 'memory',
    'file': 'file', 'ingest': 'ingest', 'start': 'start', 'list': 'listing',
    'check': 'check', 'rule-change': 'rule_change', 'latency': 'latency'}
# Behind these nobody asks the peers, which keep memory.
_LAST_WITH_PEERS = ('file', 'ingest')


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog='run.sh', description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--size', choices=list(shop.SIZES), default='1M',
                        help='how many events, about; default 1M')
    parser.add_argument('--only', choices=list(_MEASURES), action='append',
                        metavar='NAME', help='one of ' + ', '.join(_MEASURES))
    parser.add_argument('--runs', type=int, default=5, metavar='N',
                        help='of each contestant; default 5')
    parser.add_argument('--output', metavar='DIR',
                        help='for figures.json; default: the cache')
    parser.add_argument('--cache', metavar='DIR',
                        default=os.path.join(ROOT, 'build', 'benchmark'),
                        help='for data and DuckDB; default build/benchmark')
    parser.add_argument('--binary-dir', metavar='DIR',
                        default=os.path.join(ROOT, 'build', 'release', 'bin'))
    return parser.parse_args()


def _commit() -> str:
    told = subprocess.run(['git', 'rev-parse', 'HEAD'], cwd=ROOT, text=True,
                          capture_output=True, check=False)
    return told.stdout.strip()


def _measure_all(stage: Stage, names: list[str], path: str,
                 told: dict) -> None:
    """Adds to what is told, and keeps it after each benchmark. One that fails
    is told as well, and costs no other."""
    for name in names:
        stage.tell(name)
        module = importlib.import_module('measures.' + _MEASURES[name])
        try:
            found = [figure.to_json() for figure in module.measure(stage)]
        except Exception as fault:  # pylint: disable=broad-exception-caught
            traceback.print_exc()
            told['failed'].append(f'{name}: {type(fault).__name__}: {fault}')
            found = []
        if found:
            print(table(found).split('\n', 1)[1], file=sys.stderr, flush=True)
        told['figures'] += found
        told.update(peers=stage.versions, skipped=stage.skipped)
        with open(path + '.part', 'w', encoding='utf-8') as file:
            json.dump(told, file, indent=1)
            file.write('\n')
        os.rename(path + '.part', path)
        if name in _LAST_WITH_PEERS:
            stage.drop_peers()


def main() -> int:
    """Runs what was asked for."""
    arguments = _arguments()
    os.environ['PATH'] = os.environ['PATH'] + ':/usr/lib/postgresql/15/bin'
    arguments.binary_dir = os.path.abspath(arguments.binary_dir)
    cache = os.path.abspath(arguments.cache)
    output = os.path.abspath(arguments.output or cache)
    os.makedirs(output, exist_ok=True)
    data = shop.provide(arguments.size, cache, arguments.binary_dir)
    told = {'size': arguments.size,
            'time': datetime.datetime.now(datetime.timezone.utc)
                    .strftime('%Y-%m-%dT%H:%MZ'),
            'commit': _commit(), 'runs': arguments.runs,
            'persons': data.persons, 'events': data.events,
            'machine': machine.describe(), 'figures': [], 'failed': []}
    path = os.path.join(output, 'figures.json')
    stage = Stage(data, arguments.binary_dir, cache, arguments.runs)
    try:
        _measure_all(stage, [name for name in _MEASURES if not arguments.only
                             or name in arguments.only], path, told)
    finally:
        stage.close()
    print(table(told['figures']))
    print(f'{data.events:,} events of {data.persons:,} persons; medians of '
          f'{arguments.runs} runs; {path}')
    for why in stage.skipped:
        print(f'SKIPPED: {why}')
    for what in told['failed']:
        print(f'FAILED: {what}')
    if not told['failed']:
        print('all answers agree')
    return 1 if told['failed'] else 0


if __name__ == '__main__':
    sys.exit(main())
