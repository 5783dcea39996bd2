# Commands for a fresh machine: `make generate`, `make test`, `make test-all`. Each sets up what it needs.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
TOOLS := tests/tools
BENCHMARKS := tests/benchmarks
LOCKS := locks
# No address of a registry is written: whoever installs chooses one.
COMPILE := $(VENV)/audit/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--custom-compile-command 'make lock' --no-emit-index-url --no-emit-find-links $(UPGRADE)
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check
# Without the last option, files with many tests would start first, not those that take long (tests/conftest.py).
IN_PARALLEL := --numprocesses auto --dist loadfile --no-loadscope-reorder
# Every package by its hash, then this one itself, which brings nothing.
INSTALL_LOCKED := $(PIP_INSTALL) --require-hashes --requirement
INSTALL_ITSELF := $(PIP_INSTALL) --no-deps --no-build-isolation --editable .

.PHONY: generate check-output test test-all check format demo manual sources benchmark fuzz lock audit clean help

help: ## What there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

generate: $(VENV)/.generator ## Write output/ from specs/
	$(BIN)/callsheet generate

check-output: $(VENV)/.generator ## Fail if output/ is not what specs/ gives
	$(BIN)/callsheet check

test: $(VENV)/.development $(TOOLS)/node_modules/.installed ## Run the tests that take minutes together
	$(BIN)/python -m pytest $(IN_PARALLEL) -m 'not slow'

test-all: $(VENV)/.development $(TOOLS)/node_modules/.installed system-packages ## Run every test, the slowest files listed at the end
	$(BIN)/python -m pytest $(IN_PARALLEL) --durations 25

check: $(VENV)/.development ## Format, lint, types, wording
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	PYTHONPATH=tests $(BIN)/python -m support.wording

format: $(VENV)/.development ## Put the code in form
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

demo: $(VENV)/.development $(TOOLS)/node_modules/.installed ## Local mock up, collection run by Newman, mock down
	@$(BIN)/python tests/tools/demo.py

manual: $(VENV)/.development ## Write the generated parts of docs/
	PYTHONPATH=tests $(BIN)/python -m support.manual

sources: $(VENV)/.development ## The embedded description against its sources; PUBLISHED=FILE is the publisher's, ALL=1 lists all
	@PYTHONPATH=tests $(BIN)/python -m sources$(if $(ALL), --all)$(if $(PUBLISHED), --published '$(PUBLISHED)')

benchmark: $(VENV)/.development $(TOOLS)/node_modules/.installed $(BENCHMARKS)/node_modules/.installed ## Figures beside the leading converter
	$(BIN)/python $(BENCHMARKS)/speed.py
	$(BIN)/python $(BENCHMARKS)/site.py
	$(BIN)/python $(BENCHMARKS)/corpus.py

SECONDS ?= 60
fuzz: $(VENV)/.development $(VENV)/.fuzzing ## Each target of tests/fuzzing for SECONDS=60
	PYTHONPATH=tests $(BIN)/python -m fuzzing --seconds $(SECONDS) $(TARGETS)

lock: $(VENV)/.audit ## Pin all of Python's packages, by hash; UPGRADE=--upgrade takes newer ones
	@mkdir -p $(LOCKS)
	$(COMPILE) --group build --output-file $(LOCKS)/generator.txt pyproject.toml
	$(COMPILE) --group build --extra mock --extra dev --constraint $(LOCKS)/generator.txt --output-file $(LOCKS)/development.txt pyproject.toml
	$(COMPILE) --group audit --output-file $(LOCKS)/audit.txt
	$(COMPILE) --group fuzzing --output-file $(LOCKS)/fuzzing.txt

audit: $(VENV)/.audit ## Look for known vulnerabilities; exits with 77 where nothing could be looked up
	PYTHONPATH=tests $(BIN)/python -m support.auditing

clean: ## Remove what these commands set up
	rm -rf $(VENV) $(TOOLS)/node_modules $(BENCHMARKS)/node_modules reports

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo 'Python 3.11 or newer is needed; name it with PYTHON=…' >&2; exit 2; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.generator: pyproject.toml $(LOCKS)/generator.txt | $(VENV)/bin/python
	$(INSTALL_LOCKED) $(LOCKS)/generator.txt
	$(INSTALL_ITSELF)
	@touch $@

$(VENV)/.development: pyproject.toml $(LOCKS)/development.txt | $(VENV)/bin/python
	$(INSTALL_LOCKED) $(LOCKS)/development.txt
	$(INSTALL_ITSELF)
	@touch $@ $(VENV)/.generator

# Apart from what they look at.
$(VENV)/.audit: $(LOCKS)/audit.txt | $(VENV)/bin/python
	$(PYTHON) -m venv $(VENV)/audit
	$(VENV)/audit/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement $<
	@touch $@

# Atheris has no wheel for every machine; Hypothesis runs everywhere.
$(VENV)/.fuzzing: $(LOCKS)/fuzzing.txt | $(VENV)/bin/python
	-$(INSTALL_LOCKED) $<
	@touch $@

# `npm ci` refuses the tools' lock: postman-cli names binaries of other platforms that the registry doesn't have.
%/node_modules/.installed: %/package.json %/package-lock.json
	@command -v npm >/dev/null || { echo 'Node.js 20 or newer with npm is needed.' >&2; exit 2; }
	cd $* && npm install --no-save --loglevel=error
	@touch $@

# curl and ps run the samples, chromium opens the site; only where they are missing and apt can bring them.
.PHONY: system-packages
system-packages:
	@missing=''; \
	command -v curl >/dev/null || missing="$$missing curl"; \
	command -v ps >/dev/null || missing="$$missing procps"; \
	command -v chromium >/dev/null || missing="$$missing chromium"; \
	if [ -n "$$missing" ]; then \
	  if command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then apt-get update -qq && apt-get install -y -qq $$missing; \
	  else echo "Please install:$$missing" >&2; exit 2; fi; fi
