#!/usr/bin/env bash
# Runs the benchmarks: ours and the peers in one run, answers compared. Builds
# what it needs first, unless --binary-dir says where that is.
#
# usage: tests/benchmark/run.sh [--size 1M|10M] [--only NAME] [--runs N]
#                               [--output DIR]     (--help lists all)
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
top=$(cd "$here/../.." && pwd)

case " $* " in
  *' --binary-dir'* | *' --help '* | *' -h '*) ;;
  *)
    cd "$top"
    cmake --preset release -G Ninja >/dev/null
    ninja -C build/release benchmarks >&2
    ;;
esac
exec /usr/bin/python3 "$here/suite/run.py" "$@"
