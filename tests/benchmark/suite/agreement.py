"""Whether contestants found the same people."""


class Disagreement(Exception):
    """They did not."""


def require(question: str, ours: set[int], theirs: set[int],
            peer: str) -> None:
    """Raises where two lists of members differ."""
    if ours == theirs:
        return
    raise Disagreement(
        f'{question}: {len(ours):,} members here, {len(theirs):,} at {peer}; '
        f'only here: {sorted(ours - theirs)[:5]}, '
        f'only there: {sorted(theirs - ours)[:5]}')


def numbers(path: str) -> set[int]:
    """The persons of a file of user ids, one a line."""
    with open(path, encoding='ascii') as file:
        listed = [int(line[2:]) for line in file if line.strip()]
    found = set(listed)
    if len(found) != len(listed):
        raise Disagreement(f'{path} names somebody twice')
    return found
