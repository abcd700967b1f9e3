"""From the start of the daemon to its readiness, with all histories."""

import functools

from suite.figures import Figure, Goal
from suite.stage import Stage
from suite.turns import take_turns

_BARE = 'COPY TO STDOUT'
# What the daemon reads of an event.
_TABLES = ('audienced.event:profile_id,occurred_at,received_at,origin,'
           'event_id,name,session_id,properties,items,traits,consents',)


def measure(stage: Stage) -> list[Figure]:
    """Beside the bare reading of the same columns over two connections. What
    is read lies in the memory of the machine, for all."""
    product = stage.filled_product
    contestants = {
        'events': product.restart,
        'kept': functools.partial(product.restart, keeps_histories=True),
        _BARE: lambda: stage.cluster.bare('read', *_TABLES,
                                          database='audienced')['seconds']}
    stage.tell('starting the daemon in turns')
    times = take_turns(min(stage.runs, 3), contestants)
    return [
        Figure('start', f'to ready, {stage.shop.events:,} events from the '
               'database', 's', times['events'],
               beside={_BARE: times[_BARE]}, goals=(Goal(0.5, None, _BARE),)),
        Figure('start', 'to ready, with the histories that the stop kept', 's',
               times['kept'], beside={_BARE: times[_BARE]})]
