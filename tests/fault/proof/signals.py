"""Who belongs to an audience: the steps of its signal, in their order.

A signal is a list of half-open intervals [start, end) in order of time.
"""

import datetime

from proof import conditions
from proof.history import History
from system.clock import instant, span

FOREVER = 1 << 62
Intervals = list[tuple[int, int]]


def contains(intervals: Intervals, t: int) -> bool:
    """Whether `t` lies in one of them."""
    return any(start <= t < end for start, end in intervals)


def _sampled(points: set[int], is_in) -> Intervals:
    """Where `is_in` holds, which changes at `points` alone."""
    ordered = sorted(points)
    found: Intervals = []
    for start, end in zip(ordered, ordered[1:] + [FOREVER]):
        if not is_in(start):
            continue
        if found and found[-1][1] == start:
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return found


class Person:
    """One history under one rulebook."""

    def __init__(self, history: History, rules: conditions.Rules,
                 until: int) -> None:
        self.history = history
        self._rules = rules
        self._until = until
        self._signals: dict[str, Intervals] = {}

    def is_in(self, audience: str, t: int) -> bool:
        """Whether the signal of the audience holds, by steps 1 to 5. `t` is
        not after the `until` of this person."""
        rule = self._rules.audiences[audience]
        if 'stay' in rule or 'rejoin_after' in rule:
            return contains(self.signal(audience), t)
        return self._passes(rule, t) and self._holds(rule['who'], t)

    def signal(self, audience: str) -> Intervals:
        """Where it holds; right up to `until`."""
        if audience not in self._signals:
            self._signals[audience] = self._build(
                self._rules.audiences[audience])
        return self._signals[audience]

    def _build(self, audience: dict) -> Intervals:
        signal = self._where(audience['who'])
        if 'stay' in audience:
            stay = span(audience['stay'])
            signal = [(start, min(end + stay, FOREVER))
                      for start, end in signal]
        points = {edge for interval in signal for edge in interval}
        points |= self.history.instants()   # consents
        if 'except' in audience:
            points |= self._points(audience['except'])
        signal = _sampled(points, lambda t: contains(signal, t)
                          and self._passes(audience, t))
        if 'rejoin_after' in audience:
            signal = _rejoin(signal, span(audience['rejoin_after']))
        return signal

    def _where(self, condition: dict) -> Intervals:
        return _sampled(self._points(condition),
                        lambda t: self._holds(condition, t))

    def _holds(self, condition: dict, t: int) -> bool:
        return conditions.holds(condition, self.history, t, self._rules,
                                self.is_in)

    def _passes(self, audience: dict, t: int) -> bool:
        """Steps 2 and 3: `except`, and consent."""
        if 'except' in audience and self._holds(audience['except'], t):
            return False
        return all(self._holds({'consented': purpose}, t)
                   for purpose in audience.get('consent', []))

    def _points(self, condition: dict) -> set[int]:
        """The instants at which the condition can change."""
        spans = conditions.spans(condition)
        if self.history.retention is not None:
            spans.add(self.history.retention)
        points = {at + later for at in self.history.instants()
                  for later in spans}
        if condition.get('in') == 'today' and self.history.events:
            points |= self._midnights()
        if 'in_audience' in condition:
            points |= {edge for interval in
                       self.signal(condition['in_audience'])
                       for edge in interval}
        for word in ('all', 'any', 'none'):
            for part in condition.get(word, []):
                points |= self._points(part)
        return points

    def _midnights(self) -> set[int]:
        zone = self._rules.zone
        day = self._rules.day(self.history.events[0].at)
        found = set()
        while (at := _midnight(day, zone)) <= self._until:
            found.add(at)
            day += datetime.timedelta(days=1)
        return found


def _midnight(day: datetime.date, zone) -> int:
    local = datetime.datetime.combine(day, datetime.time(), zone)
    return instant(local.astimezone(datetime.timezone.utc).isoformat())


def _rejoin(signal: Intervals, pause: int) -> Intervals:
    """After a fall at L it is false on [L, L + pause)."""
    found: Intervals = []
    earliest = -FOREVER
    for start, end in signal:
        start = max(start, earliest)
        if start < end:
            found.append((start, end))
            earliest = end + pause
    return found


def members(histories: dict[int, History], rulebook: dict,
            t: int) -> dict[str, set[int]]:
    """For whom each audience holds at `t`, by steps 1 to 6."""
    rules = conditions.Rules(rulebook)
    people = {who: Person(history, rules, t)
              for who, history in histories.items()}
    holding = {name: {who for who, person in people.items()
                      if person.is_in(name, t)} for name in rules.audiences}
    return {name: members_in - _taken(name, rules.audiences, holding)
            for name, members_in in holding.items()}


def _taken(name: str, audiences: dict, holding: dict) -> set[int]:
    """Those whom a smaller priority of the same group has."""
    audience = audiences[name]
    taken: set[int] = set()
    for other, rule in audiences.items():
        if (audience.get('group') is not None
                and rule.get('group') == audience['group']
                and rule.get('status') != 'draft'
                and rule['priority'] < audience['priority']):
            taken |= holding[other]
    return taken
