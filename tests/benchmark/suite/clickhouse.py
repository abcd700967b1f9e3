"""ClickHouse, where Debian's is installed: a server of the run's own."""

import os
import shutil
import subprocess
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request

from system.proxy import free_port

from suite import questions
from suite.duckdb import NotThere
from suite.shop import Shop

_CONFIG = '''<yandex>
  <logger><level>error</level><console>1</console></logger>
  <http_port>{port}</http_port>
  <listen_host>127.0.0.1</listen_host>
  <path>{folder}/data/</path>
  <tmp_path>{folder}/tmp/</tmp_path>
  <user_files_path>{folder}/files/</user_files_path>
  <mark_cache_size>536870912</mark_cache_size>
  <users_config>{folder}/users.xml</users_config>
  <default_profile>default</default_profile>
  <default_database>default</default_database>
</yandex>
'''
_USERS = '''<yandex>
  <profiles><default><max_threads>2</max_threads></default></profiles>
  <quotas><default/></quotas>
  <users><default>
    <password/><networks><ip>127.0.0.1</ip></networks>
    <profile>default</profile><quota>default</quota>
  </default></users>
</yandex>
'''


class ClickHouse:
    """Started at once; ended by close()."""

    def __init__(self) -> None:
        program = shutil.which('clickhouse-server')
        if program is None:
            raise NotThere('clickhouse-server is not installed (Debian has '
                           'it: apt-get install --no-install-recommends '
                           'clickhouse-server)')
        self.name = 'ClickHouse'
        self._port = free_port()
        self._folder = tempfile.mkdtemp(prefix='audienced-clickhouse-')
        for name, text in (('config.xml', _CONFIG), ('users.xml', _USERS)):
            with open(os.path.join(self._folder, name), 'w',
                      encoding='ascii') as file:
                file.write(text.format(port=self._port, folder=self._folder))
        self._process = subprocess.Popen(
            [program, f'--config-file={self._folder}/config.xml'],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, cwd=self._folder)
        self.version = self._await().strip()

    def load(self, shop: Shop) -> None:
        """Fills the table, sorted by person and time."""
        self._ask(questions.text_of('clickhouse_schema.sql').encode())
        with open(shop.binary, 'rb') as file:
            self._ask(file.read(), 'INSERT INTO shop_event FORMAT RowBinary')
        self._ask(b'OPTIMIZE TABLE shop_event FINAL')

    def evaluate(self) -> float:
        """All eight questions; milliseconds, with the way of the answers."""
        start = time.perf_counter()
        for query in questions.queries('clickhouse').values():
            self._ask((query + '\nFORMAT RowBinary').encode())
        return (time.perf_counter() - start) * 1e3

    def audiences(self) -> list[set[int]]:
        """Who is in each of the eight."""
        return [set(map(int, self._ask(query.encode()).split()))
                for query in questions.queries('clickhouse').values()]

    def close(self) -> None:
        """Ends it for good."""
        self._process.kill()
        self._process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _await(self) -> str:
        for _ in range(200):
            try:
                return self._ask(b'SELECT version()').decode()
            except urllib.error.URLError:
                if self._process.poll() is not None:
                    break
                time.sleep(0.05)
        self.close()
        raise NotThere('clickhouse-server does not start')

    def _ask(self, body: bytes, query: str = '') -> bytes:
        address = f'http://127.0.0.1:{self._port}/?' + urllib.parse.urlencode(
            {'query': query} if query else {})
        with urllib.request.urlopen(address, data=body) as answer:
            return answer.read()
