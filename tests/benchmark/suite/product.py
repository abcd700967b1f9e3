"""The daemon on the cluster of the run, with all events of the shop."""

import datetime
import os
import time

from system.api import Services, audience_service_pb2, rule_service_pb2
from system.api import micros
from system.clock import Clock
from system.daemon import Daemon

from suite.cluster import Cluster
from suite.processes import run_json
from suite.shop import END_SECOND, Shop

# Nothing here is to be held back, or refused for being too much.
_SETTINGS = {'client-requests-per-second': '0', 'client-concurrent-calls': '0',
             'hold-back-percent': '100', 'hold-back-profiles': '1000000000',
             'log-level': 'warning'}
# To ask a hundred times a second takes a tenth of the processors.
_READY_INTERVAL = 0.05
# The client makes so many before it sends them.
_EVENTS_AT_ONCE = 1_000_000


class Product:
    """Started at once with `rules`, in the database of its name; its time
    stands still until it is moved."""

    def __init__(self, cluster: Cluster, shop: Shop, binaries: str,
                 rules: str, database: str = 'audienced') -> None:
        self._database = database
        self._folder = os.path.join(cluster.folder, 'daemon of ' + database)
        os.makedirs(self._folder)
        self._binaries = binaries
        self._cluster = cluster
        self._shop = shop
        self.clock = Clock(os.path.join(self._folder, 'clock'),
                           shop.second_of(0) * 1_000_000)
        self.daemon = self._daemon(self.clock.path)
        self.daemon.write_rules(rules)
        self.daemon.start()
        self.daemon.wait_until_ready()
        self.services = Services(self.daemon.port)

    def move_time(self, second: int) -> None:
        """Lets it be that second, and returns when all that is due is done."""
        self.clock.step(second * 1_000_000 - self.clock.now)
        self.settle()

    def settle(self) -> None:
        """Returns when everything is evaluated through now."""
        request = audience_service_pb2.ListAudiencesRequest(page_size=1)
        while True:
            answer = self.services.audiences.ListAudiences(request)
            if micros(answer.evaluated_through_time) >= self.clock.now:
                return
            time.sleep(0.01)

    def client(self, *words: str) -> dict:
        """What benchmark_client says."""
        return run_json([os.path.join(self._binaries, 'benchmark_client'),
                         '--server',
                         f'127.0.0.1:{self.daemon.port}', *words])

    def ingest(self, first: int, count: int, *options: str) -> dict:
        """Sends events that lie before the present."""
        told = self.client('ingest', '--events', self._shop.binary, '--first',
                           str(first), '--count', str(count), *options)
        if told['accepted'] != told['events']:
            raise RuntimeError(f'not all events were accepted: {told}')
        return told

    def fill(self) -> None:
        """Sends all events, where nobody has yet."""
        self.move_time(END_SECOND)
        for first in range(0, self._shop.events, _EVENTS_AT_ONCE):
            self.ingest(first, min(_EVENTS_AT_ONCE,
                                   self._shop.events - first))

    def apply(self, rules: str) -> float:
        """Puts rules in force, confirmed whatever the difference; the seconds
        until everybody is by them and it is committed. The rule folder stays as
        it is, and so says nothing."""
        request = rule_service_pb2.ApplyRulesRequest(
            files=[rule_service_pb2.RuleFile(path='shop.yaml', text=rules)])
        results = rule_service_pb2.RuleAttempt
        while True:
            start = time.perf_counter()
            attempt = self.services.rules.ApplyRules(request).attempt
            if attempt.result == results.RESULT_HELD_BACK:
                request.confirm = attempt.fingerprint
            elif attempt.result == results.RESULT_APPLIED:
                break
            else:
                raise RuntimeError(f'the rules are not applied: {attempt}')
        while self._is_moving(attempt.version):
            time.sleep(0.005)
        return time.perf_counter() - start

    def _is_moving(self, version: int) -> bool:
        rulebook = self.services.rules.GetRulebook(
            rule_service_pb2.GetRulebookRequest()).rulebook
        return rulebook.version < version or rulebook.HasField('rebuild')

    def restart(self, has_clock: bool = True,
                keeps_histories: bool = False) -> float:
        """Stops it; starts it, by the clock of the machine where it is not to
        have its own, with the histories that the stop keeps where it is to;
        the seconds until it is ready."""
        self.services.close()
        self.daemon.terminate()
        if not keeps_histories:
            os.remove(os.path.join(self.daemon.data, 'histories'))
        if not has_clock:
            self.daemon = self._daemon(None)
        start = time.perf_counter()
        self.daemon.start()
        self.daemon.wait_until_ready(1800, _READY_INTERVAL)
        seconds = time.perf_counter() - start
        self.services = Services(self.daemon.port)
        return seconds

    def _daemon(self, clock_file: str | None) -> Daemon:
        return Daemon(os.path.join(self._binaries, 'audienced'),
                      self._folder, self._cluster.url(self._database),
                      clock_file, _SETTINGS)

    def close(self) -> None:
        """Ends it."""
        self.services.close()
        self.daemon.kill()


def is_past(second: int) -> bool:
    """Whether the machine's clock is behind that."""
    now = datetime.datetime.now(datetime.timezone.utc)
    return now.timestamp() > second
