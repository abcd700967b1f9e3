"""What happens in a run: made from a seed alone, before anything starts."""

import dataclasses
import random

from clients.sender import Batch
from clients.watcher import Habits
from people.events import ORIGINS, Identifier, People
from people.rulebook import ALWAYS_THERE, random_rulebook
from system.clock import DAY, HOUR, MINUTE, SECOND, instant

# The last days before British summer time begins: one day has 23 hours.
START = instant('2026-03-27T21:58:00Z')

_STEPS = (SECOND, 5 * MINUTE, 10 * MINUTE, 31 * MINUTE, HOUR, 3 * HOUR,
          6 * HOUR, DAY)


@dataclasses.dataclass(frozen=True)
class Disturbance:
    """One thing that happens to the daemon, beside what it does anyway."""
    kind: str
    after_seconds: float          # from the one before
    length_seconds: float = 0.0
    count: int = 0                # bytes, for cuts
    profile: Identifier | None = None
    into: Identifier | None = None
    rulebook: dict | None = None
    step: int = 0                 # of the clock


@dataclasses.dataclass(frozen=True)
class Round:
    """Loads of several senders, and what happens meanwhile."""
    loads: tuple[tuple[Batch, ...], ...]
    disturbances: tuple[Disturbance, ...]
    watchers: tuple[Habits, ...]  # that begin with this round


@dataclasses.dataclass(frozen=True)
class Schedule:
    """A whole run."""
    seed: int
    rulebook: dict
    settings: dict[str, str]
    has_private_database: bool
    rounds: tuple[Round, ...]

    def lines(self):
        """It as text, a line for each thing."""
        yield f'seed {self.seed}'
        yield f'settings {self.settings}'
        yield f'rules {self.rulebook}'
        for number, each in enumerate(self.rounds):
            yield f'round {number}'
            for watcher in each.watchers:
                yield f'  {watcher}'
            for disturbance in each.disturbances:
                yield f'  {disturbance}'
            for sender, batches in enumerate(each.loads):
                for batch in batches:
                    yield (f'  sender {sender}: {batch.origin} '
                           f'stream={batch.by_stream} '
                           f'gives_up={batch.gives_up}')
                    for event in batch.events:
                        yield f'    {event}'


# How often each happens, where the database is the harness's own.
_WEIGHTS = {'kill': 4, 'kill_twice': 2, 'terminate': 3, 'stop_database': 3,
            'cut_database': 4, 'hold_database': 4, 'end_sessions': 2,
            'cut_clients': 3, 'fill_disk': 2, 'merge': 6, 'apply_rules': 4,
            'apply_and_kill': 2, 'apply_and_cancel': 2, 'apply_by_command': 1, 'rules_in_folder': 3, 'roll_back': 1,
            'step_back': 1, 'erase': 3, 'unmerge': 2}
_PRIVATE_WEIGHTS = {kind: weight for kind, weight in _WEIGHTS.items()
                    if kind not in ('cut_database', 'hold_database')}


