"""How many events a second are durable, evaluated, and their consequences
committed, beside the bare writing of the same rows."""

import os
import tempfile

from suite import agreement, questions
from suite.figures import Figure, Goal
from suite.processes import resident_bytes
from suite.shop import END_SECOND
from suite.stage import Stage

_PARTS = 5
_EVENTS_BY_IDS = 500_000
_BARE = 'COPY'


def measure(stage: Stage) -> list[Figure]:
    """In parts, each sent to the daemon and copied into a table in turn. Time
    stands at the end of the part that is sent."""
    product = stage.product
    size = -(-stage.shop.events // _PARTS)
    here: list[float] = []
    bare: list[float] = []
    batches: list[float] = []
    for part in range(_PARTS):
        first = part * size
        end = min(first + size, stage.shop.events)
        stage.tell(f'ingest, part {part + 1} of {_PARTS}')
        product.move_time(END_SECOND if part + 1 == _PARTS
                          else stage.shop.second_of(end))

        def send() -> None:
            told = product.ingest(first, end - first)
            here.append(told['per_second'])
            batches.append(told['batch_p50_ms'])

        def copy() -> None:
            bare.append(stage.cluster.bare(
                'copy', '--events', stage.shop.binary, '--table', 'bare_event',
                '--first', str(first), '--count', str(end - first)
            )['per_second'])

        for step in (send, copy) if part % 2 == 0 else (copy, send):
            step()
    memory = resident_bytes(product.daemon.pid)
    stage.is_filled()
    product.settle()
    _agree(stage)
    return [
        Figure('ingest', f'{stage.shop.events:,} events, batches of 500, 8 in '
               'flight, ids ordered by time', 'events/s', here, less=False,
               beside={_BARE: bare}, goals=(Goal(1, 1.3, _BARE),)),
        Figure('ingest', 'until a batch of 500 is answered, of 8 in flight',
               'ms', batches),
        Figure('memory', 'the whole daemon, all histories in memory',
               'bytes an event',
               [memory / stage.shop.events]),
        *_by_ids(stage)]


def _by_ids(stage: Stage) -> list[Figure]:
    """The first events, with ids that grow with time and with ids that lie
    anywhere, each in a database and a table of its own."""
    count = min(_EVENTS_BY_IDS, stage.shop.events)
    figures = []
    for name, what, options in (
            ('ordered', 'ordered by time', ()),
            ('anywhere', 'that lie anywhere', ('--random-ids',))):
        stage.tell(f'ingest, ids {what}')
        stage.cluster.sql(f'CREATE DATABASE {name}')
        stage.cluster.sql(f'CREATE TABLE bare_{name} '
                          '(LIKE bare_event INCLUDING ALL)', 'peers')
        product = stage.new_product(name)
        try:
            product.move_time(END_SECOND)
            here = product.ingest(0, count, *options)['per_second']
        finally:
            product.close()
        bare = stage.cluster.bare(
            'copy', '--events', stage.shop.binary, '--table', f'bare_{name}',
            '--count', str(count), *options)['per_second']
        figures.append(Figure(
            'ingest', f'the first {count:,} events, ids {what}', 'events/s',
            [here], less=False, beside={_BARE: [bare]}))
    return figures


def _agree(stage: Stage) -> None:
    """The lists of the daemon name those whom a peer found."""
    with tempfile.TemporaryDirectory() as folder:
        for name in questions.AUDIENCES:
            path = os.path.join(folder, name)
            stage.product.client('list', '--audience', name, '--output', path)
            stage.agree('of the daemon', {name: agreement.numbers(path)})
    stage.tell('the lists of the daemon agree')
