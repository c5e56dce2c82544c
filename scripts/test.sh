#!/bin/sh
# All tests, in four runs at once: many of them wait for Asterisk, for browsers and other servers.  Ends with 1 when
# any failed.  Coverage is counted of tests/unit alone: elsewhere the daemon runs as it does in a clinic, and what
# watches each line would take a third of two cores.
# A run that is not over after LIMIT seconds is told to stop what it started, then killed, and named as failed.
cd "$(dirname "$0")/.."
python=${PY:-.venv/bin/python}
limit=${LIMIT:-1800}
mkdir -p build
runs=""
pids=""

aside() { # NAME WHAT...: these tests meanwhile, told of when they are over
    name=$1
    shift
    timeout --signal=INT --kill-after=20 "$limit" "$python" -m pytest -q "$@" >"build/$name.log" 2>&1 &
    runs="$runs $name:$!"
    pids="$pids $!"
}

told() { # CODE NAME: says so when that run was ended by its limit
    case $1 in 124 | 137) echo "tests, $2: not over after $limit s, so it was ended" ;; esac
    return "$1"
}

aside clinic tests/integration/clinic
aside integration tests/integration --ignore=tests/integration/clinic
aside pages tests --ignore=tests/integration --ignore=tests/unit
# shellcheck disable=SC2086
trap 'kill -INT $pids 2>/dev/null' INT TERM
echo "tests/unit; meanwhile tests/integration, tests/browser and the others (build/*.log)"
# Calls are heard in time, whatever else is computed.
nice -n 5 timeout --foreground --signal=INT --kill-after=20 "$limit" "$python" -m coverage run -m pytest -q tests/unit
told $? unit
failed=$?
for one in $runs; do
    wait "${one#*:}"
    told $? "${one%:*}" || failed=1
    echo "tests, ${one%:*}"
    cat "build/${one%:*}.log"
done
exit $failed
