"""Who is in which audience, one person a call and many."""

from suite import questions
from suite.figures import Figure, Goal
from suite.processes import Asked, run_json
from suite.stage import Stage
from suite.turns import take_turns

_SINGLE_CALLS = 50_000
_PROFILES = 1000
_BATCH_CALLS = 500
_BARE = 'gRPC alone'


def measure(stage: Stage) -> list[Figure]:
    """Beside a server that answers without thinking."""
    product = stage.filled_product
    bare = Asked([stage.binary('benchmark_client'), 'bare-server'])
    try:
        stage.tell('checks, one person a call')
        daemon = f'127.0.0.1:{product.daemon.port}'
        other = f'127.0.0.1:{bare.ready["port"]}'
        times = take_turns(stage.runs, {
            'here': lambda: _single(stage, daemon),
            _BARE: lambda: _single(stage, other)})
    finally:
        bare.close()
    here = times.pop('here')
    stage.tell('checks, many persons a call')
    batches = [_check(stage, daemon, 'a1', _PROFILES, _BATCH_CALLS, 4)[
        'profiles_per_second'] for _ in range(stage.runs)]
    return [
        Figure('check', '8 audiences of one person, 64 calls in flight',
               'calls/s', here, less=False, beside=times,
               goals=(Goal(40_000),)),
        Figure('check', f'one audience, {_PROFILES:,} persons a call, 4 in '
               'flight', 'persons/s', batches, less=False,
               goals=(Goal(1_000_000),))]


def _single(stage: Stage, server: str) -> float:
    return _check(stage, server, ','.join(questions.AUDIENCES), 1,
                  _SINGLE_CALLS, 64)['calls_per_second']


def _check(stage: Stage, server: str, audiences: str, profiles: int,
           calls: int, in_flight: int) -> dict:
    return run_json([
        stage.binary('benchmark_client'), '--server', server, 'check',
        '--audiences', audiences, '--persons', str(stage.shop.persons),
        '--profiles', str(profiles), '--calls', str(calls),
        '--in-flight', str(in_flight)])
