#!/usr/bin/python3
"""How long does ingest wait while all profiles move to other rules?

Fills the real daemon with profiles, sends events at a steady rate, and applies
rules with a new selector, so that every history is read and evaluated again.

Only figures; nothing here passes or fails.

examples:
  tests/fault/rebuild.py
  tests/fault/rebuild.py --profiles 100000 --rate 500
"""

import argparse
import sys
import time

from system.api import rule_service_pb2
from system.clock import DAY, SECOND

from endurance.filled_daemon import FilledDaemon, Stream, add_arguments, now
from endurance.sampler import resident_megabytes
from people import rulebook as rulebooks

_QUIET_SECONDS = 30


def _rules(edit: int) -> dict:
    """Rules of which each edit looks for an event of another name."""
    return {
        'version': 1, 'timezone': 'Europe/London',
        'conversions': {
            'viewed': {'kind': 'micro', 'event': 'view_item'},
            'edited': {'kind': 'micro', 'event': f'other{edit}'},
            'purchased': {'kind': 'macro', 'event': 'purchase'}},
        'audiences': {
            'waiting': {'who': {'sequence': [
                {'did': 'viewed'}, {'did_not': 'purchased', 'for': '90d'}]}},
            'edited': {'who': {'did': 'edited', 'in_last': '30d'}},
            'viewers': {'who': {'did': 'viewed', 'in_last': '30d'}}}}


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    add_arguments(parser)
    parser.add_argument('--rate', type=int, default=1000, metavar='N',
                        help='events a second; default 1000')
    parser.add_argument('--edits', type=int, default=3, metavar='N',
                        help='how often rules are edited; default 3')
    return parser.parse_args()


def _apply(filled: FilledDaemon, edit: int) -> None:
    """Returns when every profile has moved."""
    answer = filled.services.rules.ApplyRules(
        rule_service_pb2.ApplyRulesRequest(
            files=[rule_service_pb2.RuleFile(
                path='shop.yaml', text=rulebooks.text_of(_rules(edit)))]),
        timeout=900)
    if answer.attempt.result != rule_service_pb2.RuleAttempt.RESULT_APPLIED:
        raise SystemExit(f'not applied: {answer}')
    while filled.services.rules.GetRulebook(
            rule_service_pb2.GetRulebookRequest()
    ).rulebook.HasField('rebuild'):
        time.sleep(0.1)


def _measure(filled: FilledDaemon, arguments: argparse.Namespace) -> None:
    seconds = filled.fill(arguments.profiles, 'view_item', now() - DAY)
    print(f'filled {arguments.profiles:,} profiles in {seconds:.0f} s; daemon '
          f'{resident_megabytes(filled.daemon.pid):.0f} MB', flush=True)
    stream = Stream(filled, arguments.rate)
    try:
        began = now()
        time.sleep(_QUIET_SECONDS)
        print('batches of 50 events answered before: '
              + stream.between(began, now()), flush=True)
        for edit in range(1, arguments.edits + 1):
            began = now()
            _apply(filled, edit)
            print(f'edit {edit}: all have moved after '
                  f'{(now() - began) / SECOND:.1f} s; batches answered '
                  f'meanwhile: {stream.between(began, now())}; daemon '
                  f'{resident_megabytes(filled.daemon.pid):.0f} MB',
                  flush=True)
    finally:
        stream.stop()


def main() -> int:
    """The command line."""
    arguments = _arguments()
    filled = FilledDaemon(arguments.binary_dir, arguments.set, _rules(0))
    try:
        _measure(filled, arguments)
    finally:
        filled.end()
    return 0


if __name__ == '__main__':
    sys.exit(main())
