"""The Python modules of proto/, made by protoc.

The folder that has them is named by AUDIENCED_STUBS, for child processes too.
"""

import atexit
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

_PROTO = pathlib.Path(__file__).resolve().parents[3] / 'proto'
_VARIABLE = 'AUDIENCED_STUBS'


def provide() -> None:
    """Makes them where they are not there yet, and lets them be imported."""
    if _VARIABLE not in os.environ:
        folder = tempfile.mkdtemp(prefix='audienced-stubs-')
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        subprocess.run(
            ['protoc', f'--proto_path={_PROTO}', f'--python_out={folder}',
             f'--grpc_python_out={folder}',
             '--plugin=protoc-gen-grpc_python=/usr/bin/grpc_python_plugin',
             *map(str, sorted((_PROTO / 'audienced/v1').glob('*.proto')))],
            check=True)
        os.environ[_VARIABLE] = folder
    if os.environ[_VARIABLE] not in sys.path:
        sys.path.insert(0, os.environ[_VARIABLE])
