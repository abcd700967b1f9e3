"""Programs that are asked a line and answer a line."""

import json
import subprocess


class Asked:
    """A program that says that it is ready, and then answers each line of its
    standard input with one line of JSON."""

    def __init__(self, command: list[str], **options) -> None:
        self._name = command[0]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            **options)
        self.ready = self._read()

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    def ask(self, line: str) -> dict:
        """Its answer."""
        self._process.stdin.write(line + '\n')
        self._process.stdin.flush()
        return self._read()

    def close(self) -> None:
        """Ends it."""
        self._process.stdin.close()
        self._process.stdout.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _read(self) -> dict:
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(
                f'{self._name} ended with {self._process.wait()}')
        return json.loads(line)


def run_json(command: list[str]) -> dict:
    """What a program prints: one JSON object."""
    return json.loads(subprocess.run(command, check=True, text=True,
                                     stdout=subprocess.PIPE).stdout)


def cpu_seconds(pid: int) -> float:
    """What the threads of a process have taken of the processors so far."""
    with open(f'/proc/{pid}/stat', encoding='ascii') as file:
        fields = file.read().rsplit(')', 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / 100


def resident_bytes(pid: int) -> int:
    """The memory of a process."""
    with open(f'/proc/{pid}/statm', encoding='ascii') as file:
        return int(file.read().split()[1]) * 4096
