# make demo    set everything up and show the main job live   (make demo ONCE=1 ends by itself)
# make test    set everything up and run every check
# make soak    2,000 calls while ccd is killed, cut off and locked out (SOAK="--seed 7 --calls 200": see --help)
# make bench   print figures, as ratios against a baseline of the same run
.PHONY: help demo test setup format lint types layers unit integration coverage bench soak lock clean
.DEFAULT_GOAL := help

PY := .venv/bin/python

help:
	@sed -n 's/^# make/make/p' Makefile

setup:
	@sh scripts/setup.sh

demo: setup
	@$(PY) -m tests.demo $(if $(ONCE),--once)

test: setup format lint layers
	@$(MAKE) --no-print-directory -j2 types coverage

format:
	@$(PY) -m ruff format --check .

lint:
	@$(PY) -m ruff check .

types:
	@$(PY) -m mypy

layers:
	@.venv/bin/lint-imports --no-logo

# All tests; coverage is that of tests/unit alone.
coverage:
	@$(PY) -m coverage erase
	@PY=$(PY) sh scripts/test.sh
	@$(PY) -m coverage combine -q
	@$(PY) -m coverage report --fail-under=90

unit: setup
	@$(PY) -m pytest -q tests/unit

integration: setup
	@$(PY) -m pytest -q tests/integration tests/browser

bench: setup
	@$(PY) -m tests.bench

soak: setup
	@$(PY) -m tests.soak $(SOAK)

lock: setup
	@sh scripts/lock.sh

clean:
	@rm -rf .venv .cache .coverage* .mypy_cache .ruff_cache .pytest_cache .hypothesis
