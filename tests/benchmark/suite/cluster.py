"""The one PostgreSQL of a run: with the daemon's database, and the peers'."""

import json
import os
import re
import subprocess
import tempfile

from system import postgres as clusters

from suite import questions
from suite.processes import run_json
from suite.shop import Shop

# For the whole machine, and safe: nothing is told to be durable that is not.
_SETTINGS = '''
shared_buffers = 2GB
work_mem = 256MB
maintenance_work_mem = 1GB
max_wal_size = 16GB
wal_compression = lz4
checkpoint_timeout = 15min
jit = off
max_parallel_workers_per_gather = 2
'''


class Cluster:
    """Made and started at once; removed by close()."""

    def __init__(self, binaries: str) -> None:
        self._bare = os.path.join(binaries, 'benchmark_bare')
        self.folder = tempfile.mkdtemp(prefix='audienced-benchmark-')
        os.chmod(self.folder, 0o755)
        template = os.path.join(self.folder, 'template')
        clusters.make_template(template, is_small=False)
        with open(template + '/postgresql.conf', 'a',
                  encoding='ascii') as file:
            file.write(_SETTINGS)
        self.server = clusters.Postgres(template, self.folder + '/postgres')
        self.sql('CREATE DATABASE peers')
        self.sql(questions.text_of('postgres_schema.sql'), 'peers')

    def url(self, database: str) -> str:
        """Of one of its databases."""
        return self.server.url().replace('/audienced?', f'/{database}?')

    def sql(self, statements: str, database: str = 'audienced') -> str:
        """Runs statements; what they print."""
        asked = subprocess.run(
            ['psql', '-XqAt', '-v', 'ON_ERROR_STOP=1', self.url(database)],
            input=statements, text=True, capture_output=True, check=False)
        if asked.returncode != 0:
            raise RuntimeError(asked.stderr)
        return asked.stdout

    def bare(self, *words: str, database: str = 'peers') -> dict:
        """What benchmark_bare says."""
        return run_json([self._bare, '--url', self.url(database), *words])

    def close(self) -> None:
        """Ends it for good."""
        self.server.stop_at_once()
        subprocess.run(['rm', '-rf', self.folder], check=False)


class PostgresPeer:
    """The questions, in SQL."""

    def __init__(self, cluster: Cluster) -> None:
        self.name = 'PostgreSQL'
        self.version = json.loads(cluster.sql(
            "SELECT to_json(split_part(version(), ' ', 2))"))
        self._cluster = cluster

    def load(self, shop: Shop) -> None:
        """Fills the table and makes its indexes."""
        self._cluster.bare('copy', '--events', shop.binary, '--table',
                           'shop_event', '--compact', '--per-commit', '500000')
        self._cluster.sql(questions.text_of('postgres_indexes.sql'), 'peers')

    def evaluate(self) -> float:
        """All eight questions; milliseconds, as the server says, without the
        way of the answers to a client."""
        told = self._cluster.sql(
            ';'.join(f'EXPLAIN (ANALYZE, TIMING OFF) {query}'
                     for query in questions.queries('postgres').values()),
            'peers')
        times = re.findall(r'Execution Time: ([0-9.]+) ms', told)
        assert len(times) == len(questions.AUDIENCES), told
        return sum(map(float, times))

    def audiences(self) -> list[set[int]]:
        """Who is in each of the eight."""
        return [set(map(int, self._cluster.sql(query, 'peers').split()))
                for query in questions.queries('postgres').values()]

    def close(self) -> None:
        """Nothing: the cluster goes with the run."""
