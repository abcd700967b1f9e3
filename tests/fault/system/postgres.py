"""A PostgreSQL of a run's own: made, killed, started again, and asked."""

import decimal
import json
import os
import pwd
import shutil
import subprocess
import time

from system.proxy import free_port

_PROGRAMS = '/usr/lib/postgresql/15/bin/'
_SETTINGS = '''
listen_addresses = '127.0.0.1'
max_connections = 40
restart_after_crash = on
log_min_messages = warning
'''
_FOR_A_SMALL_DISK = '''
shared_buffers = 32MB
max_wal_size = 32MB
min_wal_size = 2MB
'''
_FOR_MUCH_WORK = '''
shared_buffers = 256MB
max_wal_size = 2GB
'''


def _as_cluster_user(command: list[str]) -> list[str]:
    """PostgreSQL refuses to be run by root."""
    if os.getuid() != 0:
        return command
    return ['setpriv', '--reuid=postgres', '--regid=postgres',
            '--clear-groups', *command]


def _run(command: list[str], **options) -> subprocess.CompletedProcess:
    return subprocess.run(_as_cluster_user(command), cwd='/', text=True,
                          capture_output=True, check=False, **options)


def make_template(folder: str, is_small: bool = True) -> None:
    """Makes a cluster that others are copied from, for a small disk or for
    much work."""
    os.makedirs(folder)
    if os.getuid() == 0:
        user = pwd.getpwnam('postgres')
        os.chown(folder, user.pw_uid, user.pw_gid)
    made = _run([_PROGRAMS + 'initdb', '-D', folder, '-U', 'audienced',
                 '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync',
                 '--wal-segsize=' + ('1' if is_small else '16')])
    if made.returncode != 0:
        raise RuntimeError('initdb failed: ' + made.stderr)
    with open(folder + '/postgresql.conf', 'a', encoding='ascii') as file:
        file.write(_SETTINGS)
        file.write(_FOR_A_SMALL_DISK if is_small else _FOR_MUCH_WORK)


class Postgres:
    """One server with one database, audienced, that is copied from a
    template."""

    def __init__(self, template: str, folder: str) -> None:
        subprocess.run(['cp', '-a', template, folder], check=True)
        self.folder = folder
        self.port = free_port()
        self.log = os.path.join(os.path.dirname(folder), 'postgres.log')
        open(self.log, 'ab').close()
        os.chmod(self.log, 0o666)
        self.start()
        made = _run([_PROGRAMS + 'createdb', *self._server(), 'audienced'])
        if made.returncode != 0:
            raise RuntimeError('createdb failed: ' + made.stderr)

    def start(self) -> None:
        """Starts the server; returns when it answers."""
        tried = ''
        for _ in range(100):
            started = _run([_PROGRAMS + 'pg_ctl', 'start', '-w', '-D',
                            self.folder, '-l', self.log, '-t', '60', '-o',
                            f'-p {self.port} -k {self.folder}'])
            if started.returncode == 0:
                return
            tried = started.stderr + started.stdout
            if self.is_running():
                return
            time.sleep(0.1)
        raise RuntimeError('PostgreSQL does not start: ' + tried)

    def is_running(self) -> bool:
        """Whether it answers."""
        return _run([_PROGRAMS + 'pg_isready', '-q',
                     *self._server()]).returncode == 0

    @property
    def pid(self) -> int:
        """Of the postmaster."""
        with open(self.folder + '/postmaster.pid', encoding='ascii') as file:
            return int(file.readline())

    def stop_at_once(self) -> None:
        """As a power loss would, as far as processes can tell."""
        _run([_PROGRAMS + 'pg_ctl', 'stop', '-m', 'immediate', '-D',
              self.folder])

    def end_sessions(self) -> None:
        """Ends every session, as an administrator would."""
        self.ask('SELECT count(pg_terminate_backend(pid)) FROM '
                 'pg_stat_activity WHERE pid <> pg_backend_pid() AND '
                 "datname = 'audienced'")

    def remove(self) -> None:
        """Ends it for good."""
        self.stop_at_once()
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, port: int | None = None) -> str:
        """Where it is; through a proxy at `port`."""
        return (f'postgresql://audienced@127.0.0.1:{port or self.port}'
                '/audienced?sslmode=disable')

    def ask(self, sql: str) -> list[dict]:
        """The rows that a query answers with, one dictionary each."""
        asked = _run(['psql', *self._server(), '-d', 'audienced', '-XqAt',
                      '-v', 'ON_ERROR_STOP=1', '-c',
                      f'SELECT row_to_json(answer) FROM ({sql}) AS answer'])
        if asked.returncode != 0:
            raise RuntimeError(f'{sql}: {asked.stderr}')
        return [json.loads(line, parse_float=decimal.Decimal)
                for line in asked.stdout.split('\n') if line]

    def dump(self) -> str:
        """All that is in it, as text."""
        dumped = _run(['pg_dump', *self._server(), 'audienced'])
        if dumped.returncode != 0:
            raise RuntimeError('pg_dump failed: ' + dumped.stderr)
        return dumped.stdout

    def _server(self) -> list[str]:
        return ['-h', '127.0.0.1', '-p', str(self.port), '-U', 'audienced']


class PrivatePostgres(Postgres):
    """The server that a daemon makes and starts for itself in its data
    folder, and starts again when it is gone."""

    def __init__(self, data: str) -> None:  # pylint: disable=W0231
        self.folder = os.path.join(data, 'postgres')

    def start(self) -> None:
        """The daemon does it."""

    def is_running(self) -> bool:
        """Whether it answers."""
        return (os.path.exists(self.folder + '/postmaster.pid')
                and super().is_running())

    def _server(self) -> list[str]:
        with open(self.folder + '/postmaster.pid', encoding='ascii') as file:
            lines = file.read().split('\n')
        return ['-h', lines[4], '-p', lines[3], '-U', 'audienced']
