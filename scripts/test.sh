#!/bin/sh
# All tests, in four runs at once: many of them wait for Asterisk, for browsers and other servers.  Ends with 1 when
# any failed.  Each run's share of the coverage is kept apart, for "coverage combine".
cd "$(dirname "$0")/.."
run="${PY:-.venv/bin/python} -m coverage run -m pytest -q"
mkdir -p build
runs=""

aside() { # NAME WHAT...: these tests meanwhile, told of when they are over
    name=$1
    shift
    $run "$@" >"build/$name.log" 2>&1 &
    runs="$runs $name:$!"
    pids="$pids $!"
}

pids=""
aside clinic tests/integration/clinic
aside integration tests/integration --ignore=tests/integration/clinic
aside pages tests --ignore=tests/integration --ignore=tests/unit
# shellcheck disable=SC2086
trap 'kill $pids 2>/dev/null' INT TERM
echo "tests/unit; meanwhile tests/integration, tests/browser and the others (build/*.log)"
nice -n 5 $run tests/unit # calls are heard in time, whatever else is computed
failed=$?
for one in $runs; do
    wait "${one#*:}" || failed=1
    echo "tests, ${one%:*}"
    cat "build/${one%:*}.log"
done
exit $failed
