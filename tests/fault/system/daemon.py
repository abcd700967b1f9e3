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
        self.data = os.path.join(folder, 'data')
        self.rules = os.path.join(folder, 'rules')
        self.log = os.path.join(folder, 'daemon.log')
        self.port = free_port()
        self.http_port = free_port()
        self._environment = dict(os.environ)
        if clock_file is not None:
            self._environment['AUDIENCED_TEST_CLOCK'] = clock_file
        self._settings = {'data': self.data,
                          'database': database, 'rules': self.rules,
                          **settings}
        self._process: subprocess.Popen | None = None
        self._log_start = 0   # where the log of this process begins
        os.makedirs(self.rules, exist_ok=True)

    def start(self) -> None:
        """Starts it, and does not wait."""
        command = [self.binary, '--listen', f'127.0.0.1:{self.port}',
                   '--http-listen', f'127.0.0.1:{self.http_port}']
        for name, value in self._settings.items():
            command += ['--' + name, value]
        with open(self.log, 'ab') as log:
            self._log_start = log.tell()
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
                return True
        except (urllib.error.URLError, OSError):
            return False

    def wait_until_ready(self, seconds: float = 300,
                         interval: float = 0.01) -> None:
        """Returns when it is ready, which is asked so often."""
        end = time.monotonic() + seconds
        while not self.is_ready():
            self.supervise()
            if time.monotonic() > end:
                raise DaemonFault(f'not ready within {seconds:.0f} s')
            time.sleep(interval)

    def supervise(self) -> None:
        """Starts it again where it ended because it found no database, as
        systemd would. Raises where it ended for any other reason."""
        if self._process is None or self._process.poll() is None:
            return
        with open(self.log, 'rb') as log:
            log.seek(self._log_start)
            told = log.read()
        if self._process.returncode <= 0 or b'"cannot start"' not in told:
            raise DaemonFault('the daemon ended by itself with '
                              f'{self._process.returncode}: '
                              f'{told[-500:].decode(errors="replace")}')
        self.start()

    def kill(self) -> None:
        """`kill -9`."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self._process = None

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
        return code

    def hang_up(self) -> None:
        """SIGHUP, where it is ready: reads its rules again."""
        if self._process is not None and self.is_ready():
            self._process.send_signal(signal.SIGHUP)

    def write_rules(self, text: str) -> None:
        """Makes `text` the one file of the rule folder, at once and whole."""
        part = os.path.join(self.folder, 'rules.part')
        with open(part, 'w', encoding='utf-8') as file:
            file.write(text)
        os.rename(part, os.path.join(self.rules, 'shop.yaml'))
