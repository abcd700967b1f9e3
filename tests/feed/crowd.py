#!/usr/bin/python3
"""Some of the consumers of a run, in a process of their own. Speaks with the
run over its standard input and output: `ready`, then on `go` it begins, on
`stop` it ends, and writes what each has seen into a file."""

import json
import random
import sys

import paths  # noqa: F401
from follower import Follower, Habits

AUDIENCES = ('abandoners', 'viewers', 'heavy', 'leads', 'spenders', 'bought')


def habits_of(number: int, dice: random.Random) -> Habits:
    """Those of the consumer with this number: all kinds there are."""
    audiences = () if number % 5 == 0 else tuple(
        dice.sample(AUDIENCES, dice.randint(1, 4)))
    return Habits(
        name=f'follower-{number}', audiences=audiences,
        subscription=number % 3 == 0, polls=number % 4 == 3,
        pause_seconds=(0, 0, 0.05, 0.5)[dice.randrange(4)],
        stall_seconds=20.0 if number % 7 == 0 else 0.0,
        life_seconds=(3, 10, 60)[dice.randrange(3)])


def main() -> int:
    """PORT SEED FIRST COUNT FILE."""
    port, seed, first, count = map(int, sys.argv[1:5])
    followers = []
    for number in range(first, first + count):
        dice = random.Random(seed * 1000 + number)
        followers.append(Follower(habits_of(number, dice), port,
                                  dice.randrange(1 << 30)))
    print('ready', flush=True)
    for order in sys.stdin:
        if order.strip() == 'go':
            for follower in followers:
                follower.start()
        else:
            break
    for follower in followers:
        follower.finish()
    with open(sys.argv[5], 'w', encoding='utf-8') as file:
        for follower in followers:
            json.dump({'name': follower.habits.name,
                       'audiences': follower.habits.audiences,
                       'through': follower.told_through,
                       'counts': follower.counts, 'faults': follower.faults,
                       'changes': follower.changes}, file)
            file.write('\n')
    return 0


if __name__ == '__main__':
    sys.exit(main())
