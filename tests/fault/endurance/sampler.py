"""What the processes weigh and how far behind they are, as time goes on."""

import csv
import os
import re
import time
import urllib.request

_PAGE = os.sysconf('SC_PAGE_SIZE')
_TICKS = os.sysconf('SC_CLK_TCK')
COLUMNS = ('seconds', 'daemon_rss_mb', 'postgres_pss_mb', 'ack_p50_ms',
           'ack_p99_ms', 'ack_max_ms', 'lag_ms', 'pending_deadlines',
           'queued_events', 'profiles', 'accepted', 'changes', 'daemon_cpu_%',
           'postgres_cpu_%')


def resident_megabytes(pid: int) -> float:
    """What a process has in memory."""
    with open(f'/proc/{pid}/statm', encoding='ascii') as file:
        return int(file.read().split()[1]) * _PAGE / 1e6


def proportional_megabytes(pids: list[int]) -> float:
    """What processes that share memory have together."""
    total = 0
    for pid in pids:
        try:
            with open(f'/proc/{pid}/smaps_rollup', encoding='ascii') as file:
                total += int(re.search(r'^Pss: +(\d+)', file.read(),
                                       re.MULTILINE).group(1))
        except (FileNotFoundError, ProcessLookupError):
            pass  # it ended meanwhile
    return total / 1000


def cpu_seconds(pids: list[int]) -> float:
    """What processes have used so far, with their children that ended."""
    total = 0
    for pid in pids:
        try:
            with open(f'/proc/{pid}/stat', encoding='ascii') as file:
                fields = file.read().rsplit(')', 1)[1].split()
            total += sum(map(int, fields[11:15]))
        except (FileNotFoundError, ProcessLookupError):
            pass
    return total / _TICKS


def family(pid: int) -> list[int]:
    """A process and its children."""
    found = [pid]
    with open(f'/proc/{pid}/task/{pid}/children', encoding='ascii') as file:
        found += map(int, file.read().split())
    return found


def metrics(http_port: int) -> dict[str, float]:
    """What the daemon tells of itself, by the name with its labels."""
    with urllib.request.urlopen(f'http://127.0.0.1:{http_port}/metrics',
                                timeout=20) as answer:
        lines = answer.read().decode().split('\n')
    return {line.rsplit(' ', 1)[0]: float(line.rsplit(' ', 1)[1])
            for line in lines if line and not line.startswith('#')}


def percentile(ordered: list[float], share: float) -> float:
    """Of values in order; 0 of none."""
    return ordered[int(share * (len(ordered) - 1))] if ordered else 0.0


class Sampler:
    """Writes a line of a table at each call."""

    def __init__(self, path: str, daemon_pid: int, postgres_pid: int,
                 http_port: int) -> None:
        self.rows: list[dict[str, float]] = []
        self._pids = daemon_pid, postgres_pid
        self._http_port = http_port
        self._began = time.monotonic()
        self._cpu: tuple[float, float, float] | None = None
        self._file = open(path, 'w', newline='', encoding='ascii')
        self._table = csv.DictWriter(self._file, COLUMNS)
        self._table.writeheader()

    def sample(self, latencies: list[float], accepted: int) -> dict:
        """Takes one; `latencies` in order."""
        daemon, postgres = self._pids
        servers = family(postgres)
        told = metrics(self._http_port)
        now = time.monotonic()
        row = {
            'seconds': now - self._began,
            'daemon_rss_mb': resident_megabytes(daemon),
            'postgres_pss_mb': proportional_megabytes(servers),
            'ack_p50_ms': percentile(latencies, 0.5) * 1e3,
            'ack_p99_ms': percentile(latencies, 0.99) * 1e3,
            'ack_max_ms': percentile(latencies, 1) * 1e3,
            'lag_ms': (time.time() - told.get(
                'audienced_evaluated_through_timestamp_seconds',
                0)) * 1e3,
            'pending_deadlines': told.get('audienced_pending_deadlines', 0),
            'queued_events': told.get('audienced_queued_events', 0),
            'profiles': told.get('audienced_profiles', 0),
            'changes': told.get('audienced_changes_total', 0),
            'accepted': accepted}
        used = cpu_seconds([daemon]), cpu_seconds(servers), now
        before = self._cpu or (*used[:2], self._began - 1)
        self._cpu = used
        for place, name in enumerate(('daemon_cpu_%', 'postgres_cpu_%')):
            row[name] = 100 * ((used[place] - before[place])
                               / max(used[2] - before[2], 0.001))
        self.rows.append(row)
        self._table.writerow({k: round(v, 3) for k, v in row.items()})
        self._file.flush()
        return row

    def text(self, lines: int = 13) -> str:
        """The curve as a small table."""
        step = max(1, len(self.rows) // (lines - 1))
        chosen = self.rows[::step]
        if chosen[-1] is not self.rows[-1]:
            chosen.append(self.rows[-1])
        out = [' '.join(f'{name[:13]:>13}' for name in COLUMNS)]
        for row in chosen:
            out.append(' '.join(f'{row[name]:13,.1f}' for name in COLUMNS))
        return '\n'.join(out)
