#!/usr/bin/python3
"""`audiencectl sync` against the real daemon: killed with -9 at random, with an
endpoint that fails, hangs, refuses and dies, the endpoint has in the end what
the daemon's list says.

usage: sync_test.py --binary-dir FOLDER [--seed N] [TEST...]
"""

import argparse
import json
import os
import pathlib
import random
import shutil
import signal
import subprocess
import tempfile
import time

from receiver import Receiver
from shop import AUDIENCE, Shop

_SECRET = 'a secret of more than sixteen characters'
_PEOPLE = 40
_DESTINATION_META = 3
_ENDPOINT = '--request-timeout', '1', '--batch', '7'


class Syncs:
    """The tests, on one daemon."""

    def __init__(self, folder: str, binaries: str, seed: int) -> None:
        self.folder = folder
        self.shop = Shop(folder, binaries)
        self.dice = random.Random(seed)
        self.gone = 0   # members who left before a restore
        os.environ['AUDIENCED_WEBHOOK_SECRET'] = _SECRET

    def path(self, name: str) -> str:
        """A path in the folder of this run."""
        return os.path.join(self.folder, name)

    def endpoint(self, receiver: Receiver, name: str) -> tuple[str, ...]:
        """How `sync` is called for a receiver."""
        return (AUDIENCE, '--to', f'http://127.0.0.1:{receiver.port}/hook?a=b',
                '--state', self.path(name), *_ENDPOINT)

    def wanted(self, destination: int = 0) -> set:
        """All identifiers of all members."""
        members = self.shop.members(destination)
        return set().union(*members.values()) if members else set()

    def kill_at_random(self, arguments: tuple[str, ...], rounds: int) -> None:
        """Runs a sync while people come and go, and kills it, again and
        again."""
        for _ in range(rounds):
            process = self.shop.sync(*arguments)
            end = time.monotonic() + self.dice.uniform(0.02, 1.0)
            try:
                while time.monotonic() < end:
                    self.shop.stir(self.dice, _PEOPLE, 5)
                    time.sleep(0.05)
            finally:
                process.kill()
                process.communicate()

    def test_endpoint(self) -> None:
        """In trouble, and killed: each change once, in order, and nothing is
        lost. Couples share an address: it goes with the last of them."""
        receiver = Receiver(_SECRET, self.dice.randrange(1 << 30))
        receiver.trouble = 0.3
        call = *self.endpoint(receiver, 'endpoint'), '--destination', 'meta'
        self.kill_at_random(call, 8)
        receiver.trouble = 0
        self.shop.send((0, 'add_to_cart'), (1, 'add_to_cart'))
        self.shop.sync_once(*call)
        self._compare(receiver)
        members = self.shop.members(_DESTINATION_META)
        assert sum(map(len, members.values())) > len(receiver.holders)
        assert max(receiver.applied.values()) > 1, 'nothing came twice'

        # The daemon is put back to a backup: the difference is told, no more.
        def leave() -> None:
            self.shop.send(*((person, 'purchase') for person in range(10)))
            self.shop.sync_once(*call)
            self._compare(receiver)
            self.gone = len(members) - len(self.shop.members())
        self._restore_after(leave)
        told = len(receiver.applied)
        said = self.shop.sync_once(*call)
        assert 'CURSOR_AHEAD' in said, said
        self._compare(receiver)
        assert len(receiver.applied) - told == self.gone > 0, self.gone
        receiver.stop()

    def _compare(self, receiver: Receiver) -> None:
        wanted = self.wanted(_DESTINATION_META)
        assert not receiver.faults, receiver.faults
        assert set(receiver.holders) == wanted, set(receiver.holders) ^ wanted

    def _restore_after(self, change) -> None:
        data, backup = self.path('data'), self.path('backup')
        self.shop.daemon.terminate()
        subprocess.run(['cp', '-a', data, backup], check=True)
        self.shop.start()
        change()
        self.shop.daemon.terminate()
        shutil.rmtree(data)
        os.rename(backup, data)
        self.shop.start()

    def test_refusals(self) -> None:
        """What is refused is put aside, and the rest goes on."""
        receiver = Receiver(_SECRET, 1)
        call = self.endpoint(receiver, 'refusals')
        self.shop.send(*((person, 'add_to_cart') for person in range(20)))
        receiver.refused = '"u-13"'
        said = self.shop.sync_once(*call, code=1)
        assert '1 refused' in said, said
        wanted = {each for each in self.wanted() if '13' not in each[1]
                  and each[1] != self.shop.email(13)}
        assert wanted <= set(receiver.holders)
        assert ('user_id', 'u-13') not in receiver.holders
        letters = pathlib.Path(self.path('refusals'), 'dead-letters.ndjson')
        lines = [json.loads(line) for line in letters.read_text().splitlines()]
        assert len(lines) == 1 and '400' in lines[0]['reason'], lines
        assert 'u-13' in json.dumps(lines[0]['change']), lines
        assert letters.stat().st_mode & 0o077 == 0

        # A wrong address or key is not the fault of a change.
        receiver.hopeless = 401
        self.shop.send((1, 'purchase'))
        said = self.shop.sync_once(*call, code=1)
        assert 'answered 401' in said and '1 change waiting' in said, said
        receiver.hopeless = 0
        self.shop.sync_once(*call)
        assert ('user_id', 'u-1') not in receiver.holders
        assert not receiver.faults, receiver.faults
        receiver.stop()

    def test_segment(self) -> None:
        """Segment's calls: who entered and left, by name."""
        receiver = Receiver(_SECRET, 1)
        calls = []
        receiver._apply = lambda message: calls.extend(  # pylint: disable=W0212
            message['batch'])
        call = *self.endpoint(receiver, 'segment'), '--shape', 'segment'
        self.shop.send((2, 'add_to_cart'), (3, 'add_to_cart'))
        self.shop.sync_once(*call)
        self.shop.send((2, 'purchase'))
        self.shop.sync_once(*call)
        named = [(each['event'], each.get('userId')) for each in calls]
        assert ('Audience Entered', 'u-3') in named, named
        assert named[-1] == ('Audience Exited', 'u-2'), named
        last = calls[-1]
        assert last['type'] == 'track' and last['messageId'], last
        assert last['properties']['audience_key'] == AUDIENCE, last
        assert last['properties'][AUDIENCE] is False, last
        assert last['context']['traits']['email'] == self.shop.email(2), last
        receiver.stop()

    def test_folder(self) -> None:
        """Files, replayed in their order, are the list; also when the sync was
        killed between any two of them."""
        target = self.path('files')
        call = AUDIENCE, '--to', target
        self.kill_at_random(call, 8)
        self.shop.sync_once(*call)
        people: dict[str, set] = {}
        names = sorted(os.listdir(target))
        assert [int(name[:6]) for name in names] == list(
            range(1, len(names) + 1)), names
        self._replay(target, people)
        assert people == self.shop.members(), people

        # Whoever takes the files away gets only what is new.
        shutil.rmtree(target)
        self.shop.sync_once(*call)
        assert os.listdir(target) == [], os.listdir(target)
        leaving = sorted(people)[0]
        number = next(value for kind, value in people[leaving]
                      if kind == 'user_id').removeprefix('u-')
        self.shop.send((int(number), 'purchase'))
        self.shop.sync_once(*call)
        assert os.listdir(target) == [f'{len(names) + 1:06}-remove.ndjson']
        self._replay(target, people)
        assert people == self.shop.members(), people

    @staticmethod
    def _replay(target: str, people: dict[str, set]) -> None:
        for name in sorted(os.listdir(target)):
            assert name.endswith('.ndjson'), name
            for line in pathlib.Path(target, name).read_text().splitlines():
                member = json.loads(line)
                if '-remove' in name:
                    people.pop(member['profile'], None)
                else:
                    people[member['profile']] = {
                        (each['kind'], each['value'])
                        for each in member['identifiers']}

    def test_hashes_in_a_folder(self) -> None:
        """Meta's payloads: an address that two share goes with the last."""
        target = self.path('meta')
        call = AUDIENCE, '--to', target, '--format', 'meta-json'
        self.shop.send((20, 'add_to_cart'), (21, 'add_to_cart'))
        self.shop.sync_once(*call)
        sent = self._meta_rows(target)
        self.shop.send((20, 'purchase'))
        self.shop.sync_once(*call)
        self.shop.send((21, 'purchase'))
        self.shop.sync_once(*call)
        files = sorted(os.listdir(target))
        first, second = (self._meta_rows(target, name) for name in files[-2:])
        emails = {row[0] for row in first + second if row[0]}
        assert all('remove' in name for name in files[-2:]), files
        assert [row[0] for row in first] == [''], first  # only the external id
        assert len(emails) == 1 and emails <= {row[0] for row in sent}, second

    @staticmethod
    def _meta_rows(target: str, only: str = '') -> list:
        rows = []
        for name in sorted(os.listdir(target)):
            if only in ('', name):
                payload = json.loads(pathlib.Path(target, name).read_text())
                schema = payload['schema']
                rows += [[row[schema.index('EMAIL')],
                          row[schema.index('EXTERN_ID')]]
                         for row in payload['data']]
        return rows

    def test_encrypted(self) -> None:
        """TLS, by certificates of one's own."""
        certificate = self.path('certificate.pem')
        subprocess.run(
            ['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt',
             'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-subj',
             '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost',
             '-keyout', certificate, '-out', certificate + '.public'],
            check=True, capture_output=True)
        with open(certificate, 'a', encoding='ascii') as file:
            file.write(pathlib.Path(certificate + '.public').read_text())
        receiver = Receiver(_SECRET, 1, certificate)
        call = (AUDIENCE, '--to', f'https://localhost:{receiver.port}/',
                '--state', self.path('encrypted'), *_ENDPOINT)
        self.shop.send((4, 'add_to_cart'))
        process = self.shop.sync(*call)   # the certificate is not known
        time.sleep(1)
        process.send_signal(signal.SIGTERM)
        said, _ = process.communicate(timeout=30)
        assert process.returncode == 0 and 'certificate' in said, said
        assert receiver.requests == 0
        self.shop.sync_once(*call, '--endpoint-ca', certificate + '.public')
        assert set(receiver.holders) == self.wanted()
        receiver.stop()

    def test_command_line(self) -> None:
        """What is not done."""
        state = '--state', self.path('unused')
        for arguments, code, words in (
                (('--to', 'http://example.com/', *state), 2, 'plain HTTP'),
                (('--to', 'https://a:b@example.com/', *state), 2, 'password'),
                (('--to', 'https://example.com/'), 2, '--state'),
                (('--to', 'htps://example.com/', *state), 2, 'is no address'),
                (('--to', self.path('x'), '--format', 'meta-json',
                  '--destination', 'google'), 2, 'is for meta')):
            said = self.shop.sync_once(AUDIENCE, *arguments, code=code)
            assert words in said and ':b@' not in said, said
        del os.environ['AUDIENCED_WEBHOOK_SECRET']
        said = self.shop.sync_once(AUDIENCE, '--to', 'https://localhost/',
                                   *state, code=2)
        assert '--secret-file' in said, said
        os.environ['AUDIENCED_WEBHOOK_SECRET'] = _SECRET
        said = self.shop.sync_once('nobody', '--to', self.path('nobody'),
                                   code=2)
        assert 'nobody' in said, said

        # One sync has the state, and SIGTERM ends it.
        call = AUDIENCE, '--to', self.path('single')
        process = self.shop.sync(*call)
        while not os.path.exists(self.path('single/000001-add.ndjson')):
            assert process.poll() is None, process.communicate()
            time.sleep(0.02)
        said = self.shop.sync_once(*call, code=1)
        assert 'another process uses' in said, said
        process.send_signal(signal.SIGTERM)
        said, _ = process.communicate(timeout=30)
        assert process.returncode == 0, said
        assert ' delivered; ' in said and ' 0 changes waiting' in said, said
        said = self.shop.sync_once(*call, '--format', 'csv', code=1)
        assert 'that of another sync' in said, said

        # Nobody is there: at the first start, and with what is known already.
        for folder in 'fresh', 'single':
            said = self.shop.sync_once(AUDIENCE, '--to', self.path(folder),
                                       '--server', '127.0.0.1:9', code=5)
            assert '127.0.0.1:9' in said, said


def main() -> None:
    """Runs all tests, or those that are named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--binary-dir', required=True)
    parser.add_argument('--seed', type=int, default=random.randrange(1 << 30))
    parser.add_argument('tests', nargs='*')
    arguments = parser.parse_args()
    print('seed', arguments.seed, flush=True)
    with tempfile.TemporaryDirectory(prefix='audienced-sync-') as folder:
        os.chmod(folder, 0o711)  # the daemon's PostgreSQL is another user
        syncs = Syncs(folder, os.path.abspath(arguments.binary_dir),
                      arguments.seed)
        try:
            for name in arguments.tests or [
                    each for each in vars(Syncs) if each.startswith('test_')]:
                began = time.monotonic()
                getattr(syncs, name)()
                print(f'ok: {name} {time.monotonic() - began:.1f} s',
                      flush=True)
        finally:
            syncs.shop.daemon.terminate()


if __name__ == '__main__':
    main()
