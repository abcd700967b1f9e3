"""Lives through a schedule with real processes."""

import contextlib
import os
import subprocess
import threading
import time
from collections.abc import Callable

from clients.ledger import Ledger, Merge
from clients.sender import Batch, Crowd, is_transient
from clients.watcher import Watcher
from people import rulebook as rulebooks
from people.events import Event
from schedule import START, Disturbance, Round, Schedule
from system.api import Services, audience_service_pb2, event_pb2, grpc
from system.api import micros, profile_service_pb2, rule_service_pb2
from system.clock import HOUR, Clock, span
from system.daemon import Daemon, DaemonFault
from system.disk import Disk
from system.postgres import Postgres, PrivatePostgres
from system.proxy import Proxy

_DISK_MEGABYTES = 200
_CALL_SECONDS = 20
# A machine at rest needs a hundredth of it.
_PATIENCE_SECONDS = 300


class Conductor:
    """Owns everything that a run starts."""

    def __init__(self, schedule: Schedule, binaries: str, template: str,
                 folder: str, tell: Callable[[str], None]) -> None:
        self.schedule = schedule
        retention = schedule.settings.get('retention')
        self.ledger = Ledger(span(retention) if retention else None)
        self.watchers: list[Watcher] = []
        self._tell = tell
        self._binaries = binaries
        os.chmod(folder, 0o755)
        self.disk = Disk(os.path.join(folder, 'disk'), _DISK_MEGABYTES)
        self.clock = Clock(os.path.join(folder, 'clock'), START)
        # The checks read the whole log.
        settings = {'change-log-retention': '36500d', **schedule.settings}
        self._database_proxy: Proxy | None = None
        if schedule.has_private_database:
            settings['data'] = os.path.join(self.disk.folder, 'data')
            url = ''
            self.postgres = PrivatePostgres(settings['data'])
        else:
            self.postgres = Postgres(template, self.disk.folder + '/postgres')
            self._database_proxy = Proxy(self.postgres.port)
            url = self.postgres.url(self._database_proxy.port)
        self.daemon = Daemon(os.path.join(binaries, 'audienced'), folder, url,
                             self.clock.path, settings)
        self._client_proxy = Proxy(self.daemon.port)
        self.services = Services(self.daemon.port)
        self._folder = folder

    def live(self) -> None:
        """Goes through all rounds, and ends with everything at rest."""
        self._write_rules(self.schedule.rulebook)
        self.daemon.start()
        self.daemon.wait_until_ready()
        for number, each in enumerate(self.schedule.rounds):
            kinds = ' '.join(d.kind for d in each.disturbances)
            self._tell(f'round {number}: {kinds}')
            self._live_round(number, each)
        self._settle_rules()
        self.clock.step(HOUR)
        self.come_to_rest()

    def come_to_rest(self) -> None:
        """Returns when everything is evaluated through the clock, and every
        watcher has read the log to its end."""
        self.daemon.wait_until_ready()
        # Once this one is answered, nothing of those who gave up is still on
        # its way.
        marker = Event('marker', 'last', 'marker', self.clock.now,
                       (('user_id', 'marker-person'),))
        self._join(Crowd(self.daemon.port, self.ledger, self.clock,
                         [[Batch('marker', (marker,), False, False)]]))
        self._wait_through(self.clock.now)
        for watcher in self.watchers:
            watcher.stop()
            watcher.catch_up(self.services)

    def restart(self) -> None:
        """Stops the daemon in peace and starts it again."""
        code = self.daemon.terminate()
        if code != 0:
            raise DaemonFault(f'SIGTERM: ended with {code}')
        self.daemon.start()
        self.daemon.wait_until_ready()
        self._wait_through(self.clock.now)

    def end(self) -> None:
        """Ends all processes and takes the disk away."""
        for watcher in self.watchers:
            watcher.abandon()
        self.services.close()
        self.daemon.kill()
        self._client_proxy.close()
        if self._database_proxy is not None:
            self._database_proxy.close()
        self.postgres.remove()
        self.disk.remove()

    def _live_round(self, number: int, each: Round) -> None:
        for habits in each.watchers:
            watcher = Watcher(f'watcher {len(self.watchers)}', habits,
                              self._client_proxy.port, self.ledger,
                              self.schedule.seed + number)
            watcher.from_start = number == 0 and not habits.lists_first
            watcher.start()
            self.watchers.append(watcher)
        crowd = Crowd(self._client_proxy.port, self.ledger, self.clock,
                      [list(load) for load in each.loads])
        for disturbance in each.disturbances:
            time.sleep(disturbance.after_seconds)
            self.ledger.count(disturbance.kind)
            getattr(self, '_' + disturbance.kind)(disturbance)
        self._join(crowd)
        self.daemon.wait_until_ready()

    def _join(self, crowd: Crowd) -> None:
        while crowd.is_busy():
            self.daemon.supervise()
            time.sleep(0.01)

    # What happens, one method a kind of disturbance.

    def _step(self, disturbance: Disturbance) -> None:
        self.clock.step(disturbance.step)

    def _step_back(self, disturbance: Disturbance) -> None:
        self.daemon.kill()
        self.clock.step(-HOUR)
        self.daemon.start()
        time.sleep(disturbance.length_seconds)
        self.clock.step(HOUR)

    def _kill(self, disturbance: Disturbance) -> None:
        self.daemon.kill()
        time.sleep(disturbance.length_seconds / 4)
        self.daemon.start()

    def _kill_twice(self, disturbance: Disturbance) -> None:
        self.daemon.kill()
        self.daemon.start()
        time.sleep(disturbance.length_seconds)
        self._kill(disturbance)

    def _terminate(self, _: Disturbance) -> None:
        if self.daemon.is_ready():
            code = self.daemon.terminate()
            if code != 0:
                self.ledger.fault(f'SIGTERM: ended with {code}')
            self.daemon.start()

    def _stop_database(self, disturbance: Disturbance) -> None:
        self.postgres.stop_at_once()
        time.sleep(disturbance.length_seconds)
        self.postgres.start()

    def _cut_database(self, disturbance: Disturbance) -> None:
        self._database_proxy.cut_after(disturbance.count)
        time.sleep(disturbance.length_seconds / 2)
        self._database_proxy.cut_all()

    def _hold_database(self, disturbance: Disturbance) -> None:
        self._database_proxy.hold_answers()
        time.sleep(disturbance.length_seconds)
        self._database_proxy.cut_all()

    def _end_sessions(self, _: Disturbance) -> None:
        if self.postgres.is_running():
            self.postgres.end_sessions()

    def _cut_clients(self, disturbance: Disturbance) -> None:
        self._client_proxy.cut_after(disturbance.count)
        time.sleep(disturbance.length_seconds / 2)
        self._client_proxy.cut_all()

    def _fill_disk(self, disturbance: Disturbance) -> None:
        if not self.disk.can_be_filled:
            self._tell('SKIPPED: may not mount, so no disk is filled')
            return
        self.disk.fill()
        time.sleep(disturbance.length_seconds * 2)
        self.disk.free()
        if not self.postgres.is_running():
            self.postgres.start()

    def _merge(self, disturbance: Disturbance) -> None:
        if disturbance.profile == disturbance.into:
            return
        request = profile_service_pb2.MergeProfilesRequest()
        for field, (kind, value) in ((request.profile, disturbance.profile),
                                     (request.into, disturbance.into)):
            field.identifier.CopyFrom(
                event_pb2.Identifier(kind=kind, value=value))
        merged = self._call(self.services.profiles.MergeProfiles, request,
                            grpc.StatusCode.NOT_FOUND)
        self.ledger.merged(Merge(disturbance.profile, disturbance.into,
                                 merged is not None))

    def _unmerge(self, disturbance: Disturbance) -> None:
        self.ledger.unmerges += 1
        request = profile_service_pb2.UnmergeProfilesRequest()
        kind, value = disturbance.profile
        request.profile.identifier.CopyFrom(
            event_pb2.Identifier(kind=kind, value=value))
        self._call(self.services.profiles.UnmergeProfiles, request,
                   grpc.StatusCode.FAILED_PRECONDITION,
                   grpc.StatusCode.NOT_FOUND)

    def _erase(self, disturbance: Disturbance) -> None:
        kind, value = disturbance.profile
        number = self.ledger.erases(disturbance.profile, self.clock.now)
        request = profile_service_pb2.EraseProfileRequest()
        request.profile.identifier.CopyFrom(
            event_pb2.Identifier(kind=kind, value=value))
        answer = self._call(self.services.profiles.EraseProfile, request,
                            grpc.StatusCode.NOT_FOUND)
        if answer is not None:
            self.ledger.erased(number, micros(answer.erase_time))

    def _apply_rules(self, disturbance: Disturbance) -> None:
        self._apply(rulebooks.text_of(disturbance.rulebook))

    def _apply(self, text: str) -> None:
        request = rule_service_pb2.ApplyRulesRequest(files=[
            rule_service_pb2.RuleFile(path='shop.yaml', text=text)])
        self._put_in_force(self.services.rules.ApplyRules, request, text)

    def _apply_and_kill(self, disturbance: Disturbance) -> None:
        """Dies while profiles move to other rules."""
        with self._beside(self._apply_rules, disturbance):
            time.sleep(disturbance.length_seconds / 4)
            self._kill(disturbance)

    def _apply_and_cancel(self, disturbance: Disturbance) -> None:
        """Takes the rules back while profiles move to them."""
        with self._beside(self._apply_rules, disturbance):
            time.sleep(disturbance.length_seconds / 8)
            self._call(self.services.rules.CancelRebuild,
                       rule_service_pb2.CancelRebuildRequest(),
                       grpc.StatusCode.FAILED_PRECONDITION)

    @contextlib.contextmanager
    def _beside(self, method, disturbance: Disturbance):
        thread = threading.Thread(target=method, args=(disturbance,))
        thread.start()
        yield
        while thread.is_alive():
            self.daemon.supervise()
            thread.join(0.01)

    def _settle_rules(self) -> None:
        """Puts in force what the folder has, so that no start changes it."""
        with open(self.daemon.rules + '/shop.yaml', encoding='utf-8') as file:
            text = file.read()
        for _ in range(200):
            done = len(self.ledger.rules_put_in_force)
            self._apply(text)
            if len(self.ledger.rules_put_in_force) > done:
                return
            time.sleep(0.05)
        self.ledger.fault('the last rules were not put in force')

    def _roll_back(self, _: Disturbance) -> None:
        self._put_in_force(
            self.services.rules.RollbackRules,
            rule_service_pb2.RollbackRulesRequest(version=1),
            rulebooks.text_of(self.schedule.rulebook))

    def _put_in_force(self, call, request, text: str) -> None:
        attempt_of = rule_service_pb2.RuleAttempt
        answer = self._call(call, request, grpc.StatusCode.ABORTED)
        if (answer is not None
                and answer.attempt.result == attempt_of.RESULT_HELD_BACK):
            request.confirm = answer.attempt.plan.fingerprint
            answer = self._call(call, request, grpc.StatusCode.ABORTED)
        if answer is None:
            return
        if answer.attempt.result in (attempt_of.RESULT_APPLIED,
                                     attempt_of.RESULT_UNCHANGED):
            self.ledger.rules_put_in_force.append(text)
        elif answer.attempt.result != attempt_of.RESULT_HELD_BACK:
            self.ledger.fault(f'rules were not taken: {answer.attempt}')

    def _apply_by_command(self, disturbance: Disturbance) -> None:
        text = rulebooks.text_of(disturbance.rulebook)
        path = os.path.join(self._folder, 'proposal')
        os.makedirs(path, exist_ok=True)
        with open(path + '/shop.yaml', 'w', encoding='utf-8') as file:
            file.write(text)
        command = [os.path.join(self._binaries, 'audiencectl'), 'apply', path,
                   '--server', f'127.0.0.1:{self.daemon.port}',
                   '--timeout', str(_CALL_SECONDS)]
        applied = subprocess.run(command, capture_output=True, text=True,
                                 check=False, stdin=subprocess.DEVNULL)
        if applied.returncode == 0:
            self.ledger.rules_put_in_force.append(text)

    def _rules_in_folder(self, disturbance: Disturbance) -> None:
        self._write_rules(disturbance.rulebook)
        self.daemon.hang_up()

    def _write_rules(self, rulebook: dict) -> None:
        self.daemon.write_rules(rulebooks.text_of(rulebook))

    def _call(self, method, request, *allowed: grpc.StatusCode):
        """The answer of a call; none where it failed as it may."""
        try:
            return method(request, timeout=_CALL_SECONDS)
        except grpc.RpcError as error:
            if not is_transient(error) and error.code() not in allowed:
                self.ledger.fault(f'{error.code()} {error.details()}')
            return None

    def _wait_through(self, t: int) -> None:
        end = time.monotonic() + _PATIENCE_SECONDS
        request = audience_service_pb2.ListAudiencesRequest()
        while time.monotonic() < end:
            self.daemon.supervise()
            try:
                answer = self.services.audiences.ListAudiences(request,
                                                               timeout=5)
                if micros(answer.evaluated_through_time) >= t:
                    return
            except grpc.RpcError:
                pass
            time.sleep(0.01)
        raise DaemonFault('not evaluated through the clock within '
                          f'{_PATIENCE_SECONDS} s')
