#!/usr/bin/python3
"""Makes the README's table of figures from figures.json beside this file.

usage: tests/benchmark/readme_table.py            rewrites README.md
       tests/benchmark/readme_table.py --check    fails where it would

figures.json holds a list of what runs of tests/benchmark/run.sh wrote, one for
each size: run.sh --size 10M --output DIR, or a part of it by --only.
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


def text_of(runs: list[dict]) -> str:
    """The table of all runs, and what each was measured on."""
    rows = [[''] + figures.HEAD[1:]] + [
        [f'**{cells[0]}**'] + cells[1:]
        for told in runs for cells in figures.lines(told['figures'])]
    for above, row in zip(rows[-2::-1], rows[:0:-1]):
        if above[0] == row[0]:
            row[0] = ''     # said once
    lines = ['| ' + ' | '.join(row) + ' |' for row in rows]
    lines.insert(1, '|---' * len(rows[0]) + '|')
    return ('\n'.join(lines) + '\n\n' + textwrap.fill(
        ' '.join(data_of(runs) + places_of(runs)) +
        ' A ratio says how many times better this is than what stands beside '
        'it.', 80) + '\n')


def data_of(runs: list[dict]) -> list[str]:
    """What was measured, and how often: runs that are alike together."""
    names: dict[str, dict[str, None]] = {}
    for told in runs:
        if told.get('failed'):
            raise ValueError('a run that failed makes no table: '
                             f'{told["failed"]}')
        of_what = (f'{told["events"]:,} events of {told["persons"]:,} persons '
                   f'in 90 days, medians of {told["runs"]} runs.')
        names.setdefault(of_what, {}).update(dict.fromkeys(
            figure['benchmark'] for figure in told['figures']))
    return [f'{words_of(list(each)).capitalize()}: {of_what}'
            for of_what, each in names.items()]


def places_of(runs: list[dict]) -> list[str]:
    """What was measured when, and on what."""
    places: dict[str, tuple[dict[str, None], dict[str, str]]] = {}
    for told in runs:
        machine = told['machine']
        where = (f'measured {told["time"][:10]} on {machine["processors"]}, '
                 f'{machine["memory_gib"]} GiB, Linux {machine["kernel"]}')
        names, peers = places.setdefault(where, ({}, {}))
        names.update(dict.fromkeys(
            figure['benchmark'] for figure in told['figures']))
        peers.update(told['peers'])
    return [', '.join([f'{words_of(list(names)).capitalize()}: {where}'] +
                      [' '.join(peer) for peer in peers.items()]) + '.'
            for where, (names, peers) in places.items()]


def words_of(names: list[str]) -> str:
    """`one, two and three`."""
    return ' and '.join(filter(None, [', '.join(names[:-1]), names[-1]]))


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
