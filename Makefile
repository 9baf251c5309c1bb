# Two commands matter: `make run` and `make test`. `make help` lists the others.

SHELL := /bin/sh
VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	$$p -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
PIP := $(BIN)/python -m pip --disable-pip-version-check
PIP_COMPILE := CUSTOM_COMPILE_COMMAND="make requirements" ../$(BIN)/pip-compile --quiet --strip-extras \
	--no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-emit-options --annotation-style=line
# Pytest: `make test ARGS="tests/config -x"`. Two workers, because a test file must stand alone anyway.
ARGS ?=
WORKERS ?= 2

.DEFAULT_GOAL := help
.PHONY: help run test bench check format install install-test messages requirements clean

help:
	@echo "make run           install what is needed, start everything on 127.0.0.1, print the address"
	@echo "make test          the whole test suite (ARGS=... for pytest, WORKERS=0 for one process)"
	@echo "make check         style, types, layers, migrations, deployment settings, translations"
	@echo "make bench         benchmarks beside a bare viewflow flow and the plain S3 SDK; results in var/bench/"
	@echo "make format        format and sort imports"
	@echo "make messages      collect and compile the texts to translate"
	@echo "make requirements  compile requirements.txt from requirements.in"
	@echo "make clean         remove .venv and caches; data in var/ stay"

run: install
	@exec $(BIN)/python -m config.embedded run

test: install-test
	@exec $(BIN)/python -m config.embedded test -- $(if $(filter-out 0,$(WORKERS)),-n $(WORKERS) --dist loadfile --no-loadscope-reorder) $(ARGS)

bench: install-test
	@exec $(BIN)/python -m config.embedded bench -- $(ARGS)

check: install-test
	@exec $(BIN)/python -m config.quality

format: install-test
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .

messages: install-test
	$(BIN)/python -m config.quality.messages

install: $(VENV)/.installed
install-test: $(VENV)/.installed-tests

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "Lúa needs Python 3.11 or newer with venv (on Debian: apt-get install python3-venv)."; exit 1; }
	@echo "  … creating $(VENV) with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: requirements.txt | $(VENV)/bin/python
	@echo "  … installing requirements.txt ($$(grep -c == requirements.txt) packages; the first time takes a minute or two)"
	@$(PIP) install --requirement requirements.txt
	@touch $@

$(VENV)/.installed-tests: tests/requirements.txt $(VENV)/.installed
	@echo "  … installing tests/requirements.txt"
	@$(PIP) install --requirement tests/requirements.txt
	@touch $@

requirements: install-test
	cd tests && $(PIP_COMPILE) --output-file=../requirements.txt ../requirements.in
	cd tests && $(PIP_COMPILE) --output-file=requirements.txt requirements.in

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
