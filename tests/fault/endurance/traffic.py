"""Events without end, each a function of its number alone, and the rules."""

import dataclasses
import random

from people.events import Event, Item
from system.clock import MINUTE, SECOND

ORIGIN = 'soak'
_PURPOSE = 'marketing_email'
_NAMES = ('view_item',) * 5 + ('add_to_cart',) * 3 + (
    'remove_from_cart', 'purchase', 'sign_up')


@dataclasses.dataclass(frozen=True)
class Traffic:
    """Who does what, when. Event N is of person N modulo `persons`."""
    began: int
    rate: int      # events a second
    persons: int

    def event(self, number: int) -> Event:
        """The event with this number, from 0."""
        dice = random.Random(number * 2654435761 + 1)
        person, turn = number % self.persons, number // self.persons
        due = self.began + number * SECOND // self.rate
        late = dice.randrange(10 * MINUTE) if dice.random() < 0.05 else 0
        event = Event(ORIGIN, f'n{number}', dice.choice(_NAMES), due - late,
                      (self.identifier(person, turn % 4 == 3),))
        chance = dice.random()
        if chance < 0.04:
            return dataclasses.replace(event, name='$identify',
                                       granted=chance < 0.025)
        if event.name == 'sign_up':
            return event
        return dataclasses.replace(
            event, value='20' if event.name == 'purchase' else '',
            items=(Item(f'sku{dice.randrange(4)}', '5', '1'),))

    def identifier(self, person: int, is_anonymous: bool) -> tuple[str, str]:
        """Of a person: one of two, that a merge may join."""
        if is_anonymous:
            return 'anonymous_id', f'a{person}'
        return 'user_id', f'u{person}'

    def numbers_of(self, person: int, count: int) -> range:
        """The numbers below `count` that are of this person."""
        return range(person, count, self.persons)


def rulebook(variant: int) -> dict:
    """Rules with short waits; every other variant waits longer."""
    def wait(seconds: int) -> str:
        return f'{seconds * (1 + variant % 2)}s'

    def event(name: str, macro: bool = False) -> dict:
        return {'kind': 'macro' if macro else 'micro', 'event': name}

    def abandoned(step: str) -> dict:
        return {'sequence': [{'did': 'carted'},
                             {'did_not': ['purchased', 'uncarted'],
                              step: wait(60)}],
                'same': 'item_id', 'in_last': '10m'}

    return {
        'version': 1, 'timezone': 'Europe/London',
        'conversions': {'viewed': event('view_item'),
                        'carted': event('add_to_cart'),
                        'uncarted': event('remove_from_cart'),
                        'signed_up': event('sign_up'),
                        'purchased': event('purchase', macro=True)},
        'consents': {_PURPOSE: 'granted'},
        'audiences': {
            'abandoners': {'who': abandoned('for'), 'consent': [_PURPOSE],
                           'context': ['cart', 'value']},
            'recent': {'who': {'did': 'viewed', 'in_last': wait(40)}},
            'heavy': {'who': {'did': ['viewed', 'carted'], 'times': 3,
                              'in_last': wait(120)}},
            'leads': {'who': {'did': 'signed_up', 'in_last': wait(90)},
                      'except': {'did': 'purchased', 'in_last': '5m'},
                      'stay': '2m'},
            'spenders': {'who': {'did': 'purchased', 'in_last': '10m',
                                 'sum': {'of': 'value', 'at_least': 40}}}}}
