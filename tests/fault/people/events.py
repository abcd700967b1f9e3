"""Random events of a few people, some late, some early, some twice."""

import dataclasses
import random

from people.rulebook import PURPOSE
from system.api import event_pb2, set_time
from system.clock import DAY, HOUR, MINUTE, SECOND

ORIGINS = ('web', 'till')
# Persons of whom some are erased.
FLEETING = 4
# The setting future_tolerance: further ahead an event is refused.
TOLERANCE = 10 * MINUTE

_NAMES = ('view_item', 'view_item', 'view_item', 'add_to_cart', 'add_to_cart',
          'remove_from_cart', 'purchase', 'sign_up')
_LATENESS = (0, 0, 0, SECOND, MINUTE, 20 * MINUTE, HOUR, 5 * HOUR, DAY)

Identifier = tuple[str, str]  # kind and value


@dataclasses.dataclass(frozen=True)
class Item:
    """One line of an event; amounts as text."""
    item_id: str
    price: str
    quantity: str


@dataclasses.dataclass(frozen=True)
class Event:
    """One event as a sender sends it."""
    origin: str
    event_id: str
    name: str
    occurred_at: int
    identifiers: tuple[Identifier, ...]
    items: tuple[Item, ...] = ()
    value: str = ''
    plan: str = ''  # a trait; empty: says nothing of it
    granted: bool | None = None

    @property
    def key(self) -> tuple[str, str]:
        """What it is known by within its profile."""
        return self.origin, self.event_id

    def message(self):
        """As the API takes it."""
        message = event_pb2.Event(event_id=self.event_id, event=self.name,
                                  exact_value=self.value or None)
        set_time(message.occurred_time, self.occurred_at)
        for kind, value in self.identifiers:
            message.identifiers.add(kind=kind, value=value)
        for item in self.items:
            message.items.add(item_id=item.item_id, exact_price=item.price,
                              exact_quantity=item.quantity)
        if self.plan:
            message.traits.add(name='plan', text=self.plan)
        if self.granted is not None:
            message.consents.add(
                purpose=PURPOSE,
                state=event_pb2.Consent.STATE_GRANTED if self.granted
                else event_pb2.Consent.STATE_DENIED)
        return message


def is_fleeting(identifier: Identifier) -> bool:
    """Whether it is of somebody who may be erased."""
    return identifier[1].startswith('f')


def person_of(identifier: Identifier) -> str:
    """Of one who may be erased: whom all identifiers with this name are of,
    whether the daemon knows it or not."""
    return identifier[1][2:]


