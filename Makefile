PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.DEFAULT_GOAL := help
.PHONY: help setup run test lint types bench crash soak messages shots lock clean

help:  ## Show what there is
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | sort | awk -F'\t' '{printf "  make %-10s %s\n", $$1, $$2}'

setup: $(STAMP)  ## Set up .venv with the locked dependencies and the enlace command

$(STAMP): requirements.txt pyproject.toml $(wildcard bot/locales/*/LC_MESSAGES/*.po)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed (set PYTHON=...)"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@cmp -s requirements.txt $(VENV)/.requirements || { \
	  echo "Installing the locked dependencies (once)..."; \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt && \
	  cp requirements.txt $(VENV)/.requirements; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@$(BIN)/python -m bot.catalogues compile
	@touch $(STAMP)

run: $(STAMP)  ## Start everything with the demo network; the browser chat is at http://127.0.0.1:8080
	@exec $(BIN)/enlace run --demo

test: $(STAMP)  ## Run the whole test suite
	@$(BIN)/python -m pytest -n 3 --dist worksteal

lint: $(STAMP)  ## Check style, imports between the parts, and the catalogues
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/python -m bot.catalogues check

types: $(STAMP)  ## Check the types
	$(BIN)/mypy

bench: $(STAMP)  ## Measure the goals; ONLY=search runs a part
	@$(BIN)/python -m benchmarks $(ONLY)

crash: $(STAMP)  ## Kill processes wherever it can hurt; SAMPLE=60 so often, ONLY=workers a part
	@$(BIN)/python -m tests.crash $(ONLY) $(if $(SAMPLE),--sample $(SAMPLE))

soak: $(STAMP)  ## Run under steady traffic for 30 minutes; MINUTES=2 to try
	@$(BIN)/python -m tests.crash.soak $(MINUTES)

messages: $(STAMP)  ## Extract, update, check and compile the message catalogues
	$(BIN)/python -m bot.catalogues extract
	$(BIN)/python -m bot.catalogues compile

shots: $(STAMP)  ## Write screenshots of the browser chat to shots/
	@$(BIN)/python -m tests.support.shots

lock: $(STAMP)  ## Lock the dependencies anew
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url \
	  --upgrade --group dev --quiet -o requirements.txt pyproject.toml

clean:  ## Remove what setup and the tests made
	rm -rf $(VENV) build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache shots
