#!/usr/bin/python3
"""Each check finds the fault that it is there for.

A small world that is right is made wrong in one place after the other.
"""

import dataclasses
import unittest

from clients.ledger import Ledger, Merge
from clients.watcher import Habits, Seen, Watcher
from people import events as people
from proof import event_checks, log_checks, signals, watcher_checks
from proof.database import Change, Database, StoredEvent
from proof.history import Event, History
from system.clock import HOUR, MINUTE

ANN = ('user_id', 'ann')
BOB = ('user_id', 'bob')


def change(sequence: int, **other) -> Change:
    """Of profile 1 in stream 3, in a commit of its own."""
    values = {'stream': 3, 'sequence': sequence, 'commit_number': sequence,
              'commit_time': sequence * HOUR, 'profile': 1, 'audience': 'a',
              'kind': 'entered' if sequence % 2 else 'left',
              'cause': 'event', 'episode': (sequence + 1) // 2,
              'effective_at': sequence * HOUR, 'identifiers': (ANN,)}
    return Change(**{**values, **other})


class World:
    """One profile with one event, two stays, and one watcher."""

    def __init__(self) -> None:
        sent = people.Event('web', 'e1', 'sign_up', MINUTE, (ANN,))
        self.ledger = Ledger()
        self.ledger.sends([sent])
        self.ledger.accepted.append(sent)
        self.database = Database.__new__(Database)
        self.database.profiles = {
            1: {'merged_into': None, 'stream': 3, 'key': 'user_id:ann'},
            2: {'merged_into': None, 'stream': 3, 'key': 'user_id:bob'}}
        self.database.identifiers = {ANN: 1, BOB: 2}
        self.database.events = [StoredEvent(1, Event(
            at=MINUTE, event_id='e1', name='sign_up', origin='web'))]
        self.database.changes = [change(number) for number in (1, 2, 3)]
        self.database.instance = {'heads': [0, 0, 0, 3] + [0] * 60,
                                  'commit_number': 3}
        self.database.memberships = [
            {'profile_id': 1, 'audience': 'a', 'entered_sequence': begin,
             'left_sequence': end} for begin, end in ((1, 2), (3, None))]
        self.watcher = Watcher('watcher', Habits(), 0, self.ledger, 0)
        self.watcher.from_start = True
        self.watcher.changes = [
            Seen('p1', each.audience, each.kind, each.cause, each.episode,
                 each.effective_at, each.commit_time, f'key{each.episode}',
                 each.identifiers) for each in self.database.changes]

    def faults(self) -> list[str]:
        """What the checks find."""
        return [*event_checks.check(self.database, self.ledger, 0),
                *log_checks.check(self.database),
                *watcher_checks.check(self.database, [self.watcher])]


class ChecksTest(unittest.TestCase):
    """One method a check."""

    def setUp(self) -> None:
        self.world = World()

    def assert_found(self, text: str) -> None:
        """The checks find a fault with these words."""
        faults = self.world.faults()
        self.assertTrue(any(text in fault for fault in faults),
                        f'{text!r} is not in {faults}')

    def replace(self, number: int, **other) -> None:
        """Makes a change of the log another one."""
        changes = self.world.database.changes
        changes[number] = dataclasses.replace(changes[number], **other)

    def test_nothing_is_wrong_with_what_is_right(self) -> None:
        self.assertEqual(self.world.faults(), [])

    def test_a_lost_event(self) -> None:
        self.world.database.events.clear()
        self.assert_found('is lost')

    def test_an_event_with_somebody_else(self) -> None:
        stored = self.world.database.events[0]
        self.world.database.events[0] = dataclasses.replace(stored, profile=2)
        self.assert_found('is lost')
        self.assert_found('nobody sent')

    def test_an_event_that_is_there_twice(self) -> None:
        self.world.database.events *= 2
        self.assert_found('2 times')

    def test_an_event_that_was_accepted_twice(self) -> None:
        self.world.ledger.accepted *= 2
        self.assert_found('answered accepted 2 times')

    def test_another_event_than_was_sent(self) -> None:
        stored = self.world.database.events[0]
        self.world.database.events[0] = dataclasses.replace(
            stored, event=dataclasses.replace(stored.event, at=HOUR))
        self.assert_found('nobody sent')

    def test_a_lost_merge(self) -> None:
        self.world.ledger.merged(Merge(ANN, BOB, True))
        self.assert_found('merge is lost')

    def test_a_gap_in_a_stream(self) -> None:
        del self.world.database.changes[1]
        self.assert_found('stream 3 has [1, 3]')

    def test_a_head_that_is_ahead(self) -> None:
        self.world.database.instance['heads'][5] = 1
        self.assert_found('stream 5')

    def test_commits_out_of_order(self) -> None:
        self.replace(1, commit_number=4)
        self.assert_found('comes after')

    def test_a_profile_in_two_streams(self) -> None:
        self.replace(2, stream=4)
        self.assert_found('has changes in the streams')

    def test_two_changes_in_one_commit(self) -> None:
        self.replace(1, commit_number=1, commit_time=HOUR)
        self.assert_found('2 changes of one profile')

    def test_an_entry_of_one_who_is_in(self) -> None:
        self.replace(1, kind='entered')
        self.assert_found('of one who is in')

    def test_a_membership_without_its_exit(self) -> None:
        self.world.database.memberships[0]['left_sequence'] = None
        self.assert_found('only the table membership')

    def test_a_membership_of_one_who_was_erased(self) -> None:
        self.world.database.profiles[1]['erased_at'] = 'now'
        self.assert_found('only the table membership')

    def test_a_renumbered_episode(self) -> None:
        self.replace(2, episode=1)
        self.assertEqual(list(log_checks._episodes(
            self.world.database.changes)), [])  # a gate gave it back
        self.replace(2, episode=3)
        self.assert_found('renumbered')

    def test_a_change_that_holds_from_before_the_last(self) -> None:
        self.replace(2, effective_at=HOUR)
        self.assert_found('holds from before')

    def test_a_watcher_that_missed_a_change(self) -> None:
        del self.world.watcher.changes[1]
        self.assert_found('never saw')

    def test_a_watcher_that_saw_a_change_twice(self) -> None:
        self.world.watcher.changes.append(self.world.watcher.changes[-1])
        self.assert_found('seen twice')

    def test_a_watcher_that_saw_changes_out_of_order(self) -> None:
        self.world.watcher.changes.reverse()
        self.assert_found('out of order')

    def test_a_profile_with_two_names(self) -> None:
        last = self.world.watcher.changes[-1]
        self.world.watcher.changes[-1] = dataclasses.replace(last,
                                                             profile='p2')
        self.assert_found('two names')

    def test_a_change_with_the_identifiers_of_another(self) -> None:
        last = self.world.watcher.changes[-1]
        self.world.watcher.changes[-1] = dataclasses.replace(
            last, identifiers=(BOB,))
        self.assert_found('other identifiers')

    def test_an_idempotency_key_that_is_used_again(self) -> None:
        last = self.world.watcher.changes[-1]
        self.world.watcher.changes[-1] = dataclasses.replace(
            last, idempotency_key='key1')
        self.assert_found('one idempotency key')

    def test_a_list_that_the_changes_do_not_follow_from(self) -> None:
        self.world.watcher.habits = Habits(audiences=('a',),
                                           lists_first=True)
        self.world.watcher.listed = {'p1': ANN}
        self.assert_found('does not follow from its list')


