#!/bin/sh
# All tests, in six runs at once: many of them wait for Asterisk, for browsers and other servers.  Ends with 1 when
# any failed.  Coverage is counted of tests/unit alone, without its property tests (tests/conftest.py): elsewhere
# the daemon runs as it does in a clinic, and what watches each line would take a third of two cores.
# A run that is not over after LIMIT seconds is told to stop what it started, then killed, and named as failed.
cd "$(dirname "$0")/.."
python=${PY:-.venv/bin/python}
limit=${LIMIT:-1800}
mkdir -p build
runs=""
pids=""

aside() { # NAME HOW WHAT...: these tests meanwhile, by that module, told of when they are over
    name=$1 how=$2
    shift 2
    # shellcheck disable=SC2086
    $gently timeout --signal=INT --kill-after=20 "$limit" "$python" -m $how -q "$@" >"build/$name.log" 2>&1 &
    runs="$runs $name:$!"
    pids="$pids $!"
}

told() { # CODE NAME: says so when that run was ended by its limit
    case $1 in 124 | 137) echo "tests, $2: not over after $limit s, so it was ended" ;; esac
    return "$1"
}

gently=""
counted="coverage run -m pytest"
apart="tests/unit/cli tests/unit/sources"

aside clinic pytest tests/integration/clinic
aside integration pytest tests/integration --ignore=tests/integration/clinic
aside pages pytest tests --ignore=tests/integration --ignore=tests/unit
# Calls are heard in time, whatever else is computed.
gently="nice -n 5"
aside store "$counted" tests/unit/store
# shellcheck disable=SC2086
aside apart "$counted" $apart
# shellcheck disable=SC2086
trap 'kill -INT $pids 2>/dev/null' INT TERM
echo "tests/unit; meanwhile tests/integration, tests/browser and the others (build/*.log)"
# shellcheck disable=SC2046,SC2086
$gently timeout --foreground --signal=INT --kill-after=20 "$limit" \
    "$python" -m $counted -q tests/unit $(printf ' --ignore=%s' tests/unit/store $apart)
told $? unit
failed=$?
for one in $runs; do
    wait "${one#*:}"
    told $? "${one%:*}" || failed=1
    echo "tests, ${one%:*}"
    cat "build/${one%:*}.log"
done
exit $failed
