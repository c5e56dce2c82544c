#!/bin/sh
# Rewrites requirements*.lock from pyproject.toml; run it after changing a dependency.
set -e
cd "$(dirname "$0")/.."
"${PIP_COMPILE:-pip-compile}" -q --generate-hashes --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --strip-extras --allow-unsafe -o requirements-build.lock scripts/build.in 
"${PIP_COMPILE:-pip-compile}" -q --generate-hashes --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --strip-extras --allow-unsafe --extra dev -o requirements.lock pyproject.toml
