"""The eight audiences, as each peer is asked for them."""

import os
import re

from suite.shop import END_SECOND

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
RULES = os.path.join(HERE, 'audiences.yaml')
AUDIENCES = tuple(f'a{number}' for number in range(1, 9))

_NOW = {'postgres': "timestamptz '2026-10-30 00:00:00+00'",
        'duckdb': str(END_SECOND), 'clickhouse': str(END_SECOND)}


def text_of(name: str) -> str:
    """A file of peers/."""
    with open(os.path.join(HERE, 'peers', name), encoding='utf-8') as file:
        return file.read()


def queries(peer: str) -> dict[str, str]:
    """The SQL of each audience, by name."""
    parts = re.split(r'^-- (a\d)$', text_of(peer + '.sql'), flags=re.MULTILINE)
    found = {name: re.sub(r'^--.*$', '', sql, flags=re.MULTILINE)
             .replace(':now', _NOW[peer]).strip()
             for name, sql in zip(parts[1::2], parts[2::2])}
    assert tuple(found) == AUDIENCES, found.keys()
    return found
