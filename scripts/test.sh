#!/bin/sh
# All tests, in two runs at once: what waits for Asterisk leaves a core to the others.  Ends with 1 when either failed.
# Each run's share of the coverage is kept apart, for "coverage combine".
cd "$(dirname "$0")/.."
run="${PY:-.venv/bin/python} -m coverage run -m pytest -q"
calls="tests/integration/clinic tests/integration/routing"
mkdir -p build
# shellcheck disable=SC2086
$run $calls >build/integration.log 2>&1 &
asterisk=$!
trap 'kill $asterisk 2>/dev/null' INT TERM
echo "tests, without $calls: these run meanwhile (build/integration.log)"
# Nice: calls are heard in time, whatever else is computed.
nice -n 5 $run tests --ignore=tests/integration
others=$?
echo "the rest of tests/integration"
$run tests/integration --ignore=tests/integration/clinic --ignore=tests/integration/routing
rest=$?
wait $asterisk
integration=$?
echo "$calls"
cat build/integration.log
[ $others -eq 0 ] && [ $rest -eq 0 ] && [ $integration -eq 0 ]
