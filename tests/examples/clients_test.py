#!/usr/bin/python3
"""The clients of examples/clients/ against the real daemon: through kill -9 of
the daemon and of themselves, in plain and with TLS and a token, and through a
restore of the database from a backup, each prints every abandoned cart once, and
those who left.

usage: clients_test.py --binary-dir FOLDER [--work FOLDER] CLIENT...

CLIENT is cpp, python or node; for node its packages are installed under the
work folder, and without npm or the network the test is skipped (77).
"""

import argparse
import datetime
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

_ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(_ROOT / 'tests/fault'))

from system.daemon import Daemon  # noqa: E402  pylint: disable=C0413
from system.proxy import free_port  # noqa: E402  pylint: disable=C0413

_CLIENTS = _ROOT / 'examples/clients'
_SKIPPED = 77
_PATIENCE_SECONDS = 30


def _node_packages(folder: pathlib.Path) -> pathlib.Path:
    """Installs what package.json names, once; skips the test where that does
    not go."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = (_CLIENTS / 'node/package.json').read_text()
    installed = folder / 'installed.json'
    if not installed.exists() or installed.read_text() != wanted:
        (folder / 'package.json').write_text(wanted)
        try:
            tried = subprocess.run(
                ['npm', 'install', '--no-audit', '--no-fund',
                 '--ignore-scripts'], cwd=folder, capture_output=True,
                text=True, timeout=120, check=False)
            fault = tried.stderr if tried.returncode else ''
        except (OSError, subprocess.TimeoutExpired) as error:
            fault = str(error)
        if fault:
            print('SKIPPED: the packages of the client for Node are not to be '
                  f'had:\n{fault}')
            sys.exit(_SKIPPED)
        installed.write_text(wanted)
    return folder / 'node_modules'


def _command(name: str, binaries: str, work: pathlib.Path):
    """How a client is started: its command and its environment."""
    if name == 'cpp':
        return [os.path.join(binaries, 'abandoned_carts')], {}
    if name == 'python':
        subprocess.run([_CLIENTS / 'python/make_stubs.sh', work / 'stubs'],
                       check=True)
        return ([sys.executable, _CLIENTS / 'python/abandoned_carts.py'],
                {'PYTHONPATH': str(work / 'stubs')})
    return (['node', _CLIENTS / 'node/abandoned_carts.js'],
            {'NODE_PATH': str(_node_packages(work / 'node'))})


class Client:
    """One client as a process, and what it ever printed."""

    def __init__(self, name: str, command, folder: str, port: int) -> None:
        self.name = name
        self._command, environment = command
        self._folder = os.path.join(folder, name)
        self._output = self._folder + '.out'
        self._environment = {**os.environ, **environment,
                             'AUDIENCED_SERVER': f'127.0.0.1:{port}'}
        self._process: subprocess.Popen | None = None

    def start(self) -> None:
        """Starts it, and does not wait."""
        with open(self._output, 'ab') as output:
            self._process = subprocess.Popen(
                [*self._command, self._folder], stdin=subprocess.DEVNULL,
                stdout=output, stderr=output, env=self._environment)

    def secure(self, port: int, token: str, authorities: str) -> None:
        """From its next start on it speaks TLS and says who it is."""
        self._environment.update({'AUDIENCED_SERVER': f'localhost:{port}',
                                  'AUDIENCED_TOKEN': token,
                                  'AUDIENCED_TLS_CA': authorities})

    def kill(self) -> None:
        """`kill -9`."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def text(self) -> str:
        """All that it ever printed."""
        with open(self._output, encoding='utf-8') as output:
            return output.read()

    def wait_for(self, text: str) -> None:
        """Returns when it has printed `text`."""
        self._wait(lambda: text in self.text(), f'does not say {text!r}')

    def wait_for_mail(self, person: str) -> None:
        """Returns when it has mailed the person, and noted that it did: a client
        that ends between the two mails once more, with the same key."""
        start = f'mail email:{person}@example.com user_id:{person} key '

        def is_noted() -> bool:
            keys = [line.removeprefix(start) for line in self.text().split('\n')
                    if line.startswith(start)]
            return any(key in self._noted() for key in keys)
        self._wait(is_noted, f'does not mail {person}')

    def _noted(self) -> list[str]:
        """The keys that it will not mail again."""
        with open(os.path.join(self._folder, 'mailed'),
                  encoding='utf-8') as mailed:
            return mailed.read().splitlines()

    def _wait(self, is_done, fault: str) -> None:
        end = time.monotonic() + _PATIENCE_SECONDS
        while not is_done():
            assert self._process is not None
            if self._process.poll() is not None or time.monotonic() > end:
                raise AssertionError(f'the client in {self.name} {fault} '
                                     f'but:\n{self.text()}')
            time.sleep(0.02)


