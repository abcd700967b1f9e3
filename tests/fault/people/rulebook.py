"""Random rulebooks over a small vocabulary that is always the same.

A rulebook is a dictionary as a rule file reads it, and is written as JSON,
which is YAML too. What it may use is what proof/ can judge.
"""

import json
import random

PURPOSE = 'marketing_email'
ZONE = 'Europe/London'

CONVERSIONS = {
    'viewed': {'kind': 'micro', 'role': 'process', 'event': 'view_item'},
    'carted': {'kind': 'micro', 'role': 'process', 'event': 'add_to_cart'},
    'uncarted': {'kind': 'micro', 'role': 'process',
                 'event': 'remove_from_cart'},
    'signed_up': {'kind': 'micro', 'role': 'secondary', 'event': 'sign_up'},
    'purchased': {'kind': 'macro', 'event': 'purchase'},
}

_SHORT = ('5m', '10m', '30m', '1h')
_MIDDLE = ('2h', '6h', '12h')
_LONG = ('1d', '2d', '3d')

# In every rulebook, whatever else changes: watchers follow them.
ALWAYS_THERE = ('abandoners', 'recent', 'leads')


def _abandoners(dice: random.Random) -> dict:
    return {
        'who': {'sequence': [{'did': 'carted'},
                             {'did_not': ['purchased', 'uncarted'],
                              'for': dice.choice(_SHORT)}],
                'same': 'item_id', 'in_last': dice.choice(_LONG)},
        'consent': [PURPOSE], 'context': ['cart', 'value']}


def _recent(dice: random.Random) -> dict:
    return {'who': {'did': 'viewed',
                    'in_last': dice.choice(_SHORT + _MIDDLE)}}


def _leads(dice: random.Random) -> dict:
    return {'who': {'did': 'signed_up', 'in_last': dice.choice(_MIDDLE)},
            'except': {'did': 'purchased', 'in_last': dice.choice(_LONG)},
            'stay': dice.choice(_SHORT + _MIDDLE)}


def _hesitant(dice: random.Random) -> dict:
    return {'who': {'sequence': [{'did': 'viewed'},
                                 {'did': 'carted',
                                  'within': dice.choice(_MIDDLE)},
                                 {'did_not': 'purchased',
                                  dice.choice(('for', 'within')):
                                  dice.choice(_SHORT)}],
                    'same': 'item_id', 'in_last': dice.choice(_LONG)},
            'except': {'in_audience': 'abandoners'}}


def _straight(dice: random.Random) -> dict:
    return {'who': {'sequence': [{'did': 'viewed'}, {'did_not': 'uncarted'},
                                 {'did': 'purchased'}],
                    'all_within': dice.choice(_LONG),
                    'in_last': dice.choice(_LONG)},
            'stay': dice.choice(_SHORT)}


def _heavy(dice: random.Random) -> dict:
    who = {'did': ['viewed', 'carted'], 'times': dice.choice((2, 3, 5)),
           'in_last': dice.choice(_MIDDLE + _LONG)}
    if dice.random() < 0.5:
        who['same'] = 'item_id'
    return {'who': who}


def _spenders(dice: random.Random) -> dict:
    return {'who': {'did': 'purchased', 'in_last': dice.choice(_LONG),
                    'sum': {'of': 'value',
                            'at_least': dice.choice((20, 60.5, 120))}}}


def _returning(dice: random.Random) -> dict:
    return {'who': {'did': 'carted', 'in_last': dice.choice(_SHORT)},
            'rejoin_after': dice.choice(_MIDDLE)}


def _today(dice: random.Random) -> dict:
    return {'who': {'did': dice.choice(('viewed', 'carted')), 'in': 'today'}}


def _quiet(dice: random.Random) -> dict:
    return {'who': {'all': [{'known_for': dice.choice(_SHORT + _MIDDLE)},
                            {'did_not': ['carted', 'purchased'],
                             'in_last': dice.choice(_MIDDLE)}]}}


def _pros(dice: random.Random) -> dict:
    part = dice.choice(('all', 'any'))
    return {'who': {part: [{'trait': {'plan': 'pro'}},
                           {'did': 'viewed', 'in_last': dice.choice(_LONG)},
                           {'none': [{'consented': PURPOSE}]}]}}


def _crowd(dice: random.Random) -> dict:
    return {'who': {'did': 'viewed', 'in_last': dice.choice(_SHORT)},
            'minimum_size': dice.choice((2, 5))}


def _first(dice: random.Random) -> dict:
    return {'who': {'did': 'carted', 'in_last': dice.choice(_LONG)},
            'group': 'g', 'priority': 1}


def _second(dice: random.Random) -> dict:
    return {'who': {'did': 'viewed', 'in_last': dice.choice(_LONG)},
            'group': 'g', 'priority': 2}


def _secret(dice: random.Random) -> dict:
    return {'who': {'did': 'viewed', 'in_last': dice.choice(_LONG)},
            'group': 'g', 'priority': 0, 'status': 'draft'}


_OTHERS = {'hesitant': _hesitant, 'straight': _straight, 'heavy': _heavy,
           'spenders': _spenders, 'returning': _returning, 'today': _today,
           'quiet': _quiet, 'pros': _pros, 'crowd': _crowd, 'first': _first,
           'second': _second, 'secret': _secret}


def random_rulebook(dice: random.Random) -> dict:
    """A rulebook with the audiences that are always there, and some more."""
    audiences = {'abandoners': _abandoners(dice), 'recent': _recent(dice),
                 'leads': _leads(dice)}
    for name, make in _OTHERS.items():
        if dice.random() < 0.7:
            audiences[name] = make(dice)
    return {'version': 1, 'timezone': ZONE, 'conversions': CONVERSIONS,
            'consents': {PURPOSE: dice.choice(('granted', 'denied'))},
            'audiences': audiences}


def text_of(rulebook: dict) -> str:
    """The rule file."""
    return json.dumps(rulebook, indent=1)
