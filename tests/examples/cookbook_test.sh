#!/usr/bin/env bash
# The rules of examples/ have neither faults nor warnings, their tests pass, and
# the cookbook's table names every audience with its title and file.
#
# usage: cookbook_test.sh AUDIENCECTL EXAMPLES
set -euo pipefail
export LC_ALL=C.UTF-8

audiencectl=$1
examples=$2
cd "$examples/cookbook"

# Rows of the table, from the rules themselves.
rows() {
  awk '
    FNR == 1 { within = 0 }
    /^[a-z]/ { within = /^audiences:/ }
    within && /^  [a-z0-9-]+:$/ { name = $1; sub(":", "", name) }
    within && /^    title: / {
      sub("^    title: ", "")
      print "| `" name "` | " $0 " | [" FILENAME "](" FILENAME ") |"
    }' carts.yaml customers.yaml leads.yaml seasons.yaml ads.yaml
}

if ! diff <(rows) <(grep '^| `' README.md); then
  echo 'error: the table of cookbook/README.md is not that of the rules (<)'
  exit 1
fi
if [ "$(rows | wc -l)" -lt 20 ]; then
  echo 'error: the cookbook has fewer than 20 audiences'
  exit 1
fi

for folder in . ../shop; do
  "$audiencectl" check --strict "$folder"
  # The tests themselves run in conformance_test as well, with the library.
  if "$audiencectl" --help | grep -E '^ +test ' >/dev/null; then
    "$audiencectl" test "$folder"
  else
    echo "SKIPPED: this audiencectl has no verb 'test'"
  fi
done
