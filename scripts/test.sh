#!/bin/sh
# All tests, in three runs at once: what waits for Asterisk and other servers leaves its core to the others.
# Ends with 1 when any failed.  Each run's share of the coverage is kept apart, for "coverage combine".
cd "$(dirname "$0")/.."
run="${PY:-.venv/bin/python} -m coverage run -m pytest -q"
mkdir -p build
$run tests/integration/clinic >build/clinic.log 2>&1 &
clinic=$!
$run tests/integration --ignore=tests/integration/clinic >build/integration.log 2>&1 &
integration=$!
trap 'kill $clinic $integration 2>/dev/null' INT TERM
echo "tests, without tests/integration: that runs meanwhile (build/clinic.log, build/integration.log)"
nice -n 5 $run tests --ignore=tests/integration # calls are heard in time, whatever else is computed
failed=$?
wait $integration || failed=1
echo "tests/integration, without tests/integration/clinic"
cat build/integration.log
wait $clinic || failed=1
echo "tests/integration/clinic"
cat build/clinic.log
exit $failed
