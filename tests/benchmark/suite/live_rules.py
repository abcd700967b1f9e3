"""The rules of the measures that talk to a filled daemon."""

from suite import questions
from suite.rulebooks import rules_of

_EVERYBODY = '''  everybody:
    title: Who was ever seen
    who: { did: { event: "*" } }
'''
_PROBE = '''  {name}:
    title: Who did a thing of this name
    who: {{ did: {{ event: {name} }} }}
'''

WATCHED = tuple(f'watched-{number}' for number in range(1, 9))
TIMED = tuple(f'timed-{number}' for number in range(1, 9))


def live_rules(count: int = 0, last: str = '') -> str:
    """The eight audiences, everybody, those that a measure brings people
    into, and rules of one shape until there are `count`; then `last`."""
    with open(questions.RULES, encoding='utf-8') as file:
        rules = file.read() + _EVERYBODY
    for name in WATCHED + TIMED:
        rules += _PROBE.format(name=name)
    have = len(questions.AUDIENCES) + 1 + len(WATCHED + TIMED)
    for rule in rules_of(max(0, count - have)):
        rules += rule.yaml()
    return rules + last
