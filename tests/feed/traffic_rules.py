"""Rules that make changes all the time, for the traffic of the endurance run."""


def rulebook(share: str, unit_seconds: int) -> dict:
    """Six audiences of a stable share of all people. Waits are multiples of
    the unit, so that time alone takes people in and out."""
    def wait(units: int) -> str:
        return f'{units * unit_seconds}s'

    def event(name: str, macro: bool = False) -> dict:
        return {'kind': 'macro' if macro else 'micro', 'event': name}

    def audience(who: dict, **more) -> dict:
        return {'who': {'all': [{'sample': share}, who]}, **more}

    abandoned = {'sequence': [{'did': 'carted'},
                              {'did_not': ['purchased', 'uncarted'],
                               'for': wait(3)}],
                 'same': 'item_id', 'in_last': wait(30)}
    return {
        'version': 1, 'timezone': 'Europe/London',
        'conversions': {'viewed': event('view_item'),
                        'carted': event('add_to_cart'),
                        'uncarted': event('remove_from_cart'),
                        'signed_up': event('sign_up'),
                        'purchased': event('purchase', macro=True)},
        'consents': {'marketing_email': 'granted'},
        'audiences': {
            'abandoners': audience(abandoned, consent=['marketing_email'],
                                   context=['cart', 'value']),
            'viewers': audience({'did': 'viewed', 'in_last': wait(4)}),
            'heavy': audience({'did': ['viewed', 'carted'], 'times': 3,
                               'in_last': wait(12)}),
            'leads': audience({'did': 'signed_up', 'in_last': wait(9)},
                              stay=wait(12)),
            'spenders': audience({'did': 'purchased', 'in_last': wait(20),
                                  'sum': {'of': 'value', 'at_least': 40}}),
            'bought': audience({'did': 'purchased', 'in_last': wait(6)},
                               context=['items', 'last_event'])}}
