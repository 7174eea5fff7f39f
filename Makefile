# The only entry points. Everything lives in .venv; nothing is installed outside it, but for a browser for the tests.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.set-up
PEERS := $(VENV)/.peers

.DEFAULT_GOAL := help
.PHONY: help setup run test check format bench browser

help:  ## Say what there is to do
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: $(STAMP)  ## Make .venv with everything for running and testing

$(STAMP): requirements.txt requirements-dev.txt requirements-scale.txt
	@$(PYTHON) -c 'import sys; sys.exit("The atlas needs Python 3.11 or newer, this is " + sys.version) if sys.version_info < (3, 11) else None'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

run: $(STAMP)  ## Serve the atlas on http://127.0.0.1:8501
	$(BIN)/streamlit run atlas_app.py

browser: $(STAMP)  ## Find a Chromium for the browser tests, or install Debian's where that is allowed
	@$(BIN)/python tools/find_browser.py --install

# Two browsers at a time, each with a server of its own; what starts worker processes runs alone.
test: $(STAMP) browser  ## Run every test, the browser's too
	$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist worksteal -m "not browser and not workers"
	$(BIN)/python -m pytest -n 2 --dist loadfile -m browser tests/browser
	$(BIN)/python -m pytest -m workers tests/bulk

check: $(STAMP)  ## Lint, types, imports, docs, data
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest tests/house
	$(BIN)/python -m app data check --json > /dev/null

format: $(STAMP)  ## Lay out the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

$(PEERS): requirements-bench.txt $(STAMP)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-bench.txt
	@touch $@

bench: $(STAMP) $(PEERS) browser  ## Measure the atlas and its engine beside their peers; writes bench/results/
	$(BIN)/python -m bench all
