"""The stepped time of a daemon, and spans of time.

Instants are whole microseconds since 1970, spans are whole microseconds.
"""

import datetime
import functools
import os
import re
import threading

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

_UNITS = {'s': SECOND, 'm': MINUTE, 'h': HOUR, 'd': DAY, 'w': 7 * DAY}
_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)


@functools.cache
def span(text: str) -> int:
    """The span that a rule file writes: `90s`, `1d12h`."""
    return sum(int(number) * _UNITS[unit]
               for number, unit in re.findall(r'(\d+)([smhdw])', text))


def moment(at: int) -> datetime.datetime:
    """The instant as a datetime in UTC."""
    return _EPOCH + datetime.timedelta(microseconds=at)


def text_of(at: int) -> str:
    """The instant as RFC 3339."""
    return moment(at).strftime('%Y-%m-%dT%H:%M:%S.%fZ')


def instant(text: str) -> int:
    """The instant of an RFC 3339 text in UTC."""
    parsed = datetime.datetime.fromisoformat(text.replace('Z', '+00:00'))
    return (parsed - _EPOCH) // datetime.timedelta(microseconds=1)


class Clock:
    """The file that AUDIENCED_TEST_CLOCK names. Thread-safe."""

    def __init__(self, path: str, start: int) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._now = self._latest = start
        self.step(0)

    @property
    def now(self) -> int:
        """What stands in the file."""
        with self._lock:
            return self._now

    @property
    def latest(self) -> int:
        """The latest that ever stood there: for the daemon time does not go
        back."""
        with self._lock:
            return self._latest

    def step(self, by: int) -> None:
        """Moves time, forwards or backwards."""
        with self._lock:
            self._now += by
            self._latest = max(self._latest, self._now)
            part = self.path + '.part'
            with open(part, 'w', encoding='ascii') as file:
                file.write(text_of(self._now))
            os.rename(part, self.path)
