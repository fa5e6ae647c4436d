# make quickstart   documents to a tuned, evaluated student, offline, in minutes
# make test         what every change must pass
# make golden       write the composed recipes of tests/golden again, after a change that was meant
# make embedded-student   rebuild the small model that ships in the package
#
# PYTHON names the interpreter that .venv is made with (3.11 or newer): make test PYTHON=python3.13

PYTHON ?= python3
BIN := .venv/bin
# What tells one interpreter from another.
WHICH := import sys; print(sys.base_prefix, sys.version)

.PHONY: quickstart test lint types golden embedded-student clean FORCE

quickstart: .venv/.installed
	$(BIN)/synthforge recipes=quickstart

test: lint types
	$(BIN)/python -m pytest

lint: .venv/.installed-dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: .venv/.installed-dev
	$(BIN)/mypy

golden: .venv/.installed-dev
	$(BIN)/python tests/test_conf.py

embedded-student: .venv/.installed
	$(BIN)/python -m embedded_student.train

clean:
	rm -rf .venv build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis

# Made once, and again when PYTHON names another interpreter; the stamps below are inside it and go with it.
.venv/pyvenv.cfg: FORCE
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "synthforge needs Python 3.11 or newer; '$(PYTHON)' is not. Name another: make PYTHON=python3.12 ..." >&2; \
	  exit 1; }
	@if [ "$$($(PYTHON) -c '$(WHICH)')" != "$$($(BIN)/python -c '$(WHICH)' 2>/dev/null)" ]; then \
	  echo "making .venv with $(PYTHON)"; rm -rf .venv; \
	  $(PYTHON) -m venv .venv || { rm -rf .venv; exit 1; }; fi

.venv/.installed: .venv/pyvenv.cfg pyproject.toml constraints.txt
	$(BIN)/python -m pip install --disable-pip-version-check -c constraints.txt -e .
	@touch $@

.venv/.installed-dev: .venv/pyvenv.cfg pyproject.toml constraints.txt
	$(BIN)/python -m pip install --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@ .venv/.installed

FORCE:
