"""What a run of the suite has: contestants, made when first asked for."""

import os
import sys
import typing

from suite import agreement, duckdb, questions
from suite.clickhouse import ClickHouse
from suite.cluster import Cluster, PostgresPeer
from suite.processes import Asked
from suite.product import Product
from suite.shop import Shop


class Stage:
    """All is ended by close(). What is not there is said once, and left out."""

    def __init__(self, shop: Shop, binaries: str, cache: str,
                 runs: int) -> None:
        self.shop = shop
        self.binaries = binaries
        self.runs = runs
        self.skipped: list[str] = []
        self.versions: dict[str, str] = {}
        self._cache = cache
        self._made: dict[str, typing.Any] = {}

    def binary(self, name: str) -> str:
        """The path of a program."""
        return os.path.join(self.binaries, name)

    def tell(self, what: str) -> None:
        """Progress."""
        print(f'... {what}', file=sys.stderr, flush=True)

    @property
    def cluster(self) -> Cluster:
        """PostgreSQL."""
        return self._once('cluster', lambda: Cluster(self.binaries))

    @property
    def product(self) -> Product:
        """The daemon, without events yet."""
        return self._once('product', lambda: self.new_product('audienced'))

    def new_product(self, database: str) -> Product:
        """Another one, in a database that is there and empty; the caller ends
        it."""
        with open(questions.RULES, encoding='utf-8') as file:
            rules = file.read()
        return Product(self.cluster, self.shop, self.binaries, rules, database)

    @property
    def filled_product(self) -> Product:
        """The daemon with all events."""
        def fill() -> bool:
            self.tell('sending all events to the daemon')
            self.product.fill()
            return True
        self._once('filled', fill)
        return self.product

    def is_filled(self) -> None:
        """Says that the daemon has all events already."""
        self._made['filled'] = True

    def resident(self, rules: str = questions.RULES) -> Asked:
        """Our own evaluation, with everybody in memory."""
        return Asked([self.binary('benchmark_resident'), rules,
                      self.shop.binary])

    @property
    def duckdb_folder(self) -> str | None:
        """Where DuckDB is; None where it cannot be."""
        def install() -> str | None:
            try:
                return duckdb.install(self._cache)
            except duckdb.NotThere as fault:
                self.skip(str(fault))
                return None
        return self._once('duckdb folder', install)

    def peers(self) -> list:
        """Those that are there, with their tables filled."""
        return self._once('peers', self._make_peers)

    def drop_peers(self) -> None:
        """Ends those that keep memory."""
        for peer in self._made.pop('peers', []):
            peer.close()

    def agree(self, question: str, ours: dict[str, set[int]]) -> None:
        """Raises where these members of some of the eight audiences are not
        those that the first peer found, which is asked once."""
        def ask() -> tuple[str, dict[str, set[int]]]:
            peer = self.peers()[0]
            return peer.name, dict(zip(questions.AUDIENCES, peer.audiences()))
        peer, theirs = self._once('members', ask)
        for name, members in ours.items():
            agreement.require(f'{name} {question}', members, theirs[name],
                              peer)

    def close(self) -> None:
        """Ends everything."""
        self.drop_peers()
        for name in ('product', 'cluster'):
            if name in self._made:
                self._made.pop(name).close()

    def _make_peers(self) -> list:
        makers = [lambda: PostgresPeer(self.cluster), ClickHouse]
        if self.duckdb_folder:
            folder = self.duckdb_folder
            makers.insert(0, lambda: duckdb.DuckDb(folder))
        peers = []
        for make in makers:
            try:
                peer = make()
            except duckdb.NotThere as fault:
                self.skip(str(fault))
                continue
            self.tell(f'filling {peer.name} {peer.version}')
            self.versions[peer.name] = peer.version
            peer.load(self.shop)
            peers.append(peer)
        return peers

    def skip(self, why: str) -> None:
        """Says what is left out, here and beside the table."""
        print(f'SKIPPED: {why}', file=sys.stderr, flush=True)
        self.skipped.append(why)

    def _once(self, name: str, make) -> typing.Any:
        if name not in self._made:
            self._made[name] = make()
        return self._made[name]
