#!/usr/bin/python3
"""Makes the README's table of figures from figures.json beside this file.

usage: tests/benchmark/readme_table.py            rewrites README.md
       tests/benchmark/readme_table.py --check    fails where it would

A new figures.json: tests/benchmark/run.sh --size 10M --output tests/benchmark
"""

import json
import os
import sys
import textwrap

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

from suite import figures  # noqa: E402

_FIGURES = os.path.join(HERE, 'figures.json')
_README = os.path.join(os.path.dirname(os.path.dirname(HERE)), 'README.md')
_BEGIN = '<!-- figures: tests/benchmark/readme_table.py -->\n'
_END = '<!-- end of figures -->\n'


def text_of(told: dict) -> str:
    """The table, and what it was measured on."""
    rows = [[''] + figures.HEAD[1:]] + [
        [f'**{cells[0]}**'] + cells[1:]
        for cells in figures.lines(told['figures'])]
    for above, row in zip(rows[-2::-1], rows[:0:-1]):
        if above[0] == row[0]:
            row[0] = ''     # said once
    lines = ['| ' + ' | '.join(row) + ' |' for row in rows]
    lines.insert(1, '|---' * len(rows[0]) + '|')
    if told.get('failed'):
        raise ValueError(f'a run that failed makes no table: {told["failed"]}')
    machine = told['machine']
    peers = ', '.join(f'{name} {version}'
                      for name, version in told['peers'].items())
    return '\n'.join(lines) + '\n\n' + textwrap.fill(
        f'{told["events"]:,} events of {told["persons"]:,} persons in 90 days, '
        f'medians of {told["runs"]} runs, measured {told["time"][:10]} on '
        f'{machine["processors"]}, {machine["memory_gib"]} GiB, Linux '
        f'{machine["kernel"]}; {peers}. A ratio says how many times better '
        'this is than what stands beside it.', 80) + '\n'


def main() -> int:
    """Rewrites, or checks."""
    with open(_FIGURES, encoding='utf-8') as file:
        table = text_of(json.load(file))
    with open(_README, encoding='utf-8') as file:
        readme = file.read()
    before, rest = readme.split(_BEGIN)
    _, after = rest.split(_END)
    wanted = before + _BEGIN + table + _END + after
    if wanted == readme:
        return 0
    if sys.argv[1:] == ['--check']:
        print('README.md does not hold what tests/benchmark/figures.json says;'
              ' run tests/benchmark/readme_table.py', file=sys.stderr)
        return 1
    with open(_README, 'w', encoding='utf-8') as file:
        file.write(wanted)
    return 0


if __name__ == '__main__':
    sys.exit(main())
