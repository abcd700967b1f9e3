"""Rules of one shape, as many as wanted, always the same: somebody did one kind
of thing with one category of items so often in so many days, and another kind
with another not at all."""

import dataclasses

from suite.shop import END_SECOND

_KINDS = {'view_item': 2, 'add_to_cart': 3, 'begin_checkout': 4, 'purchase': 5}
_DAYS = (1, 3, 7, 14, 30, 60)
_CATEGORIES = 16


def _mix(number: int) -> int:
    """SplitMix64."""
    mask = (1 << 64) - 1
    number = (number + 0x9E3779B97F4A7C15) & mask
    number = ((number ^ (number >> 30)) * 0xBF58476D1CE4E5B9) & mask
    number = ((number ^ (number >> 27)) * 0x94D049BB133111EB) & mask
    return number ^ (number >> 31)


@dataclasses.dataclass(frozen=True)
class Rule:
    """One of them."""
    name: str
    did: str
    category: int
    days: int
    times: int
    did_not: str
    other_category: int
    other_days: int

    def yaml(self) -> str:
        """As an audience of a rule file."""
        return f'''  {self.name}:
    title: Rule {self.name}
    who:
      all:
        - did: {{ event: {self.did}, where: {{ item_category: c{self.category} }} }}
          times: {self.times}
          in_last: {self.days}d
        - did_not: {{ event: {self.did_not}, where: {{ item_category: c{self.other_category} }} }}
          in_last: {self.other_days}d
'''

    def sql(self) -> str:
        """As DuckDB is asked for it."""
        return f'''
            SELECT person FROM shop_event
            WHERE second > {END_SECOND - 86400 * max(self.days,
                                                     self.other_days)}
              AND kind IN ({_KINDS[self.did]}, {_KINDS[self.did_not]})
            GROUP BY person
            HAVING count(*) FILTER (kind = {_KINDS[self.did]}
                AND item % {_CATEGORIES} = {self.category}
                AND second > {END_SECOND - 86400 * self.days}) >= {self.times}
              AND count(*) FILTER (kind = {_KINDS[self.did_not]}
                AND item % {_CATEGORIES} = {self.other_category}
                AND second > {END_SECOND - 86400 * self.other_days}) = 0'''


def rules_of(count: int) -> list[Rule]:
    """The first so many, all different."""
    rules: dict[tuple, Rule] = {}
    number = 0
    while len(rules) < count:
        dice = _mix(number)
        number += 1
        kinds = list(_KINDS)
        did = kinds[dice % 4]
        shape = (did, (dice >> 8) % _CATEGORIES, _DAYS[(dice >> 16) % 6],
                 1 + (dice >> 24) % 5, kinds[(dice >> 32) % 4],
                 (dice >> 40) % _CATEGORIES, _DAYS[(dice >> 48) % 6])
        if shape[:2] == shape[4:6]:   # of the same thing: can never hold
            continue
        rules.setdefault(shape, Rule(f'r{len(rules):04}', *shape))
    return list(rules.values())


def rulebook(rules: list[Rule]) -> str:
    """A rule file of them."""
    return ('version: 1\ntimezone: UTC\naudiences:\n'
            + ''.join(rule.yaml() for rule in rules))
