"""From the start of the daemon to its readiness, with all histories."""

from suite.figures import Figure, Goal
from suite.stage import Stage
from suite.turns import take_turns

_BARE = 'COPY TO STDOUT'
# What the daemon reads of an event.
_TABLES = ('audienced.event:profile_id,occurred_at,received_at,origin,'
           'event_id,name,session_id,properties,items,traits,consents',)


def measure(stage: Stage) -> list[Figure]:
    """Beside the bare reading of the same columns over two connections. What
    is read lies in the memory of the machine, for both."""
    product = stage.filled_product
    contestants = {
        'here': product.restart,
        _BARE: lambda: stage.cluster.bare('read', *_TABLES,
                                          database='audienced')['seconds']}
    stage.tell('starting the daemon in turns')
    times = take_turns(min(stage.runs, 3), contestants)
    here = times.pop('here')
    return [Figure('start', f'to ready, {stage.shop.events:,} events', 's',
                   here, beside=times, goals=(Goal(0.5, None, _BARE),))]
