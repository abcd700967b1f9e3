#!/usr/bin/python3
"""What README files show of audiencectl is what it prints.

In the files that are named, the fenced block behind a line `<!-- output -->` is
a command line, `$ audiencectl ...`, and its output, which is made anew here: in
a folder with examples/ and shop.jsonl, the sample shop of 10,000 people until
2026-11-26.

usage: readme_output_test.py BINARY_DIR PROJECT FILE...
With UPDATE_GOLDEN=1 in the environment it writes what is printed instead.
"""

import difflib
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile

BLOCK = re.compile(r"(?<=<!-- output -->\n```\n)\$ (audiencectl [^\n]*)\n(.*?)(?=```\n)",
                   re.DOTALL | re.MULTILINE)
SHOP = ["--profiles", "10000", "--until", "2026-11-26T12:00:00Z"]


def main():
    binaries, project = (pathlib.Path(each).resolve() for each in sys.argv[1:3])
    update = os.environ.get("UPDATE_GOLDEN") == "1"
    failed = False
    with tempfile.TemporaryDirectory() as folder:
        os.symlink(project / "examples", folder + "/examples")
        subprocess.run([binaries / "audienced-shop", *SHOP, "--output",
                        folder + "/shop.jsonl"], check=True,
                       stderr=subprocess.DEVNULL)

        def printed(match):
            command = shlex.split(match[1])
            run = subprocess.run([binaries / command[0], *command[1:]],
                                 cwd=folder, check=True, capture_output=True,
                                 text=True, env={**os.environ, "LC_ALL": "C"})
            return f"$ {match[1]}\n{run.stdout}"

        for name in sys.argv[3:]:
            path = project / name
            text = path.read_text()
            made, count = BLOCK.subn(printed, text)
            if count != text.count("<!-- output -->") or count == 0:
                sys.exit(f"{name}: {count} blocks are read, others have no form")
            if update:
                path.write_text(made)
            elif made != text:
                failed = True
                sys.stdout.writelines(difflib.unified_diff(
                    text.splitlines(True), made.splitlines(True), name,
                    "what is printed", n=1))
            else:
                print(f"{name}: {count} outputs are as printed")
    sys.exit(1 if failed else 0)


main()
