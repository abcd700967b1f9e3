"""The events of the benchmarks: made once, kept, and proved by their digest."""

import dataclasses
import datetime
import json
import os
import subprocess
import sys

# The instant at which everything is asked, and the last of the data.
END = datetime.datetime(2026, 10, 30, tzinfo=datetime.timezone.utc)
END_SECOND = int(END.timestamp())

# Persons, and the SHA-256 of events.bin: other events, other figures.
SIZES = {
    '100k': (10_000, 'f95a77a33cdef5f01fdfde3ba4994cf2'
                     '037e9c590f9946ebb7705076f395c3e1'),
    '1M': (100_000, 'e53f3209854518bd2cc39a2d2be6003f'
                    'ff66671508d08df64d31962c421a2654'),
    '10M': (1_000_000, '00cc0498795dafd19152fa1635f72ff4'
                       'd6310062ba4ae5676e4c917605e1b116'),
}
_RECORD_BYTES = 20


@dataclasses.dataclass(frozen=True)
class Shop:
    """Where the events are, and how many."""
    size: str
    persons: int
    events: int
    binary: str   # events.bin
    csv: str      # events.csv
    folder: str   # for whatever is made of them

    def second_of(self, event: int) -> int:
        """When the event with this number happened."""
        with open(self.binary, 'rb') as file:
            file.seek(event * _RECORD_BYTES + 4)
            return int.from_bytes(file.read(4), 'little')


def provide(size: str, cache: str, binaries: str) -> Shop:
    """The events of a size, which are made where they are not in the cache.
    Raises where they are not the ones that they must be."""
    persons, wanted = SIZES[size]
    folder = os.path.join(cache, size)
    told = os.path.join(folder, 'made.json')
    if not os.path.exists(told):
        os.makedirs(folder, exist_ok=True)
        print(f'making the events of {persons:,} persons', file=sys.stderr)
        made = subprocess.run(
            [os.path.join(binaries, 'benchmark_events'), str(persons), folder],
            check=True, stdout=subprocess.PIPE, text=True).stdout
        with open(told + '.part', 'w', encoding='ascii') as file:
            file.write(made)
        os.rename(told + '.part', told)
    with open(told, encoding='ascii') as file:
        made = json.load(file)
    if made['sha256'] != wanted:
        raise RuntimeError(f'{folder}/events.bin has the SHA-256 '
                           f'{made["sha256"]}, not {wanted}')
    return Shop(size, persons, made['events'],
                os.path.join(folder, 'events.bin'),
                os.path.join(folder, 'events.csv'), folder)
