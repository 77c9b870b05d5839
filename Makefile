# Lamppost. Needs Python 3.11 or newer and make; everything else is set up in .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--custom-compile-command "make lock" pyproject.toml
# What every target that runs code reads; a caller may set PYTEST_ARGS="-k vote -x".
PYTEST_ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help run serve test check format bench docs translations lock clean setup setup-dev

help:  ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sort | sed -E 's/:.*## /\t/' | awk -F'\t' '{printf "  make %-14s %s\n", $$1, $$2}'

run: setup  ## Set up everything and serve the site with the demo town at http://localhost:8000
	@$(BIN)/lamppost demo && $(BIN)/lamppost serve

serve: setup  ## Set up everything and serve an empty instance, without the demo town
	@$(BIN)/lamppost serve

test: setup-dev  ## Set up everything and pass all tests (what this machine cannot run is skipped, with a reason)
	@$(BIN)/python -m tools.run_tests $(PYTEST_ARGS)

check: setup-dev  ## Lint, format, types, import contracts, translations, generated docs, spelling
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy src/lamppost
	$(BIN)/lint-imports
	$(BIN)/deptry src
	$(BIN)/python -m tools.translations --check
	$(BIN)/python -m tools.reference --check
	$(BIN)/lamppost manage makemigrations --check --dry-run
	$(BIN)/codespell README.md CHANGELOG.md SECURITY.md docs src tests bench tools

format: setup-dev  ## Put the code into its format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: setup-dev  ## Run the benchmarks (each prints its figures; peers where they are installed)
	@for script in bench/[a-z]*.py; do echo "== $$script"; $(BIN)/python $$script || exit 1; done

docs: setup-dev  ## Write the generated reference pages again
	$(BIN)/python -m tools.reference

translations: setup-dev  ## Collect texts into the catalogues, and compile them
	$(BIN)/python -m tools.translations

lock: setup-dev  ## Resolve the dependencies again and write both lock files
	$(LOCK) --extra setup -o requirements.lock
	$(LOCK) --extra setup --extra dev -o requirements-dev.lock

clean:  ## Remove the environment and caches; what was entered (var/) stays
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist

setup: $(VENV)/.setup  ## Make the environment (.venv) with the locked dependencies

setup-dev: $(VENV)/.setup-dev  ## The same, with what tests and checks need

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Lamppost needs Python 3.11 or newer (make PYTHON=python3.12 …)")'
	@echo "Making the environment in $(VENV) …"
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.setup: $(BIN)/python requirements.lock pyproject.toml
	@echo "Installing the locked dependencies (a minute or two the first time) …"
	@$(PIP) install --require-hashes -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.setup-dev: $(VENV)/.setup requirements-dev.lock
	@echo "Installing what tests and checks need …"
	@$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@
