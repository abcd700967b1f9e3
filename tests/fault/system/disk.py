"""A small disk for a run, so that it can be filled."""

import os
import subprocess


class Disk:
    """A folder on a tmpfs of its own; a plain one where this process may not
    mount, and then it cannot be filled."""

    def __init__(self, folder: str, size_megabytes: int) -> None:
        self.folder = folder
        os.makedirs(folder)
        mounted = subprocess.run(
            ['mount', '-t', 'tmpfs', '-o',
             f'size={size_megabytes}m,mode=0755', 'tmpfs', folder],
            capture_output=True, check=False)
        self.can_be_filled = mounted.returncode == 0
        self._ballast = os.path.join(folder, 'ballast')

    def fill(self) -> None:
        """Leaves not one byte."""
        with open(self._ballast, 'ab', buffering=0) as file:
            size = 1 << 20
            while size >= 1:
                try:
                    if file.write(b'x' * size) < size:
                        size //= 2
                except OSError:
                    size //= 2

    def free(self) -> None:
        """Gives the room back."""
        if os.path.exists(self._ballast):
            os.remove(self._ballast)

    def remove(self) -> None:
        """Takes the mount away, with all that is on it."""
        if self.can_be_filled:
            subprocess.run(['umount', '-l', self.folder], check=False)
