"""All that must hold when a run is at rest."""

import os
import re
from collections.abc import Iterator

from conductor import Conductor
from proof import erasure_checks, event_checks, log_checks, member_checks
from proof import signals, watcher_checks
from proof.database import Database
from proof.signals import FOREVER
from system.clock import span

# What a daemon built with a sanitizer writes, and one that breaks a promise.
_REPORTS = re.compile(r'ERROR: AddressSanitizer|WARNING: ThreadSanitizer|'
                      r'runtime error:|LeakSanitizer|Check failed')


def check(run: Conductor) -> Iterator[str]:
    """What is wrong; then once more after a restart, which changes nothing."""
    database = Database(run.postgres)
    yield from run.ledger.faults
    retention = _retention(run)
    yield from event_checks.check(
        database, run.ledger, run.clock.latest - (retention or FOREVER))
    yield from log_checks.check(database)
    yield from watcher_checks.check(database, run.watchers)
    expected = signals.members(database.histories(retention),
                               database.rulebook, run.clock.now)
    yield from member_checks.check(database, run.services, expected)
    yield from erasure_checks.check(database, run.ledger, run.postgres)
    yield from _rules(database, run)
    run.restart()
    again = Database(run.postgres)
    before = set(database.changes)
    for change in again.changes:
        if change not in before:
            yield f'the restart changed something: {change}'
    yield from member_checks.check(again, run.services, expected)
    yield from _log(run.daemon.log)


def _retention(run: Conductor) -> int | None:
    setting = run.schedule.settings.get('retention')
    return None if setting is None else span(setting)


def _rules(database: Database, run: Conductor) -> Iterator[str]:
    versions = sorted(database.rules)
    if versions != list(range(1, len(versions) + 1)):
        yield f'the versions of the rules have gaps: {versions}'
    for text in run.ledger.rules_put_in_force:
        if text not in database.rules.values():
            yield f'rules that were answered APPLIED are no version: {text}'
    if run.ledger.rules_put_in_force[-1] != database.rules[
            database.instance['rule_version']]:
        yield 'other rules are in force than those that were applied last'


def _log(path: str) -> Iterator[str]:
    if not os.path.exists(path):
        return
    with open(path, encoding='utf-8', errors='replace') as log:
        for line in log:
            if _REPORTS.search(line):
                yield f'the daemon reports: {line.strip()}'
