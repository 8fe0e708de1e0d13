.DEFAULT_GOAL := help
SHELL := /bin/bash
PORT ?= 8000
BIN := .venv/bin
PY := $(BIN)/python
# The newest of these that is there; Python 3.11 is the floor.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { command -v $$p; break; }; done)
export PORT

.PHONY: run test quick soak bench check pictures lock hooks help

$(BIN)/.run-stamp: requirements.txt
	@test -n "$(PYTHON)" || { echo "orderdesk needs Python 3.11 or newer"; exit 2; }
	@test -x $(PY) || $(PYTHON) -m venv .venv
	@$(PY) -m pip --version >/dev/null 2>&1 || $(PY) -m ensurepip --upgrade >/dev/null
	$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

$(BIN)/.dev-stamp: $(BIN)/.run-stamp requirements-dev.txt
	$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

run: $(BIN)/.run-stamp ## install, migrate, fill the demo, then web + worker + beat on http://localhost:$PORT
	@$(PY) manage.py up || [ $$? = 130 ]  # 130: stopped by Ctrl-C, as meant

test: $(BIN)/.dev-stamp ## what every change must pass: all checks, the whole suite on every database at hand
	@$(PY) tests/run.py test

quick: $(BIN)/.dev-stamp ## the checks and the fast tests on SQLite, under three minutes
	@$(PY) tests/run.py quick

soak: $(BIN)/.dev-stamp ## long races, many kills, long fuzzing
	@$(PY) tests/run.py soak

bench: $(BIN)/.dev-stamp ## speed at 1 M orders on PostgreSQL (TEST_DATABASE_URL)
	@$(PY) -m tests.bench

check: $(BIN)/.dev-stamp ## the checks alone
	@$(PY) tests/run.py check

pictures: $(BIN)/.dev-stamp ## the README's pictures anew, from a demo of their own (needs Chromium)
	@$(PY) tests/pictures.py

lock: ## pin requirements*.in with hashes into requirements*.txt (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes requirements.in -o requirements.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes requirements-dev.in -o requirements-dev.txt

hooks: $(BIN)/.dev-stamp ## run the fast checks before each commit
	git config core.hooksPath .githooks

help: ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | awk -F'\t' '{printf "  make %-8s %s\n", $$1, $$2}'
