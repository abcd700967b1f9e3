"""All members of a large audience, and many who follow the same one."""

from suite.figures import Figure, Goal
from suite.live_rules import WATCHED, live_rules
from suite.processes import cpu_seconds
from suite.stage import Stage

_CHANGES = 50_000
_WATCHERS = {0: 'no watcher', 1: 'one watcher', 16: '16 watchers'}


def measure(stage: Stage) -> list[Figure]:
    """Everybody is a member of it."""
    product = stage.filled_product
    stage.tell('an audience of everybody')
    product.apply(live_rules())
    product.client('list', '--audience', 'everybody')
    lists = [product.client('list', '--audience', 'everybody')
             for _ in range(stage.runs)]
    members = lists[0]['members']
    if members != stage.shop.persons:
        raise RuntimeError(f'{members} members of {stage.shop.persons}')
    figures = [Figure(
        'list', f'{members:,} members over gRPC, pages of 10,000; per million',
        's', [told['seconds'] * 1e6 / members for told in lists],
        goals=(Goal(1, 0.1),))]
    return figures + _watch(stage)


def _watch(stage: Stage) -> list[Figure]:
    """What the daemon takes of the processors for a change that nobody, one
    and sixteen follow, ingest included."""
    product = stage.product
    changes = min(_CHANGES, stage.shop.persons)
    cost: dict[int, list[float]] = {watchers: [] for watchers in _WATCHERS}
    names = iter(WATCHED)
    for _ in range(2):
        for watchers, seen in cost.items():
            stage.tell(f'{changes:,} changes, {watchers} watchers')
            before = cpu_seconds(product.daemon.pid)
            product.client('watch', '--audience', next(names), '--watchers',
                           str(watchers), '--changes', str(changes))
            seen.append((cpu_seconds(product.daemon.pid) - before)
                        / changes * 1e6)
    return [Figure(
        'list', f'processor time of the daemon an event with its change, '
        f'{_WATCHERS[watchers]} of one view', 'us', seen)
            for watchers, seen in cost.items()]
