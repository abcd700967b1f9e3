"""Conditions by the text of the rule language, word for word and slowly.

`holds` says whether a condition is true of a history at an instant; `spans`
says after which spans of time an event can make it change.
"""

import datetime
import zoneinfo

from proof.history import Event, History
from system.clock import moment, span


class Rules:
    """A rulebook, as far as conditions need it."""

    def __init__(self, rulebook: dict) -> None:
        self.rulebook = rulebook
        self.audiences = rulebook['audiences']
        self.zone = zoneinfo.ZoneInfo(rulebook['timezone'])
        self._names = {name: conversion['event'] for name, conversion
                       in rulebook['conversions'].items()}

    def is_of(self, name: str, conversions: str | list[str]) -> bool:
        """Whether events of this name are of the conversion, or of any of
        several."""
        if isinstance(conversions, str):
            return self._names[conversions] == name
        return any(self._names[each] == name for each in conversions)

    def default_consent(self, purpose: str) -> bool:
        """What holds for a profile that has said nothing."""
        return self.rulebook['consents'][purpose] == 'granted'

    def day(self, at: int) -> datetime.date:
        """The calendar day of an instant."""
        return moment(at).astimezone(self.zone).date()


def in_window(condition: dict, at: int, t: int, rules: Rules) -> bool:
    """Whether an event at `at` lies in the window as of `t`."""
    if 'in_last' in condition:
        return 0 <= t - at < span(condition['in_last'])
    if condition.get('in') == 'today':
        return rules.day(at) == rules.day(t)
    return at <= t


def _counted(condition: dict, events: list[Event], value: str | None) -> bool:
    """Whether events satisfy the aggregate; at least one by default. Under
    `same` each is read as if it held only the item `value`."""
    if value is not None:
        events = [event for event in events if value in event.item_ids]
    if 'sum' in condition:
        amounts = [e.value for e in events if e.value is not None]
        return sum(amounts) >= condition['sum']['at_least']
    return len(events) >= condition.get('times', 1)


def _did(condition: dict, conversions, history: History, t: int,
         rules: Rules) -> bool:
    events = [event for event in history.until(t)
              if rules.is_of(event.name, conversions)
              and in_window(condition, event.at, t, rules)]
    if 'same' not in condition:
        return _counted(condition, events, None)
    values = {value for event in events for value in event.item_ids}
    return any(_counted(condition, events, value) for value in values)


def _counts_against(event: Event, step: dict, value: str | None,
                    rules: Rules) -> bool:
    """An event without the property of `same` counts against every value."""
    return rules.is_of(event.name, step['did_not']) and (
        value is None or not event.item_ids or value in event.item_ids)


def _chains(steps: list[dict], events: list[Event], value: str | None,
            all_within: int | None, rules: Rules):
    """Every choice of events for the steps up to the last `did`: lists in
    order, different, with every `within`, `all_within` and `did_not` between
    kept."""
    def extend(chosen: list[Event], rest: list[dict],
               absent: list[dict]):
        if not rest:
            yield chosen
            return
        step, *later = rest
        if 'did_not' in step:
            yield from extend(chosen, later, absent + [step])
            return
        for event in events:
            if not rules.is_of(event.name, step['did']) or event in chosen:
                continue
            if value is not None and value not in event.item_ids:
                continue
            if chosen:
                gap = event.at - chosen[-1].at
                if gap < 0 or gap >= span(step.get('within', '9999d')):
                    continue
                if all_within and event.at - chosen[0].at >= all_within:
                    continue
            both = chosen + [event]
            if any(_counts_against(n, each, value, rules)
                   for each in absent for n in events
                   if n not in both and chosen[-1].at <= n.at <= event.at):
                continue
            yield from extend(both, later, [])
    yield from extend([], steps, [])


def _ends_well(last: list[Event], endings: list[dict], events: list[Event],
               value: str | None, t: int, rules: Rules) -> bool:
    """Whether the `did_not` steps at the end hold after the chosen events."""
    e = last[-1].at
    for step in endings:
        wait = span(step.get('for', step.get('within', '0s')))
        if t < e + wait:
            return False
        end = e + wait - 1 if 'within' in step else t
        if any(_counts_against(n, step, value, rules) for n in events
               if n not in last and e <= n.at <= end):
            return False
    return True


def _sequence(condition: dict, history: History, t: int,
              rules: Rules) -> bool:
    steps = list(condition['sequence'])
    endings: list[dict] = []
    while 'did_not' in steps[-1]:
        endings.insert(0, steps.pop())
    all_within = (span(condition['all_within'])
                  if 'all_within' in condition else None)
    events = history.until(t)
    values = {None}
    if 'same' in condition:
        values = {value for event in events for value in event.item_ids}
    for value in values:
        chains = [chain for chain in _chains(steps, events, value, all_within,
                                             rules)
                  if in_window(condition, chain[-1].at, t, rules)]
        if not chains:
            continue
        latest = max(chain[-1].at for chain in chains)
        if any(_ends_well(chain, endings, events, value, t, rules)
               for chain in chains if chain[-1].at == latest):
            return True
    return False


def holds(condition: dict, history: History, t: int, rules: Rules,
          in_audience) -> bool:
    """Whether the condition is true at `t`. `in_audience(name, t)` answers
    for other audiences."""
    if not history.exists(t):
        return False
    if 'sequence' in condition:
        return _sequence(condition, history, t, rules)
    if 'did' in condition:
        return _did(condition, condition['did'], history, t, rules)
    if 'did_not' in condition:
        return not _did(condition, condition['did_not'], history, t, rules)
    for word, answer in (('all', all), ('any', any),
                         ('none', lambda each: not any(each))):
        if word in condition:
            return answer([holds(part, history, t, rules, in_audience)
                           for part in condition[word]])
    if 'known_for' in condition:
        return t - history.first_at >= span(condition['known_for'])
    if 'trait' in condition:
        return history.plan(t) == condition['trait']['plan']
    if 'consented' in condition:
        purpose = condition['consented']
        return history.consented(purpose, t, rules.default_consent(purpose))
    if 'in_audience' in condition:
        return in_audience(condition['in_audience'], t)
    raise ValueError(f'no such condition: {condition}')


def spans(condition: dict) -> set[int]:
    """After which spans of time an event can change what the condition says,
    apart from the calendar and from other audiences."""
    found = {0}
    for key, value in condition.items():
        if key in ('in_last', 'within', 'for', 'known_for', 'all_within'):
            found.add(span(value))
        for part in value if isinstance(value, list) else []:
            if isinstance(part, dict):
                found |= spans(part)
    return found