class Shop:
    """The daemon, its clients, and people who fill carts."""

    def __init__(self, folder: str, binaries: str, commands: dict) -> None:
        self._folder = folder
        self._tls_port = free_port()
        self.daemon = Daemon(os.path.join(binaries, 'audienced'), folder, '',
                             None, {'listen': f'0.0.0.0:{self._tls_port}',
                                    **self._make_certificate()})
        self.daemon.write_rules((_ROOT / 'examples/shop/shop.yaml').read_text())
        self.daemon.start()
        self.daemon.wait_until_ready()
        self.clients = [Client(name, command, folder, self.daemon.port)
                        for name, command in commands.items()]
        self._ctl = os.path.join(binaries, 'audiencectl')
        self._events = 0

    def _make_certificate(self) -> dict[str, str]:
        """The settings that name it."""
        certificate = os.path.join(self._folder, 'certificate.pem')
        subprocess.run(
            ['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt',
             'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-subj',
             '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost',
             '-keyout', certificate + '.key', '-out', certificate],
            check=True, capture_output=True)
        return {'tls-certificate': certificate, 'tls-key': certificate + '.key'}

    def _secure_clients(self) -> None:
        token = subprocess.run(
            [self._ctl, '--server', f'127.0.0.1:{self.daemon.port}', 'token',
             'create', 'mailer', '--scope', 'audiences', '--audience',
             'cart-*', '--identifiers', 'plain'],
            check=True, capture_output=True, text=True).stdout.strip()
        for client in self.clients:
            client.secure(self._tls_port, token,
                          os.path.join(self._folder, 'certificate.pem'))

    def _send(self, *events) -> None:
        """(person, event, minutes ago, properties), at once."""
        path = os.path.join(self._folder, 'events.jsonl')
        now = datetime.datetime.now(datetime.timezone.utc)
        with open(path, 'w', encoding='utf-8') as file:
            for person, event, minutes, more in events:
                self._events += 1
                at = now - datetime.timedelta(minutes=minutes)
                file.write(json.dumps({
                    'event_id': str(self._events), 'event': event,
                    'occurred_at': at.isoformat(), 'user_id': person,
                    **more}) + '\n')
        subprocess.run(
            [self._ctl, '--server', f'127.0.0.1:{self.daemon.port}', 'import',
             path, '--origin', 'test', '--live'],
            check=True, stdout=subprocess.DEVNULL)

    def abandon(self, *people: str) -> None:
        """Each agreed to be mailed, and left a cart behind two hours ago."""
        boot = {'item_id': 'sku-1', 'item_name': 'Fellside Boot',
                'price': 78.95, 'quantity': 2}
        for person in people:
            self._send(
                (person, '$identify', 180, {
                    'email': person + '@example.com',
                    'consent': {'marketing_email': 'granted'}}),
                (person, 'add_to_cart', 120,
                 {'currency': 'GBP', 'items': [boot]}))

    def buy(self, person: str) -> None:
        """What lay in the cart, just now."""
        self._send((person, 'purchase', 0, {}))

    def wait_for_mail(self, *people: str) -> None:
        """Until each client has mailed each of them."""
        for client in self.clients:
            for person in people:
                client.wait_for_mail(person)

    def wait_for_exit(self, person: str) -> None:
        """Until each client knows that the person left."""
        for client in self.clients:
            client.wait_for(f'left email:{person}@example.com')

    def each(self, action) -> None:
        """Does it with each client."""
        for client in self.clients:
            action(client)

    def end(self) -> None:
        """Ends everything."""
        self.each(Client.kill)
        self.daemon.terminate()

    def run(self) -> None:
        """All that happens."""
        self.abandon('ann', 'bob')
        self.each(Client.start)
        self.wait_for_mail('ann', 'bob')

        self.abandon('cat')
        self.wait_for_mail('cat')
        self.buy('ann')
        self.wait_for_exit('ann')

        self.daemon.kill()
        self.daemon.start()
        self.daemon.wait_until_ready()
        self.abandon('dan')
        self.wait_for_mail('dan')

        # While a client is away one enters and leaves: is not to be mailed.
        self.each(Client.kill)
        self.abandon('eve', 'fay')
        self.buy('fay')
        self.buy('bob')
        self._secure_clients()
        self.each(Client.start)
        self.wait_for_mail('eve')
        self.wait_for_exit('fay')
        self.wait_for_exit('bob')

        self._restore_a_backup()
        self.abandon('gus')
        self.wait_for_mail('gus')
        self._check()

    def _restore_a_backup(self) -> None:
        """What the clients saw last was lost: their cursors lie ahead."""
        data, backup = (os.path.join(self._folder, name)
                        for name in ('data', 'backup'))
        self.daemon.terminate()
        subprocess.run(['cp', '-a', data, backup], check=True)
        self.daemon.start()
        self.daemon.wait_until_ready()
        self.buy('cat')
        self.wait_for_exit('cat')
        self.daemon.terminate()
        shutil.rmtree(data)
        os.rename(backup, data)
        self.daemon.start()
        self.daemon.wait_until_ready()
        for client in self.clients:
            client.wait_for('CURSOR_AHEAD')

    def _check(self) -> None:
        for client in self.clients:
            lines = client.text().split('\n')
            for person in ('ann', 'bob', 'cat', 'dan', 'eve', 'gus'):
                mails = [number for number, line in enumerate(lines)
                         if line.startswith(f'mail email:{person}@')]
                assert len(mails) == 1, (client.name, person, lines)
                assert lines[mails[0] + 1:mails[0] + 3] == [
                    '  2 x Fellside Boot  78.95 GBP', '  = 157.9 GBP'], lines
            assert not any('mail email:fay@' in line for line in lines), lines


def main() -> None:
    """Runs it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--binary-dir', required=True)
    parser.add_argument('--work', type=pathlib.Path,
                        help='where packages and modules are kept')
    parser.add_argument('clients', nargs='+', metavar='CLIENT',
                        choices=('cpp', 'python', 'node'))
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix='audienced-clients-') as folder:
        os.chmod(folder, 0o711)  # the daemon's PostgreSQL is another user
        work = (arguments.work or pathlib.Path(folder)).absolute()
        shop = Shop(folder, os.path.abspath(arguments.binary_dir), {
            name: _command(name, arguments.binary_dir, work)
            for name in arguments.clients})
        try:
            shop.run()
        finally:
            shop.end()
    print('ok:', *arguments.clients)


if __name__ == '__main__':
    main()
