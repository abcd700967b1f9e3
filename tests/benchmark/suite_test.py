#!/usr/bin/python3
"""Checks of the suite itself: each comparison is seen to fail."""

import os
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

from suite import agreement, figures, questions, rulebooks, turns  # noqa: E402
from suite.figures import Figure, Goal                             # noqa: E402


class Figures(unittest.TestCase):
    """Ratios and verdicts."""

    def test_less_is_better(self) -> None:
        """A ratio says how many times better this is."""
        figure = Figure('a', 'b', 'ms', [30, 10, 20], beside={'peer': [60]},
                        goals=(Goal(2, 4, 'peer'), Goal(10), Goal(30, 20)))
        self.assertEqual(figure.median, 20)
        self.assertEqual(figure.ratio('peer'), 3)
        self.assertEqual([figure.verdict(goal) for goal in figure.goals],
                         ['reach', 'no', 'aim'])

    def test_more_is_better(self) -> None:
        """The other way round."""
        figure = Figure('a', 'b', '1/s', [50], less=False,
                        beside={'peer': [100]},
                        goals=(Goal(1, None, 'peer'), Goal(40, 60)))
        self.assertEqual(figure.ratio('peer'), 0.5)
        self.assertEqual([figure.verdict(goal) for goal in figure.goals],
                         ['no', 'reach'])

    def test_table(self) -> None:
        """What stands in a line."""
        figure = Figure('start', 'to ready', 's', [2.0],
                        beside={'COPY': [1.5]}, goals=(Goal(0.5, None, 'COPY'),))
        self.assertEqual(figures.lines([figure.to_json()]), [
            ['start', 'to ready', '2 s', 'COPY 1.5 (0.75x)',
             '0.5x COPY: met']])


class Agreement(unittest.TestCase):
    """Members are compared one by one."""

    def test_difference(self) -> None:
        """As many members are not the same members."""
        agreement.require('a1', {1, 2}, {2, 1}, 'peer')
        with self.assertRaisesRegex(agreement.Disagreement, r'only here: \[1\]'
                                    r', only there: \[3\]'):
            agreement.require('a1', {1, 2}, {2, 3}, 'peer')

    def test_twice(self) -> None:
        """A list that names somebody twice is no list of members."""
        with tempfile.NamedTemporaryFile('w') as file:
            file.write('u-0000007\nu-0000008\n')
            file.flush()
            self.assertEqual(agreement.numbers(file.name), {7, 8})
            file.write('u-0000007\n')
            file.flush()
            with self.assertRaises(agreement.Disagreement):
                agreement.numbers(file.name)


class Questions(unittest.TestCase):
    """What is asked."""

    def test_peers(self) -> None:
        """Each peer is asked all eight, at the same instant."""
        for peer in ('postgres', 'duckdb', 'clickhouse'):
            for sql in questions.queries(peer).values():
                self.assertIn('SELECT', sql)
                self.assertNotIn(':now', sql)

    def test_rules(self) -> None:
        """The rules are always the same, and all different."""
        rules = rulebooks.rules_of(4096)
        self.assertEqual(rulebooks.rules_of(8), rules[:8])
        self.assertEqual(len({rule.sql() for rule in rules}), 4096)

    def test_turns(self) -> None:
        """Each is asked once a round, and who begins changes."""
        order = []
        turns.take_turns(3, {name: lambda name=name: order.append(name) or 0.0
                             for name in ('here', 'there')})
        self.assertEqual(order, ['here', 'there', 'there', 'here', 'here',
                                 'there'])


if __name__ == '__main__':
    unittest.main()
