#!/usr/bin/env bash
# `audiencectl test`: what it runs, how it fails, what it writes; its JUnit XML
# is read by a real XML parser. With SUITE all tests of that folder must pass.
#
# usage: rule_tests_test.sh AUDIENCECTL [SUITE]
set -euo pipefail
export LC_ALL=C

audiencectl=$(realpath "$1")
suite=${2:-}
if [ -n "$suite" ]; then
  if ! ls "$suite"/*.test.yaml >/dev/null 2>&1; then
    echo "SKIPPED: no rule tests in $suite" >&2
    exit 77
  fi
  "$audiencectl" test "$suite"
  exit
fi

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

fail() { echo "error: $1"; exit 1; }
# run CODE ARGUMENT...: runs `audiencectl test`, which must end with CODE.
run() {
  local wanted=$1 code=0
  shift
  "$audiencectl" test "$@" >out 2>err || code=$?
  [ "$code" -eq "$wanted" ] ||
    { cat out err; fail "test $* ended with $code, wanted $wanted"; }
}
says() { grep -qF -- "$1" "${2:-out}" || { cat out err; fail "no '$1'"; }; }

mkdir rules
cat >rules/shop.yaml <<'EOF'
version: 1
conversions:
  carted:    { kind: micro, role: process, event: add_to_cart }
  purchased: { kind: macro, event: purchase }
audiences:
  waiting:
    who: { sequence: [{ did: carted }, { did_not: purchased, for: 1h }] }
EOF
cat >rules/shop.test.yaml <<'EOF'
rules: [shop.yaml]
tests:
  - name: waiting begins after an hour
    start: 2026-03-01T00:00:00Z
    events: [{ at: 0m, profile: ann, event: add_to_cart }]
    expect: [{ at: 1h, waiting: [ann] }]
  - name: "it's <wrong> & \"odd\" \u0001"
    start: 2026-03-01T00:00:00Z
    events: [{ at: 0m, profile: "a<b>&", event: add_to_cart }]
    expect: [{ at: 30m, waiting: ["a<b>&"] }]
EOF

# A failure says where, when, what was expected, what was got, and why.
run 1 rules
says "rules/shop.test.yaml:10:25: test 'it's <wrong> & \"odd\" ?'"
says "audience 'waiting' at 2026-03-01T00:30:00Z"
says 'expected: [a<b>&]'
says 'got:      []'
says '[no]  sequence did carted then did_not purchased for 1h  rules/shop.yaml:7'
says "an event of 'purchased' would keep it from holding"
says '2 tests, 1 passed, 1 failed'

# The current folder is the default, and --run chooses.
(cd rules && run 0 --run begins -v && says 'ok    shop.test.yaml: waiting' &&
  says '1 test, 1 passed, 0 failed')
run 0 rules/shop.test.yaml rules --run '^waiting'
says '1 test, 1 passed, 0 failed'
run 2 rules --run nothing
says "no test has a name that matches 'nothing'" err
run 2 rules --run '('
says 'does not compile' err
run 2 nowhere
says "'nowhere' does not exist" err
run 2 rules/shop.yaml
says 'is no file of rule tests' err
mkdir empty
run 2 empty
says 'no file of rule tests (*.test.yaml) in the folder empty' err

# Faults of tests and of rules are told as `check` tells them.
mkdir faulty
cat >faulty/rules.test.yaml <<'EOF'
rules: [rules.yaml, gone.yaml]
tests: [{ name: one, changes: [] }]
EOF
cp rules/shop.yaml faulty/rules.yaml
run 1 faulty
says 'faulty/rules.test.yaml:1:21: error: there is no rule file'
says '[unknown-file]'
says '0 tests, 0 passed, 0 failed, 1 error'
sed -i 's/, gone.yaml//' faulty/rules.test.yaml
sed -i 's/did: carted/did: cartd/' faulty/rules.yaml
run 1 faulty rules --run begins
says 'faulty/rules.yaml:7:30: error: '
says "did you mean 'carted'?"
says '1 test, 1 passed, 0 failed, 1 error'

# For programs.
run 1 rules faulty --output json
python3 - out <<'EOF'
import json, sys
report = json.load(open(sys.argv[1]))
assert (report['passed'], report['failed'], report['errors']) == (1, 1, 1), report
failed = [test for test in report['tests'] if not test['passed']][0]
assert failed['file'] == 'rules/shop.test.yaml', failed
assert failed['failures'][0]['line'] == 10, failed
assert 'would keep it from holding' in failed['failures'][0]['reasons'][0]
assert report['faults'][0]['code'] == 'unknown-conversion', report
EOF
run 1 rules faulty --output junit --output-file results.xml
says '2 tests, 1 passed, 1 failed, 1 error'
python3 - results.xml <<'EOF'
import sys, xml.etree.ElementTree as xml
root = xml.parse(sys.argv[1]).getroot()
assert root.tag == 'testsuites', root.tag
assert [root.get(name) for name in ('tests', 'failures', 'errors')] == ['3', '1', '1']
suites = {suite.get('name'): suite for suite in root}
assert set(suites) == {'rules/shop.test.yaml', 'faulty/rules.yaml'}, suites
shop = suites['rules/shop.test.yaml']
assert shop.get('tests') == '2' and shop.get('failures') == '1'
case = shop.findall('testcase')[1]
assert case.get('name') == 'it\'s <wrong> & "odd" ?', case.get('name')
failure = case.find('failure')
assert 'expected [a<b>&], got []' in failure.get('message')
assert 'would keep it from holding' in failure.text
assert float(case.get('time')) >= 0
error = suites['faulty/rules.yaml'].find('testcase/error')
assert error.get('type') == 'unknown-conversion', error.attrib
EOF
run 2 rules --run begins --output junit --output-file empty/no/such.xml
says 'cannot write empty/no/such.xml' err
