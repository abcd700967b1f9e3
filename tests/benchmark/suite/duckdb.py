"""DuckDB, by its package for Node: a table of its own, on two threads."""

import json
import os
import shutil
import subprocess

from suite import questions
from suite.processes import Asked
from suite.shop import Shop

_PACKAGE = os.path.join(questions.HERE, 'peers', 'duckdb')
_KINDS = ['session_start', 'page_view', 'view_item', 'add_to_cart',
          'begin_checkout', 'purchase', 'file_download', 'sign_up', 'search']


class NotThere(Exception):
    """A peer is not installed, and cannot be."""


def install(cache: str) -> str:
    """The folder with the package, in the version that package-lock.json
    names, with its digests."""
    folder = os.path.join(cache, 'duckdb')
    os.makedirs(folder, exist_ok=True)
    for name in ('package.json', 'package-lock.json', 'duckdb.mjs'):
        shutil.copy(os.path.join(_PACKAGE, name), folder)
    if not os.path.isdir(os.path.join(folder, 'node_modules')):
        try:
            subprocess.run(['npm', 'ci', '--no-audit', '--no-fund'],
                           cwd=folder, check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError) as fault:
            raise NotThere(f'npm cannot install DuckDB: {fault}') from fault
    return folder


def table_of(csv: str) -> str:
    """The statement that reads the file into the table of questions."""
    return f'''
        CREATE TABLE shop_event AS
        SELECT substr(user_id, 3)::UINTEGER AS person,
          epoch(occurred_at)::UINTEGER AS second,
          coalesce(item_id, 0)::UINTEGER AS item,
          coalesce(value, 0)::FLOAT AS value,
          (list_position({_KINDS}, event) - 1)::UTINYINT AS kind
        FROM read_csv('{csv}', header = true, auto_detect = false,
          delim = ',', quote = '', escape = '', columns = {{
            'event_id': 'VARCHAR', 'user_id': 'VARCHAR', 'event': 'VARCHAR',
            'occurred_at': 'TIMESTAMP', 'item_id': 'UINTEGER',
            'item_category': 'VARCHAR', 'value': 'FLOAT',
            'source': 'VARCHAR', 'country': 'VARCHAR'}})'''


class DuckDb:
    """A process with one database."""

    def __init__(self, folder: str, database: str = ':memory:') -> None:
        self._process = Asked(['node', os.path.join(folder, 'duckdb.mjs'),
                               database, '2'])
        self.name = 'DuckDB'
        self.version = self._process.ready['version']

    def load(self, shop: Shop) -> None:
        """Fills the table, sorted by person and time."""
        self.run([table_of(shop.csv) + ' ORDER BY person, second'])

    def run(self, statements: list[str]) -> list[float]:
        """The milliseconds of each."""
        return self._process.ask(
            json.dumps({'run': statements}))['milliseconds']

    def members(self, statements: list[str]) -> list[set[int]]:
        """The persons of each."""
        lists = self._process.ask(
            json.dumps({'members': statements}))['members']
        return [set(map(int, members)) for members in lists]

    def evaluate(self) -> float:
        """All eight questions; milliseconds."""
        return sum(self.run(list(questions.queries('duckdb').values())))

    def audiences(self) -> list[set[int]]:
        """Who is in each of the eight."""
        return self.members(list(questions.queries('duckdb').values()))

    def close(self) -> None:
        """Ends it."""
        self._process.close()
