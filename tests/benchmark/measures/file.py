"""From a file of events to the audiences, without daemon or database."""

import json
import subprocess
import time

from suite import questions
from suite.duckdb import DuckDb, table_of
from suite.figures import Figure, Goal
from suite.shop import END
from suite.stage import Stage
from suite.turns import take_turns


def measure(stage: Stage) -> list[Figure]:
    """Whole processes; of DuckDB from its first statement on."""
    contestants = {'here': lambda: _evaluate(stage)}
    folder = stage.duckdb_folder
    if folder:
        contestants['DuckDB'] = lambda: _duckdb(stage, folder)
    stage.tell('reading the file in turns')
    times = take_turns(min(stage.runs, 3), contestants)
    here = times.pop('here')
    goals = (Goal(1, 2, 'DuckDB'),) if folder else ()
    return [Figure('file', f'evaluate --events, CSV of {stage.shop.events:,} '
                   'rows, 8 audiences', 's', here, beside=times, goals=goals)]


def _evaluate(stage: Stage) -> float:
    """With the members of each; whom a peer found in its own table."""
    start = time.perf_counter()
    told = subprocess.run(
        [stage.binary('audiencectl'), 'evaluate', '--rules', questions.RULES,
         '--events', stage.shop.csv, '--at', END.strftime('%Y-%m-%dT%H:%M:%SZ'),
         '--rejected', stage.shop.folder + '/rejected', '--output', 'json'],
        check=True, text=True, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL).stdout
    seconds = time.perf_counter() - start
    stage.agree('of the file', {
        audience['audience']: {int(who[2:]) for who in audience['profiles']}
        for audience in json.loads(told)['audiences']})
    return seconds


def _duckdb(stage: Stage, folder: str) -> float:
    duckdb = DuckDb(folder)
    try:
        start = time.perf_counter()
        duckdb.run([table_of(stage.shop.csv)])
        duckdb.evaluate()
        return time.perf_counter() - start
    finally:
        duckdb.close()
