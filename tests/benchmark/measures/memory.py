"""What an event takes in the memory of the daemon."""

from suite import questions
from suite.figures import Figure, Goal
from suite.processes import run_json
from suite.stage import Stage


def measure(stage: Stage) -> list[Figure]:
    """Histories, and what they share."""
    told = run_json([stage.binary('benchmark_memory'), questions.RULES,
                     stage.shop.binary])
    events = told['events']
    return [
        Figure('memory', 'histories, by the allocator', 'bytes an event',
               [told['history_bytes'] / events], goals=(Goal(28, 18),)),
        Figure('memory', 'dictionaries that they share', 'bytes an event',
               [told['dictionary_bytes'] / events])]
