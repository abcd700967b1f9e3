"""One rule of 64 is changed, until the difference is committed."""

from suite.figures import Figure
from suite.live_rules import live_rules
from suite.stage import Stage

_RULES = 64
_LONG_SECONDS = 60   # then once is enough
_CHANGED = '''  changed:
    title: The rule that is changed
    who:
      did:
        event: view_item
        where: {{ {where} }}
      times: {times}
      in_last: 14d
'''
_KNOWN = 'item_category: c1'
# Nobody else asks for this property of events.
_NEW = 'campaign: { exists: false }, item_category: c1'


def measure(stage: Stage) -> list[Figure]:
    """A rule that looks at the same events, and one that looks at others."""
    product = stage.filled_product
    stage.tell(f'{_RULES} rules')
    first = product.apply(_rules(_KNOWN, 2))
    known: list[float] = []
    new: list[float] = []
    changes: list[int] = []
    for run in range(max(2, stage.runs // 2)):
        if run > 0 and known[0] + new[0] > _LONG_SECONDS:
            break
        stage.tell('changing one rule')
        before = _changes(stage)
        known.append(product.apply(_rules(_KNOWN, 3 + run % 2)))
        changes.append(_changes(stage) - before)
        new.append(product.apply(_rules(_NEW, 3 + run % 2)))
        product.apply(_rules(_KNOWN, 2))
    events = f'{stage.shop.events:,} events'
    return [
        Figure('rule-change', f'from 25 rules to {_RULES}, {events}', 's',
               [first]),
        Figure('rule-change', f'one of {_RULES} rules asks for 3 in place of '
               f'2, {events}', 's', known,
               note=f'{changes[0]:,} changes committed'),
        Figure('rule-change', f'one of {_RULES} rules asks for another '
               f'property, {events}', 's', new)]


def _rules(where: str, times: int) -> str:
    return live_rules(_RULES - 1, _CHANGED.format(where=where, times=times))


def _changes(stage: Stage) -> int:
    return int(stage.cluster.sql('SELECT count(*) FROM audienced.change'))
