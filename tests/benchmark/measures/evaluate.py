"""Who is in which of the eight audiences now, all histories at hand."""

import os
import tempfile

from suite import agreement, questions
from suite.figures import Figure, Goal
from suite.stage import Stage
from suite.turns import take_turns


def measure(stage: Stage) -> list[Figure]:
    """One figure beside those of the peers."""
    peers = stage.peers()
    stage.tell('loading everybody into memory')
    resident = stage.resident()
    try:
        _agree(stage, resident)
        stage.tell('evaluating in turns')
        contestants = {'here': lambda: resident.ask('evaluate 2')[
            'milliseconds']}
        for peer in peers:
            contestants[peer.name] = peer.evaluate
        take_turns(1, contestants)   # nobody is cold
        times = take_turns(stage.runs, contestants)
    finally:
        resident.close()
    here = times.pop('here')
    goals = tuple(Goal(reach, aim, name) for name, reach, aim in
                  (('DuckDB', 6, 15), ('PostgreSQL', 12, None))
                  if name in times)
    return [Figure('evaluate', f'8 audiences, {stage.shop.events:,} events in '
                   'memory, 2 threads', 'ms', here, beside=times, goals=goals)]


def _agree(stage: Stage, resident) -> None:
    """Everybody finds the same people."""
    with tempfile.TemporaryDirectory() as folder:
        resident.ask(f'members {folder}')
        ours = [agreement.numbers(os.path.join(folder, name))
                for name in questions.AUDIENCES]
    for peer in stage.peers():
        for name, here, there in zip(questions.AUDIENCES, ours,
                                     peer.audiences()):
            agreement.require(name, here, there, peer.name)
    sizes = ', '.join(f'{name} {len(members):,}' for name, members in
                      zip(questions.AUDIENCES, ours))
    stage.tell(f'all agree: {sizes}')
