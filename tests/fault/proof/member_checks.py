"""Who is published is whom the rules say, by all ways of asking."""

from collections.abc import Iterator

from proof import log_checks
from proof.database import Database
from system.api import Services, audience_service_pb2


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
    states = audience_service_pb2.Membership
    names = sorted(expected)
    request = audience_service_pb2.BatchGetMembershipsRequest(audiences=names)
    asked = []
    for identifier in sorted(database.identifiers):
        asked += [(identifier, name) for name in names]
        request.profiles.add().identifier.kind = identifier[0]
        request.profiles[-1].identifier.value = identifier[1]
    if not asked:
        return
    answer = services.audiences.BatchGetMemberships(request, timeout=20)
    for (identifier, name), membership in zip(asked, answer.memberships):
        who = database.person(identifier)
        holds = membership.state in (states.STATE_MEMBER,
                                     states.STATE_WITHHELD)
        if holds != (who in expected[name]):
            yield (f'BatchGetMemberships says {membership.state} of '
                   f'{identifier} in {name}, and the rules say otherwise')
        if (membership.state == states.STATE_MEMBER) != (
                who in by_log.get(name, set())):
            yield (f'BatchGetMemberships says {membership.state} of '
                   f'{identifier} in {name}, and the log says otherwise')