class _Maker:
    """Makes a schedule. Keeps the time that the clock will show."""

    def __init__(self, seed: int) -> None:
        self._dice = random.Random(seed)
        self._now = START
        self._private = self._dice.random() < 0.2
        # What events that are gone did to `rejoin_after` cannot be judged from
        # the database, so the rules do without it then.
        self._has_retention = self._dice.random() < 0.25
        self._people = People(self._dice, is_very_late=self._has_retention)
        self._weights = _PRIVATE_WEIGHTS if self._private else _WEIGHTS

    def schedule(self, seed: int) -> Schedule:
        dice = self._dice
        settings = {'checkpoint-interval': '1s', 'shutdown-grace': '5s'}
        if self._has_retention:
            settings['retention'] = dice.choice(('3d', '4d'))
        if dice.random() < 0.5:
            settings['hold-back-percent'] = '1000000'
            settings['hold-back-profiles'] = '1000000000'
        if dice.random() < 0.3:
            settings['max-commit-events'] = str(dice.choice((1, 7, 40)))
        if dice.random() < 0.5:
            settings['history-memory'] = '0'   # all are cold
        return Schedule(
            seed=seed, rulebook=self._rulebook(), settings=settings,
            has_private_database=self._private,
            rounds=tuple(self._round(number)
                         for number in range(dice.randint(4, 9))))

    def _round(self, number: int) -> Round:
        dice = self._dice
        self._people.begin_round(self._now)
        loads = tuple(self._load() for _ in range(dice.randint(1, 3)))
        disturbances = [self._disturbance()
                        for _ in range(dice.choice((0, 1, 1, 2, 3)))]
        if dice.random() < 0.8:
            disturbances.insert(
                dice.randint(0, len(disturbances)),
                Disturbance('step', self._delay(), step=self._step()))
        for disturbance in disturbances:
            self._now += disturbance.step
        watchers = [self._habits() for _ in range(dice.choice((0, 1)))]
        if number == 0:
            if dice.random() < 0.1:
                loads += (self._bystanders(),)
            watchers += [Habits(), Habits(polls=True, page_size=7)]
        return Round(loads, tuple(disturbances), tuple(watchers))

    def _load(self) -> tuple[Batch, ...]:
        dice = self._dice
        origin = dice.choice(ORIGINS)
        by_stream = dice.random() < 0.4
        return tuple(
            Batch(origin, tuple(self._people.batch(origin, self._now)),
                  by_stream, gives_up=dice.random() < 0.15)
            for _ in range(dice.randint(1, 5)))

    def _bystanders(self) -> tuple[Batch, ...]:
        """Many people who did one thing: new rules take longer with them."""
        return tuple(
            Batch('crowd', tuple(self._people.bystanders(self._now, 800)),
                  by_stream=True, gives_up=False) for _ in range(4))

    def _delay(self) -> float:
        return round(self._dice.choice((0.0, 0.01, 0.05, 0.2))
                     * self._dice.random() * 2, 4)

    def _disturbance(self) -> Disturbance:
        dice = self._dice
        kind = dice.choices(list(self._weights),
                            list(self._weights.values()))[0]
        made = Disturbance(kind, self._delay(),
                           length_seconds=round(dice.random() * 0.4, 3),
                           count=dice.choice((0, 300, 3000, 30000)))
        if kind == 'erase':
            return dataclasses.replace(made, profile=self._people.fleeting())
        if kind == 'unmerge':
            return dataclasses.replace(made,
                                       profile=self._people.identifier())
        if kind == 'merge':
            return dataclasses.replace(made, profile=self._people.identifier(),
                                       into=self._people.identifier())
        if 'apply' in kind or kind == 'rules_in_folder':
            return dataclasses.replace(made, rulebook=self._rulebook())
        return made

    def _step(self) -> int:
        if self._has_retention and self._dice.random() < 0.4:
            return 2 * DAY
        return self._dice.choice(_STEPS)

    def _rulebook(self) -> dict:
        rulebook = random_rulebook(self._dice)
        if self._has_retention:
            rulebook['audiences'].pop('returning', None)
        return rulebook

    def _habits(self) -> Habits:
        dice = self._dice
        chance = dice.random()
        if chance < 0.35:
            return Habits(audiences=(dice.choice(ALWAYS_THERE),),
                          lists_first=True, dies_after=dice.choice((0, 1, 3)))
        if chance < 0.6:
            return Habits(dies_after=dice.choice((1, 2, 5)),
                          pause_seconds=dice.choice((0, 0.05)))
        if chance < 0.8:
            return Habits(audiences=tuple(dice.sample(ALWAYS_THERE, 2)),
                          pause_seconds=dice.choice((0, 0.3)))
        return Habits(polls=True, page_size=dice.choice((1, 5, 1000)))


def schedule_of(seed: int) -> Schedule:
    """The schedule with this number."""
    return _Maker(seed).schedule(seed)
