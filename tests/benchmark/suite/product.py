"""The daemon on the cluster of the run, with all events of the shop."""

import datetime
import os
import time

from system.api import Services, audience_service_pb2, rule_service_pb2
from system.api import grpc, micros
from system.clock import Clock
from system.daemon import Daemon

from suite.cluster import Cluster
from suite.processes import run_json
from suite.shop import END_SECOND, Shop

# Nothing here is to be held back, or refused for being too much.
_SETTINGS = {'client-requests-per-second': '0', 'client-concurrent-calls': '0',
             'hold-back-percent': '100', 'hold-back-profiles': '1000000000',
             'log-level': 'warning'}


class Product:
    """Started at once with `rules`; its time stands still until it is moved."""

    def __init__(self, cluster: Cluster, shop: Shop, binaries: str,
                 rules: str) -> None:
        self._binaries = binaries
        self._cluster = cluster
        self._shop = shop
        self.clock = Clock(os.path.join(cluster.folder, 'clock'),
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

    def ingest(self, first: int, count: int) -> dict:
        """Sends events that lie before the present."""
        told = self.client('ingest', '--events', self._shop.binary, '--first',
                           str(first), '--count', str(count))
        if told['accepted'] != told['events']:
            raise RuntimeError(f'not all events were accepted: {told}')
        return told

    def fill(self) -> None:
        """Sends all events, where nobody has yet."""
        self.move_time(END_SECOND)
        self.ingest(0, self._shop.events)

    def apply(self, rules: str) -> float:
        """Puts rules in force; the seconds until everybody is by them and the
        difference is committed. The rule folder follows."""
        request = rule_service_pb2.ApplyRulesRequest(
            files=[rule_service_pb2.RuleFile(path='shop.yaml', text=rules)])
        while True:
            start = time.perf_counter()
            try:
                answer = self.services.rules.ApplyRules(request)
                break
            except grpc.RpcError as fault:
                # The folder, which was written last time, is being looked at.
                if fault.code() != grpc.StatusCode.ABORTED:
                    raise
                time.sleep(0.05)
        applied = rule_service_pb2.RuleAttempt.RESULT_APPLIED
        if answer.attempt.result != applied:
            raise RuntimeError(f'the rules are not applied: {answer}')
        while self._is_moving(answer.attempt.version):
            time.sleep(0.005)
        seconds = time.perf_counter() - start
        self.daemon.write_rules(rules)
        return seconds

    def _is_moving(self, version: int) -> bool:
        rulebook = self.services.rules.GetRulebook(
            rule_service_pb2.GetRulebookRequest()).rulebook
        return rulebook.version < version or rulebook.HasField('rebuild')

    def restart(self, has_clock: bool = True) -> float:
        """Stops it; starts it, by the clock of the machine where it is not to
        have its own; the seconds until it is ready."""
        self.services.close()
        self.daemon.terminate()
        if not has_clock:
            self.daemon = self._daemon(None)
        start = time.perf_counter()
        self.daemon.start()
        self.daemon.wait_until_ready(1800)
        seconds = time.perf_counter() - start
        self.services = Services(self.daemon.port)
        return seconds

    def _daemon(self, clock_file: str | None) -> Daemon:
        return Daemon(os.path.join(self._binaries, 'audienced'),
                      self._cluster.folder, self._cluster.url('audienced'),
                      clock_file, _SETTINGS)

    def close(self) -> None:
        """Ends it."""
        self.services.close()
        self.daemon.kill()


def is_past(second: int) -> bool:
    """Whether the machine's clock is behind that."""
    now = datetime.datetime.now(datetime.timezone.utc)
    return now.timestamp() > second
