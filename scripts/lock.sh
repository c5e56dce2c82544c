#!/bin/sh
# Rewrites requirements*.lock from pyproject.toml and scripts/build.in; run it after changing a dependency.
#   requirements.lock      what ccd needs to run        requirements-dev.lock    that, and all its tests need
#   requirements-build.lock  what builds the package
set -e
cd "$(dirname "$0")/.."
[ -x .cache/lock/bin/pip-compile ] || { python3 -m venv .cache/lock; .cache/lock/bin/pip install -q pip-tools==7.6.2; }
lock() {
    .cache/lock/bin/pip-compile -q --generate-hashes --no-emit-index-url --no-emit-find-links \
        --no-emit-trusted-host --strip-extras --allow-unsafe "$@"
}
lock -o requirements-build.lock scripts/build.in
lock --extra dev -o requirements-dev.lock pyproject.toml
lock -c requirements-dev.lock -o requirements.lock pyproject.toml
