"""From an event to the change that a watcher is told, at 1,000 a second."""

from suite.figures import Figure, Goal
from suite.live_rules import TIMED, live_rules
from suite.product import is_past
from suite.shop import END_SECOND
from suite.stage import Stage

_RATE = 1000
_EVENTS = 10_000
_BARE = 'bare commit'


def measure(stage: Stage) -> list[Figure]:
    """Beside one durable row at a time, at the same rate. The daemon has all
    histories, and the machine's time."""
    product = stage.filled_product
    product.apply(live_rules())
    if is_past(END_SECOND):
        stage.tell('starting the daemon by the time of the machine')
        product.restart(has_clock=False)
    events = min(_EVENTS, stage.shop.persons)
    told: list[dict] = []
    bare: list[dict] = []
    for name in TIMED[:max(1, min(stage.runs, len(TIMED)))]:
        stage.tell(f'{events:,} events, {_RATE:,} a second')
        told.append(product.client(
            'latency', '--audience', name, '--rate', str(_RATE), '--events',
            str(events)))
        bare.append(stage.cluster.bare(
            'commits', '--rate', str(_RATE), '--count', str(events)))
    return [Figure(
        'latency', f'event sent to change received, {_RATE:,} events/s, '
        f'{quantile}', 'ms', [one[f'told_{quantile}_ms'] for one in told],
        beside={_BARE: [one[f'{quantile}_ms'] for one in bare]},
        goals=(Goal(reach, aim),))
            for quantile, reach, aim in (('p50', 3, 1), ('p99', 20, 8))]
