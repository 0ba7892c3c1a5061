# `make run` and `make test` set up all they need; both are quick the second time.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
CLIENT := clients/typescript

.PHONY: help run test check unit journeys fuzz bench client client-types demo demo-remove format clean

help:
	@echo "make run          start Focus at http://localhost:8501"
	@echo "make demo         add demonstration people with a year of sessions"
	@echo "make demo-remove  take them away again"
	@echo "make test         run every check"
	@echo "make fuzz         make up ten thousand requests to the API"
	@echo "make bench        measure every goal of its speed (ten minutes; PARTS=... for some)"
	@echo "make client-types fit the TypeScript client to the API"
	@echo "make format       put the code in order"

run: $(VENV)/.installed
	@exec $(BIN)/python -m focus_core run

demo: $(VENV)/.installed
	@$(BIN)/python -m focus_core demo

demo-remove: $(VENV)/.installed
	@$(BIN)/python -m focus_core demo --remove

test: check unit journeys
	@echo "focus: every check passed"

check: $(VENV)/.installed-dev
	@echo "focus: lint, format, types, import rules"
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

# The app is started some twenty times: what Python compiled once is kept, whatever the shell says.
unit journeys fuzz: export PYTHONDONTWRITEBYTECODE :=

unit: $(VENV)/.installed-dev client
	@$(BIN)/python -m tests.programs redis-server
	@echo "focus: unit, database, service and page tests"
	@$(BIN)/python -m pytest -q -n 2 -m "not browser and not fuzz"

journeys: $(VENV)/.installed-dev
	@$(BIN)/python -m tests.programs redis-server chromium
	@echo "focus: journeys in a real browser"
	@$(BIN)/python -m pytest -q -n 2 -m browser

fuzz: $(VENV)/.installed-dev
	@echo "focus: ten thousand requests made up from the API's document (some minutes)"
	@$(BIN)/python -m pytest -q -m fuzz

bench: $(VENV)/.installed-dev
	@$(BIN)/python -m tests.programs chromium
	@$(BIN)/python -m tests.benchmarks $(PARTS)

client: $(CLIENT)/node_modules/.installed

client-types: $(VENV)/.installed-dev client
	@$(BIN)/python -c 'import json; from focus_core import config; from focus_core.api import app; \
	  print(json.dumps(app.make_api(config.read_settings()).openapi()))' | npm --prefix $(CLIENT) run --silent generate

format: $(VENV)/.installed-dev
	@$(BIN)/ruff check --fix --quiet .
	@$(BIN)/ruff format --quiet .

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .schemathesis
	rm -rf $(CLIENT)/node_modules $(CLIENT)/dist

$(VENV)/.made:
	@echo "focus: making a Python environment in $(VENV)"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "focus: Python 3.11 or newer is needed; name one with PYTHON=..."; exit 1; }
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.installed: $(VENV)/.made requirements.txt
	@echo "focus: installing what it runs on (a minute the first time)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed requirements-dev.txt
	@echo "focus: installing what checks it"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

$(CLIENT)/node_modules/.installed: $(CLIENT)/package.json $(CLIENT)/package-lock.json | $(VENV)/.installed-dev
	@$(BIN)/python -m tests.programs node npm
	@echo "focus: installing what the TypeScript client is made with"
	@npm --prefix $(CLIENT) ci --no-audit --no-fund --silent
	@touch $@
