"""A daemon with people who come and go."""

import os
import pathlib
import random
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / 'tests/fault'))

from system.api import Services, audience_service_pb2  # noqa: E402
from system.api import event_service_pb2, set_time  # noqa: E402
from system.daemon import Daemon  # noqa: E402

AUDIENCE = 'shoppers'
_RULES = '''
version: 1
timezone: Europe/London
conversions:
  carted: { kind: micro, role: process, event: add_to_cart }
  purchased: { kind: macro, event: purchase }
audiences:
  shoppers:
    who: { sequence: [{ did: carted }, { did_not: purchased }], in_last: 7d }
    context: [cart]
'''


class Shop:
    """The daemon and its events. Every person has a user id and an e-mail
    address; those of a couple differ by their letters' case alone, so that
    their hashes are the same."""

    def __init__(self, folder: str, binaries: str) -> None:
        self.folder = folder
        self.ctl = os.path.join(binaries, 'audiencectl')
        self.daemon = Daemon(os.path.join(binaries, 'audienced'), folder, '',
                             None, {})
        self.daemon.write_rules(_RULES)
        self.start()
        self._events = 0

    def start(self) -> None:
        """Starts the daemon; returns when it is ready."""
        self.daemon.start()
        self.daemon.wait_until_ready()

    @staticmethod
    def email(person: int) -> str:
        """Two neighbours are a couple."""
        name = f'person{person // 2}@example.com'
        return name if person % 2 else name.capitalize()

    def send(self, *events: tuple[int, str]) -> None:
        """(person, event), now."""
        request = event_service_pb2.IngestEventsRequest(origin='test')
        for person, name in events:
            self._events += 1
            event = request.events.add(event_id=f'{self._events:08}',
                                       event=name)
            set_time(event.occurred_time, int(time.time() * 1e6))
            event.identifiers.add(kind='user_id', value=f'u-{person}')
            event.identifiers.add(kind='email', value=self.email(person))
            event.items.add(item_id='boot')
        services = Services(self.daemon.port)
        # Where all processors are taken a connection may need a second try.
        answer = services.events.IngestEvents(request, timeout=60,
                                              wait_for_ready=True)
        services.close()
        assert all(result.status == event_service_pb2.EventResult.STATUS_ACCEPTED
                   for result in answer.results), answer

    def stir(self, dice: random.Random, people: int, count: int) -> None:
        """Some come, some go."""
        self.send(*((dice.randrange(people),
                     dice.choice(('add_to_cart', 'purchase')))
                    for _ in range(count)))

    def members(self, destination: int = 0) -> dict[str, set]:
        """Each profile in the audience with its identifiers."""
        services = Services(self.daemon.port)
        found = {}
        request = audience_service_pb2.ListMembersRequest(
            audience=AUDIENCE, destination=destination)
        while True:
            page = services.audiences.ListMembers(request, timeout=60,
                                                  wait_for_ready=True)
            for member in page.members:
                found[member.profile] = {(each.kind, each.value)
                                         for each in member.identifiers}
            request.page_token = page.next_page_token
            if not request.page_token:
                services.close()
                return found

    def sync(self, *arguments: str, environment=None) -> subprocess.Popen:
        """Starts `audiencectl sync`."""
        return subprocess.Popen(
            [self.ctl, '--server', f'127.0.0.1:{self.daemon.port}', 'sync',
             *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True,
            env={**os.environ, **(environment or {})})

    def sync_once(self, *arguments: str, code: int = 0) -> str:
        """Syncs, and checks how that ends; what was said."""
        process = self.sync(*arguments, '--once')
        said, _ = process.communicate(timeout=60)
        assert process.returncode == code, (process.returncode, said)
        return said
