#!/bin/sh
# All tests, in two runs at once: what waits for Asterisk leaves a core to the others.  Ends with 1 when either failed.
# Each run's share of the coverage is kept apart, for "coverage combine".
cd "$(dirname "$0")/.."
run="${PY:-.venv/bin/python} -m coverage run -m pytest -q"
long="tests/integration/clinic tests/integration/routing"
mkdir -p build
# shellcheck disable=SC2086
$run $long >build/integration.log 2>&1 &
asterisk=$!
trap 'kill $asterisk 2>/dev/null' INT TERM
echo "tests, without $long: these run meanwhile (build/integration.log)"
$run tests --ignore=tests/integration/clinic --ignore=tests/integration/routing
others=$?
wait $asterisk
integration=$?
echo "$long"
cat build/integration.log
[ $others -eq 0 ] && [ $integration -eq 0 ]
