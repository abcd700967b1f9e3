"""Contestants in turns, so that what slows the machine slows them all."""

import typing


def take_turns(runs: int, contestants: dict[str, typing.Callable[[], float]]
               ) -> dict[str, list[float]]:
    """Each once a round; who begins changes from round to round."""
    results: dict[str, list[float]] = {name: [] for name in contestants}
    names = list(contestants)
    for turn in range(runs):
        first = turn % len(names)
        for name in names[first:] + names[:first]:
            results[name].append(contestants[name]())
    return results
