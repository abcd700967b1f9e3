"""Who is published is whom the rules say, by all ways of asking."""

from collections.abc import Iterator

from proof import log_checks
from proof.database import Database
from system.api import Services, audience_service_pb2

_MEMBER = audience_service_pb2.Membership.STATE_MEMBER
_HOLDS = (_MEMBER, audience_service_pb2.Membership.STATE_WITHHELD)
_MOST_ASKED = 10_000   # memberships in one call


def check(database: Database, services: Services,
          expected: dict[str, set[int]]) -> Iterator[str]:
    """What is wrong with the memberships, where the rules say `expected`."""
    rulebook = database.rulebook
    by_log = log_checks.members(database)
    for name in sorted(set(by_log) | set(expected)):
        published = by_log.get(name, set())
        yield from _compare(f'{name} by the log', published,
                            expected.get(name, set()),
                            rulebook['audiences'].get(name), database)
        if name in expected:
            listed = _listed(database, services, name)
            if listed != published:
                yield (f'{name}: ListMembers has {sorted(listed)}, the log '
                       f'{sorted(published)}')
    yield from _asked_one_by_one(database, services, expected, by_log)


def _compare(what: str, published: set[int], expected: set[int],
             audience: dict | None, database: Database) -> Iterator[str]:
    audience = audience or {}
    if audience.get('status') == 'draft':
        expected = set()
    least = audience.get('minimum_size', 0)
    if len(expected) < 0.8 * least or (len(expected) < least
                                       and not published):
        expected = set()
    for who in sorted(published ^ expected):
        wrong = 'is in' if who in published else 'is not in'
        yield (f'{what}: profile {who} ({database.profiles[who]["key"]}) '
               f'{wrong}, and the rules say otherwise')


def _listed(database: Database, services: Services, name: str) -> set[int]:
    found: set[int] = set()
    token = ''
    while True:
        page = services.audiences.ListMembers(
            audience_service_pb2.ListMembersRequest(
                audience=name, page_size=5, page_token=token), timeout=20)
        found |= {database.person((member.identifiers[0].kind,
                                   member.identifiers[0].value)) or -1
                  for member in page.members}
        token = page.next_page_token
        if not token:
            return found


def _asked_one_by_one(database: Database, services: Services,
                      expected: dict[str, set[int]],
                      by_log: dict[str, set[int]]) -> Iterator[str]:
    names = sorted(expected)
    identifiers = sorted(database.identifiers)
    size = _MOST_ASKED // max(1, len(names))
    for first in range(0, len(identifiers), size):
        for identifier, membership in _ask(
                services, names, identifiers[first:first + size]):
            who = database.person(identifier)
            name, state = membership.audience, membership.state
            if (state in _HOLDS) != (who in expected[name]):
                yield (f'BatchGetMemberships says {state} of {identifier} in '
                       f'{name}, and the rules say otherwise')
            if (state == _MEMBER) != (who in by_log.get(name, set())):
                yield (f'BatchGetMemberships says {state} of {identifier} in '
                       f'{name}, and the log says otherwise')


def _ask(services: Services, names: list[str],
         identifiers: list[tuple[str, str]]) -> Iterator[tuple]:
    request = audience_service_pb2.BatchGetMembershipsRequest(audiences=names)
    for kind, value in identifiers:
        reference = request.profiles.add().identifier
        reference.kind, reference.value = kind, value
    answer = services.audiences.BatchGetMemberships(request, timeout=20)
    for place, membership in enumerate(answer.memberships):
        yield identifiers[place // len(names)], membership
