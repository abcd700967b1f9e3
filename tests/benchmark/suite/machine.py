"""What the figures were measured on."""

import os
import platform
import subprocess


def _first_line(command: list[str]) -> str:
    try:
        told = subprocess.run(command, check=True, text=True,
                              stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL).stdout
    except (OSError, subprocess.CalledProcessError):
        return 'unknown'
    return told.split('\n', maxsplit=1)[0]


def _processor() -> str:
    with open('/proc/cpuinfo', encoding='utf-8') as file:
        for line in file:
            if line.startswith('model name'):
                return line.split(':', 1)[1].strip()
    return platform.machine()


def _memory_gib() -> int:
    pages = os.sysconf('SC_PHYS_PAGES') * os.sysconf('SC_PAGE_SIZE')
    return round(pages / 2 ** 30)


def describe() -> dict:
    """As it stands in the JSON."""
    return {
        'processors': f'{os.cpu_count()} x {_processor()}',
        'memory_gib': _memory_gib(),
        'kernel': platform.release(),
        'compiler': _first_line(['c++', '--version']),
        'postgresql': _first_line(
            ['/usr/lib/postgresql/15/bin/postgres', '--version']),
        'load_at_start': os.getloadavg()[0],
    }
