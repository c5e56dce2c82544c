#!/bin/sh
# All tests, in two runs at once: what waits for Asterisk leaves a core to the others.  Ends with 1 when either failed.
# Each run's share of the coverage is kept apart, for "coverage combine".
cd "$(dirname "$0")/.."
run="${PY:-.venv/bin/python} -m coverage run -m pytest -q"
mkdir -p build
$run tests/integration >build/integration.log 2>&1 &
asterisk=$!
trap 'kill $asterisk 2>/dev/null' INT TERM
echo "tests, without tests/integration: that runs meanwhile (build/integration.log)"
$run tests --ignore=tests/integration
others=$?
wait $asterisk
integration=$?
echo "tests/integration"
cat build/integration.log
[ $others -eq 0 ] && [ $integration -eq 0 ]
