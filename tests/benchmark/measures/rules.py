"""What each further rule costs, from 8 to 4,096 of one shape."""

import itertools
import os
import statistics
import tempfile

from suite import agreement
from suite.figures import Figure, Goal
from suite.rulebooks import Rule, rulebook, rules_of
from suite.stage import Stage

_COUNTS = (8, 64, 512, 4096)
_COMPARED = 64          # with the peer, which is asked one by one
_RULES_A_FILE = 512
_LIMIT_SECONDS = 120    # beyond it a number of rules is left out


def measure(stage: Stage) -> list[Figure]:
    """The difference of two sizes, a rule, per million persons."""
    times: dict[int, list[float]] = {}
    rules = rules_of(max(_COUNTS))
    for count in _COUNTS:
        if times and _expected_seconds(times, count) > _LIMIT_SECONDS:
            stage.skip(f'{count} rules: would take '
                       f'{_expected_seconds(times, count):.0f} s')
            break
        stage.tell(f'evaluating {count} rules')
        times[count] = _run(stage, rules[:count])
    peer = _peer_milliseconds(stage, rules)
    scale = 1e6 / stage.shop.persons
    figures = []
    for fewer, more in itertools.pairwise(times):
        cost = [(late - early) / (more - fewer) * scale
                for early, late in zip(times[fewer], times[more])]
        beside = {'DuckDB': [peer * scale]} if peer and more == 64 else {}
        figures.append(Figure(
            'rules', f'each further rule from {fewer} to {more:,}, per '
            'million persons, 2 threads', 'ms', cost, beside=beside,
            goals=(Goal(1, 0.3),),
            note=f'{more} rules: {statistics.median(times[more]):.0f} ms'))
    return figures


def _expected_seconds(times: dict[int, list[float]], count: int) -> float:
    """Of one evaluation, by the largest number of rules so far."""
    most = max(times)
    return statistics.median(times[most]) / 1e3 / most * count


def _run(stage: Stage, rules: list[Rule]) -> list[float]:
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, 'rules')
        os.mkdir(path)
        for first in range(0, len(rules), _RULES_A_FILE):
            with open(f'{path}/from-{first}.yaml', 'w',
                      encoding='utf-8') as file:
                file.write(rulebook(rules[first:first + _RULES_A_FILE]))
        resident = stage.resident(path)
        try:
            resident.ask(f'members {folder}')
            if len(rules) == _COMPARED:
                _agree(stage, rules, folder)
            return [resident.ask('evaluate 2')['milliseconds']
                    for _ in range(stage.runs)]
        finally:
            resident.close()


def _duckdb(stage: Stage):
    return next((peer for peer in stage.peers() if peer.name == 'DuckDB'),
                None)


def _agree(stage: Stage, rules: list[Rule], folder: str) -> None:
    peer = _duckdb(stage)
    if peer is None:
        return
    lists = peer.members([rule.sql() for rule in rules])
    for rule, there in zip(rules, lists):
        here = agreement.numbers(os.path.join(folder, rule.name))
        agreement.require(rule.name, here, there, peer.name)
    stage.tell(f'DuckDB agrees on {len(rules)} rules')


def _peer_milliseconds(stage: Stage, rules: list[Rule]) -> float | None:
    peer = _duckdb(stage)
    if peer is None:
        return None
    return statistics.mean(peer.run(
        [rule.sql() for rule in rules[:_COMPARED]]))
