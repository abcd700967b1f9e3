"""Figures, what stands beside them, and the table of both."""

import dataclasses
import statistics


@dataclasses.dataclass(frozen=True)
class Goal:
    """What is to be reached, and what is aimed at: in the unit of the figure,
    or, where `against` names what stands beside it, as a ratio."""
    reach: float
    aim: float | None = None
    against: str | None = None


@dataclasses.dataclass
class Figure:
    """One line of the table. `less` is better, or more. `beside` holds what
    was measured in the same run, by name."""
    benchmark: str
    what: str
    unit: str
    runs: list[float]
    less: bool = True
    beside: dict[str, list[float]] = dataclasses.field(default_factory=dict)
    goals: tuple[Goal, ...] = ()
    note: str = ''

    @property
    def median(self) -> float:
        """Of the runs."""
        return statistics.median(self.runs)

    def ratio(self, name: str) -> float:
        """How many times better this is than what stands beside it."""
        other = statistics.median(self.beside[name])
        return other / self.median if self.less else self.median / other

    def seen(self, goal: Goal) -> float:
        """What is to be compared with the goal."""
        return self.ratio(goal.against) if goal.against else self.median

    def verdict(self, goal: Goal) -> str:
        """`aim`, `reach` or `no`."""
        less = self.less and goal.against is None
        seen = self.seen(goal)
        for word, bound in (('aim', goal.aim), ('reach', goal.reach)):
            if bound is not None and (seen <= bound if less
                                      else seen >= bound):
                return word
        return 'no'

    def to_json(self) -> dict:
        """All of it."""
        return {
            'benchmark': self.benchmark, 'what': self.what, 'unit': self.unit,
            'less_is_better': self.less, 'median': self.median,
            'runs': self.runs,
            'beside': {name: {'median': statistics.median(runs), 'runs': runs,
                              'ratio': self.ratio(name)}
                       for name, runs in self.beside.items()},
            'goals': [{'against': goal.against, 'reach': goal.reach,
                       'aim': goal.aim, 'seen': self.seen(goal),
                       'met': self.verdict(goal)} for goal in self.goals],
            'note': self.note}


def short(number: float) -> str:
    """With three digits or all before the point."""
    if abs(number) >= 1000:
        return f'{number:,.0f}'
    return f'{number:.3g}' if abs(number) < 100 else f'{number:.0f}'


def goal_text(goal: dict, unit: str) -> str:
    """`6x DuckDB: met`, of a goal as JSON, of a figure in `unit`."""
    unit = f'x {goal["against"]}' if goal['against'] else ' ' + unit
    aim = f', aim {short(goal["aim"])}{unit}' if goal['aim'] else ''
    met = {'aim': 'aim met', 'reach': 'met', 'no': 'not met'}[goal['met']]
    return f'{short(goal["reach"])}{unit}{aim}: {met}'


def lines(figures: list[dict]) -> list[list[str]]:
    """The cells of the table, of figures as JSON, one benchmark after
    another."""
    names = list(dict.fromkeys(figure['benchmark'] for figure in figures))
    rows = []
    for figure in sorted(figures,
                         key=lambda one: names.index(one['benchmark'])):
        beside = '; '.join(
            f'{name} {short(other["median"])} ({other["ratio"]:.2f}x)'
            for name, other in figure['beside'].items())
        rows.append([
            figure['benchmark'],
            figure['what'] + (f' ({figure["note"]})' if figure['note'] else ''),
            f'{short(figure["median"])} {figure["unit"]}', beside,
            '; '.join(goal_text(goal, figure['unit'])
                      for goal in figure['goals'])])
    return rows


HEAD = ['benchmark', 'what', 'here', 'beside it, in the same run (ratio)',
        'goal']


def table(figures: list[dict]) -> str:
    """For people."""
    rows = [HEAD] + lines(figures)
    widths = [max(len(row[i]) for row in rows) for i in range(len(HEAD))]
    return '\n'.join(
        '  '.join(cell.ljust(width) for cell, width in zip(row, widths))
        .rstrip() for row in rows)
