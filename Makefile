# Everything a newcomer types. `make` alone prints this list.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
EDX := .cairn-edx
EDX_READY := $(EDX)/.ready
CHROMIUM_NAMES := chromium chromium-browser google-chrome google-chrome-stable
PACKAGES := lti_tool tests migrations
PYTEST := $(BIN)/python -m pytest
ARGS ?=
# Compiled modules are kept: every command here starts several Python processes.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help setup setup-edx chromium try test check bench bench-growth bench-learning format journeys conformance lock migration wheel clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-15s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(READY) ## Make .venv with everything locked in requirements.lock (instant when nothing changed)

$(READY): requirements.lock pyproject.toml
	@.ci/setup $(VENV) requirements.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --editable .
	@touch $@

try: setup ## A practice LMS, the tool and a class at work: opens three addresses, stays until Ctrl-C
	@$(BIN)/lti-tool try $(ARGS)

test: check chromium setup-edx ## Everything: format, lint, types, contracts, and all tests
	@$(PYTEST) -n 2 --dist loadfile -m "not journey and not edx and not serial" $(ARGS)
	@$(PYTEST) -m "serial or edx" $(ARGS)
	@$(PYTEST) -n 2 --dist loadfile -m journey $(ARGS)

check: setup ## Format, lint, types, import contracts, templates
	@$(BIN)/ruff format --check --quiet $(PACKAGES)
	@$(BIN)/ruff check --quiet $(PACKAGES)
	@$(BIN)/mypy --no-error-summary -p lti_tool
	@PYTHONPATH=tests $(BIN)/lint-imports
	@$(BIN)/djlint templates --lint --quiet

journeys: setup chromium ## Only the journeys in a real browser
	@$(PYTEST) -m journey $(ARGS)

conformance: setup setup-edx ## Only the LTI cases and the road against an independent platform
	@$(PYTEST) tests/conformance tests/edx $(ARGS)

bench: setup ## Launches, answers, pages and grades per second, against floors measured in the same run
	@PYTHONPATH=tests $(BIN)/python -m tests.benchmarks.road $(ARGS)

bench-growth: setup ## The same work with 10 and with 100,000 platforms, courses and enrolments; ARGS=--postgres
	@PYTHONPATH=tests $(BIN)/python -m tests.benchmarks.growth $(ARGS)

bench-learning: setup ## What the learning engine reaches, in tables; with BENCH=DIR against outside programs
	@PYTHONPATH=tests $(BIN)/python -m tests.benchmarks.learning $(if $(BENCH),--bench $(BENCH)) $(ARGS)

format: setup ## Put the code into its one format
	@$(BIN)/ruff format $(PACKAGES)
	@$(BIN)/ruff check --fix --quiet $(PACKAGES)

chromium:
	@for name in $(CHROMIUM_NAMES); do command -v $$name >/dev/null && exit 0; done; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  echo "Installing Chromium for the journeys ..."; \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends chromium >/dev/null; \
	else \
	  echo "The journeys need Chromium. On Debian or Ubuntu: sudo apt-get install chromium" >&2; exit 1; \
	fi

setup-edx: $(EDX_READY)

$(EDX_READY): tests/edx/requirements.lock
	@.ci/setup $(EDX) tests/edx/requirements.lock
	@touch $@

lock: setup ## Choose versions anew and write both lock files
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --upgrade --group dev --all-extras pyproject.toml \
	  --generate-hashes --no-emit-index-url --no-annotate --no-header -o requirements.lock
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --upgrade tests/edx/requirements.in \
	  --generate-hashes --no-emit-index-url --no-annotate --no-header -o tests/edx/requirements.lock

migration: setup ## Write the schema step for changed tables: make migration WHAT="what changes"
	@test -n "$(WHAT)" || { echo 'Say what changes: make migration WHAT="grades have comments"' >&2; exit 2; }
	@folder=$$(mktemp -d); $(BIN)/python -m lti_tool.store.migrating "sqlite:///$$folder/before.db" "$(WHAT)"; rm -r "$$folder"

wheel: setup ## Build dist/cairn_lti-*.whl
	@$(BIN)/uv build --quiet --wheel --out-dir dist
	@ls dist/*.whl

clean: ## Remove what make made (the data in var/ stays)
	rm -rf $(VENV) $(EDX) dist build test-results .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
