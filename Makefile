# Two commands on a fresh machine: `make demo` and `make test`. Python 3.11 or newer is all they need.
# Every command is printed before it runs, so that each can be typed without make.
#
#   make demo            harvest, read, compare, write the page and serve it (SERVE=0 stops before serving)
#   make test            lint, types, tests on all processors (WORKERS=0: one after another, in one process), coverage
#   make exam            all examinations in one go: faults, abuse, load, a clean install; says how many, how long, what failed
#   make audit           the pinned versions against the list of known vulnerabilities
#   make bench           time everything (SIZE records to read, LARGE light studies for pages); nothing of it is a test
#   make docs            write db/schema.sql, db/data-dictionary.md, docs/commands.md, lay out long expressions and note what each needs
#   make clean           remove the environment and everything that was built

PYTHON ?= python3
VENV ?= .venv
SERVE ?= 1
SIZE ?= 10000
LARGE ?= 100000
WORKERS ?= auto
BIN := $(VENV)/bin

ifeq ($(SERVE),0)
DEMO_OPTIONS := --no-serve
else
DEMO_OPTIONS := --serve
endif

.PHONY: demo test lint types pytest exam audit bench docs clean
.DELETE_ON_ERROR:

demo: $(VENV)/.installed
	$(BIN)/trialside demo $(DEMO_OPTIONS)

test: lint types pytest

lint: $(VENV)/.installed-for-tests
	$(BIN)/ruff check .

types: $(VENV)/.installed-for-tests
	$(BIN)/mypy

pytest: $(VENV)/.installed-for-tests
	$(BIN)/python -m pytest -q -m "not exam" -n $(WORKERS) --maxprocesses 8 --dist worksteal --cov --cov-report=term

exam: $(VENV)/.installed-for-tests
	$(BIN)/python -m tests.exam

audit: $(BIN)/python
	test -x $(VENV)/audit/bin/pip-audit || $(PYTHON) -m venv $(VENV)/audit
	test -x $(VENV)/audit/bin/pip-audit || $(VENV)/audit/bin/python -m pip install --quiet --disable-pip-version-check pip-audit
	@if $(VENV)/audit/bin/pip-audit --strict --no-deps --disable-pip --requirement constraints.txt 2>$(VENV)/audit/log; then cat $(VENV)/audit/log >&2; \
	elif grep -qiE 'could not (connect|be audited)|(client|server) error|Traceback|Tip: your network' $(VENV)/audit/log; then \
		echo "Nothing was audited: the list of known vulnerabilities could not be reached. The end of $(VENV)/audit/log:" \
			"$$(tail -n 1 $(VENV)/audit/log)" >&2; exit 1; \
	else cat $(VENV)/audit/log >&2; exit 1; fi

bench: $(VENV)/.installed-for-tests
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[bench]"
	$(BIN)/python -m bench --size $(SIZE) --large $(LARGE)

docs: $(VENV)/.installed-for-tests
	$(BIN)/python -m harvester.docs
	$(BIN)/python -m harvester.text.expressions.layout
	$(BIN)/python -m harvester.text.expressions.traits

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage

$(BIN)/python:
	@command -v $(PYTHON) >/dev/null || { echo "trialside needs Python 3.11 or newer, and $(PYTHON) is not there. Install it, or name yours: make PYTHON=/path/to/python3" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "trialside needs Python 3.11 or newer, and this is " + sys.version.split()[0] + ". Name a newer one: make PYTHON=/path/to/python3")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: $(BIN)/python pyproject.toml constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	$(BIN)/python -m compileall -q harvester
	@touch $@

$(VENV)/.installed-for-tests: $(BIN)/python pyproject.toml constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[test]"
	$(BIN)/python -m compileall -q harvester
	@touch $@ $(VENV)/.installed