class People:
    """Makes up who does what."""

    def __init__(self, dice: random.Random, persons: int = 14,
                 is_very_late: bool = False) -> None:
        self._dice = dice
        self._lateness = _LATENESS + (3 * DAY, 5 * DAY) * is_very_late
        self.persons = persons
        self._next_id = 0
        self._sent: list[tuple[Event, int]] = []  # with the round
        self._rounds: list[int] = []              # the clock at their start

    def begin_round(self, now: int) -> None:
        """What was sent before has arrived by `now`."""
        self._rounds.append(now)

    def batch(self, origin: str, now: int, most: int = 50) -> list[Event]:
        """Events of one origin, 1 to `most`, as they come in at `now`."""
        count = self._dice.randint(1, self._dice.choice((1, 5, 20, most)))
        return [self._event(origin, now) for _ in range(count)]

    def fleeting(self) -> Identifier:
        """Of somebody who may be erased, and whose identifiers nobody else
        has."""
        kind, letter = self._dice.choice((('user_id', 'fu'),
                                          ('anonymous_id', 'fa')))
        return kind, f'{letter}{self._dice.randrange(FLEETING)}-person'

    def bystanders(self, now: int, count: int) -> list[Event]:
        """Events of as many people, who do nothing else."""
        events = []
        for _ in range(count):
            self._next_id += 1
            events.append(Event(
                'crowd', f'e{self._next_id}',
                self._dice.choice(('view_item', 'add_to_cart', 'sign_up')),
                now - self._dice.randrange(3 * DAY // SECOND) * SECOND,
                (('user_id', f'b{self._next_id}-person'),)))
        return events

    def identifier(self) -> Identifier:
        """Of somebody."""
        kind, letter = self._dice.choice((('user_id', 'u'),
                                          ('anonymous_id', 'a')))
        return kind, f'{letter}{self._dice.randrange(self.persons)}-person'

    def _event(self, origin: str, now: int) -> Event:
        if self._sent and self._dice.random() < 0.15:
            return self._again(origin, now)
        event = self._new(origin, now)
        self._sent.append((event, len(self._rounds)))
        return event

    def _new(self, origin: str, now: int) -> Event:
        dice = self._dice
        self._next_id += 1
        event = Event(
            origin=origin, event_id=f'e{self._next_id}',
            name=dice.choice(_NAMES), occurred_at=self._time(now),
            identifiers=self._identifiers())
        chance = dice.random()
        if chance < 0.08:
            return dataclasses.replace(event, name='$identify',
                                       granted=dice.random() < 0.6)
        if chance < 0.12:
            return dataclasses.replace(event, name='$identify',
                                       plan=dice.choice(('pro', 'free')))
        if event.name == 'sign_up':
            return event
        if event.name == 'purchase':
            event = dataclasses.replace(
                event, value=dice.choice(('9.99', '20', '60.5', '75')))
        return dataclasses.replace(event, items=self._items())

    def _again(self, origin: str, now: int) -> Event:
        """An event once more: as it was, otherwise, or of somebody else."""
        dice = self._dice
        event, sent_in = dice.choice(self._sent)
        chance = dice.random()
        if chance < 0.5 or event.origin != origin:
            return dataclasses.replace(event, origin=origin)
        if chance < 0.8:
            return dataclasses.replace(
                event, occurred_at=self._time(now), name=dice.choice(_NAMES),
                items=self._items())
        # Two people may become one, and then the copy received first counts:
        # only where times tell which that is may the other one differ.
        is_later = (sent_in < len(self._rounds)
                    and self._rounds[sent_in] < now)
        return dataclasses.replace(
            event, identifiers=(self.identifier(),),
            items=self._items() if is_later else event.items)

    def _time(self, now: int) -> int:
        dice = self._dice
        if dice.random() < 0.06:
            return now + dice.choice((SECOND, 5 * MINUTE, TOLERANCE))
        if dice.random() < 0.02:
            return now + TOLERANCE + dice.choice((SECOND, HOUR))
        late = dice.choice(self._lateness)
        # Whole seconds mostly, so that events and deadlines fall together.
        at = now - late - dice.randrange(60) * SECOND
        return at if dice.random() < 0.8 else at - dice.randrange(SECOND)

    def _identifiers(self) -> tuple[Identifier, ...]:
        dice = self._dice
        person = dice.randrange(self.persons)
        user = ('user_id', f'u{person}-person')
        anonymous = ('anonymous_id', f'a{person}-person')
        chance = dice.random()
        if chance < 0.1:
            person = dice.randrange(FLEETING)
            both = (('user_id', f'fu{person}-person'),
                    ('anonymous_id', f'fa{person}-person'))
            return both if chance < 0.03 else (dice.choice(both),)
        if chance < 0.6:
            return (user,)
        if chance < 0.8:
            return (anonymous,)
        if chance < 0.95:
            return (user, anonymous)
        # A shared device.
        return (user, ('anonymous_id',
                       f'a{dice.randrange(self.persons)}-person'))

    def _items(self) -> tuple[Item, ...]:
        dice = self._dice
        count = dice.choice((0, 1, 1, 1, 2))
        return tuple(Item(f'sku{number}', dice.choice(('5', '19.9')),
                          dice.choice(('1', '2')))
                     for number in dice.sample(range(4), count))