RULES = {
    'version': 1, 'timezone': 'Europe/London',
    'conversions': {'carted': {'kind': 'micro', 'event': 'add_to_cart'},
                    'purchased': {'kind': 'macro', 'event': 'purchase'}},
    'consents': {},
    'audiences': {
        'abandoners': {'who': {'sequence': [{'did': 'carted'},
                                            {'did_not': 'purchased',
                                             'for': '1h'}],
                               'same': 'item_id', 'in_last': '3d'}},
        'lingering': {'who': {'did': 'carted', 'in_last': '1h'},
                      'stay': '1h'},
        'returning': {'who': {'did': 'carted', 'in_last': '1h'},
                      'rejoin_after': '2h'},
        'today': {'who': {'did': 'carted', 'in': 'today'}}}}


class OracleTest(unittest.TestCase):
    """Both sides of the edges that the language reference names."""

    def members(self, t: int, *events: Event) -> set[str]:
        """The audiences of one who did these."""
        found = signals.members({1: History(list(events))}, RULES, t)
        return {name for name, members in found.items() if members}

    def carted(self, at: int, **other) -> Event:
        """An event, by default of one item."""
        return Event(at=at, event_id=str(at), name='add_to_cart',
                     item_ids=('x',), **other)

    def test_the_first_and_the_last_instant(self) -> None:
        cart = self.carted(0)
        self.assertNotIn('abandoners', self.members(HOUR - 1, cart))
        self.assertIn('abandoners', self.members(HOUR, cart))
        self.assertIn('abandoners', self.members(72 * HOUR - 1, cart))
        self.assertNotIn('abandoners', self.members(72 * HOUR, cart))

    def test_the_purchase_at_the_edge_counts(self) -> None:
        for item, expected in (('x', False), ('y', True)):
            bought = Event(at=HOUR, event_id='b', name='purchase',
                           item_ids=(item,))
            found = self.members(HOUR, self.carted(0), bought)
            self.assertEqual('abandoners' in found, expected)

    def test_a_purchase_of_no_item_counts_against_every_one(self) -> None:
        bought = Event(at=0, event_id='b', name='purchase')
        self.assertNotIn('abandoners',
                         self.members(HOUR, self.carted(0), bought))

    def test_stay(self) -> None:
        self.assertIn('lingering', self.members(2 * HOUR - 1, self.carted(0)))
        self.assertNotIn('lingering', self.members(2 * HOUR, self.carted(0)))

    def test_rejoin_after(self) -> None:
        again = self.carted(150 * MINUTE)
        for t, expected in ((3 * HOUR - 1, False), (3 * HOUR, True),
                            (210 * MINUTE - 1, True), (210 * MINUTE, False)):
            found = self.members(t, self.carted(0), again)
            self.assertEqual('returning' in found, expected, t)

    def test_retention(self) -> None:
        for t, expected in ((20 * HOUR - 1, True), (20 * HOUR, False)):
            found = signals.members(
                {1: History([self.carted(0)], retention=20 * HOUR)}, RULES, t)
            self.assertEqual(bool(found['abandoners']), expected)

    def test_a_day_of_the_zone(self) -> None:
        # 1970 was a year of British Standard Time: midnight is at 23:00Z.
        self.assertIn('today', self.members(23 * HOUR - 1, self.carted(0)))
        self.assertNotIn('today', self.members(23 * HOUR, self.carted(0)))

    def test_the_copy_received_first_counts(self) -> None:
        late = self.carted(0, received_at=5)
        early = dataclasses.replace(late, at=10 * HOUR, received_at=1)
        self.assertIn('abandoners', self.members(11 * HOUR, early, late))
        self.assertNotIn('abandoners', self.members(10 * HOUR, early, late))


if __name__ == '__main__':
    unittest.main()
