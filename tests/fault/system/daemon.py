"""The daemon under test, as a process."""

import os
import signal
import subprocess
import time
import urllib.error
import urllib.request

from system.proxy import free_port


class DaemonFault(Exception):
    """The daemon did what it must not do."""


class Daemon:
    """Starts, kills and stops `audienced`; knows whether it should run."""

    def __init__(self, binary: str, folder: str, database: str,
                 clock_file: str | None, settings: dict[str, str]) -> None:
        self.binary = binary
        self.folder = folder
        self.rules = os.path.join(folder, 'rules')
        self.log = os.path.join(folder, 'daemon.log')
        self.port = free_port()
        self.http_port = free_port()
        self._environment = dict(os.environ)
        if clock_file is not None:
            self._environment['AUDIENCED_TEST_CLOCK'] = clock_file
        self._settings = {'data': os.path.join(folder, 'data'),
                          'database': database, 'rules': self.rules,
                          **settings}
        self._process: subprocess.Popen | None = None
        self._was_ready = False
        os.makedirs(self.rules, exist_ok=True)

    def start(self) -> None:
        """Starts it, and does not wait."""
        command = [self.binary, '--listen', f'127.0.0.1:{self.port}',
                   '--http-listen', f'127.0.0.1:{self.http_port}']
        for name, value in self._settings.items():
            command += ['--' + name, value]
        self._was_ready = False
        with open(self.log, 'ab') as log:
            self._process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                env=self._environment, cwd=self.folder)

    @property
    def pid(self) -> int:
        """Of the process that was started last."""
        assert self._process is not None
        return self._process.pid

    def is_ready(self) -> bool:
        """Whether it says that it serves what is right."""
        try:
            with urllib.request.urlopen(
                    f'http://127.0.0.1:{self.http_port}/readyz', timeout=5):
                self._was_ready = True
                return True
        except (urllib.error.URLError, OSError):
            return False

    def wait_until_ready(self, seconds: float = 60) -> None:
        """Returns when it is ready. A daemon that found no database at its
        start and ended is started again."""
        end = time.monotonic() + seconds
        while not self.is_ready():
            if self.has_ended():
                if self._was_ready:
                    raise DaemonFault('the daemon ended by itself with '
                                      f'{self._process.returncode}')
                self.start()
            if time.monotonic() > end:
                raise DaemonFault(f'not ready within {seconds:.0f} s')
            time.sleep(0.01)

    def has_ended(self) -> bool:
        """Whether the process is gone."""
        return self._process is None or self._process.poll() is not None

    def check_alive(self) -> None:
        """Raises where it is gone though it was ready and nobody ended it."""
        if self._was_ready and self.has_ended():
            raise DaemonFault('the daemon ended by itself with '
                              f'{self._process.returncode}')

    def kill(self) -> None:
        """`kill -9`."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self._process = None
        self._was_ready = False

    def terminate(self, seconds: float = 60) -> int:
        """SIGTERM; its exit code."""
        if self._process is None:
            return 0
        self._process.send_signal(signal.SIGTERM)
        try:
            code = self._process.wait(seconds)
        except subprocess.TimeoutExpired as late:
            raise DaemonFault(
                f'still there {seconds:.0f} s after SIGTERM') from late
        self._process = None
        self._was_ready = False
        return code

    def hang_up(self) -> None:
        """SIGHUP: reads its rules again."""
        if not self.has_ended():
            self._process.send_signal(signal.SIGHUP)

    def write_rules(self, text: str) -> None:
        """Makes `text` the one file of the rule folder, at once and whole."""
        part = os.path.join(self.folder, 'rules.part')
        with open(part, 'w', encoding='utf-8') as file:
            file.write(text)
        os.rename(part, os.path.join(self.rules, 'shop.yaml'))
