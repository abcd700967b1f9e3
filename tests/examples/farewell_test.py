#!/usr/bin/python3
"""The client in Python and a daemon that ends: a watch that is opened on the
connection that the daemon has left says UNAVAILABLE, and does not hang.

usage: farewell_test.py --binary-dir FOLDER
"""

import argparse
import os
import pathlib
import subprocess
import sys
import tempfile
import threading

_ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(_ROOT / 'tests/fault'))

from system.daemon import Daemon  # noqa: E402  pylint: disable=C0413

_CLIENT = _ROOT / 'examples/clients/python'
_PATIENCE_SECONDS = 20


def _import_client(folder: str):
    """The client and what make_stubs.sh makes for it, as modules."""
    stubs = os.path.join(folder, 'stubs')
    subprocess.run([_CLIENT / 'make_stubs.sh', stubs], check=True)
    sys.path[:0] = [stubs, str(_CLIENT)]
    import abandoned_carts  # pylint: disable=C0415,E0401
    return abandoned_carts


def _end_of(watch) -> str:
    """The code by which the call ends."""
    codes: list[str] = []

    def read() -> None:
        try:
            for _ in watch:
                pass
        except Exception as error:  # pylint: disable=W0718
            codes.append(error.code().name)  # type: ignore[attr-defined]
    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    reader.join(_PATIENCE_SECONDS)
    return codes[0] if codes else f'nothing in {_PATIENCE_SECONDS} s'


def _run(daemon: Daemon, client) -> None:
    daemon.write_rules((_ROOT / 'examples/shop/shop.yaml').read_text())
    daemon.start()
    daemon.wait_until_ready()
    os.environ['AUDIENCED_SERVER'] = f'127.0.0.1:{daemon.port}'
    service = client.connect()
    request = client.api.WatchMembershipsRequest()
    watch = service.WatchMemberships(request)
    next(watch)
    watch.cancel()
    # From here on the client reads nothing until it calls.
    daemon.terminate()
    end = _end_of(service.WatchMemberships(request))
    assert end == 'UNAVAILABLE', end


def main() -> None:
    """Runs it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--binary-dir', required=True)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix='audienced-farewell-') as folder:
        os.chmod(folder, 0o711)  # the daemon's PostgreSQL is another user
        daemon = Daemon(
            os.path.join(os.path.abspath(arguments.binary_dir), 'audienced'),
            folder, '', None, {})
        try:
            _run(daemon, _import_client(folder))
        finally:
            daemon.terminate()
    print('ok')
    sys.stdout.flush()
    os._exit(0)  # whatever a call that hangs holds


if __name__ == '__main__':
    main()
