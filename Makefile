# Two commands matter: make demo, make test. Both set themselves up.
PYTHON ?= python3
BIN := .venv/bin
LOANS ?= 100000
PORT ?= 8000

# What Python compiled is kept, also where the environment would have every process compile anew.
export PYTHONDONTWRITEBYTECODE =

.PHONY: help setup extras demo test check fix bench nightly lock dev

help:
	@echo "make demo     an invented lender's book turned into today's agenda, and served"
	@echo "make test     every test but the long ones"
	@echo "make setup    prepare .venv (the others do it too)"
	@echo "make extras   also what calls can use: telephone, browser headset, recogniser (0.5 GB)"
	@echo "make check    lint, types, floors, generated pages; writes nothing"
	@echo "make fix      format, and write the generated pages anew"
	@echo "make bench    speed and memory beside references, 1 and 10 million loans"
	@echo "make nightly  the long tests"
	@echo "make lock     choose the newest allowed versions and lock them"

setup:
	@$(PYTHON) tools/setup.py runtime

extras: setup
	@$(PYTHON) tools/setup.py extras

dev:
	@$(PYTHON) tools/setup.py dev

demo: setup
	@$(BIN)/forbear demo --home demo/home --loans $(LOANS) --port $(PORT)

test: dev
	@$(PYTHON) tools/debian.py
	@$(PYTHON) tools/node.py
	@# Tables here are tiny; commands that tests run in processes of their own use all processors.
	@POLARS_MAX_THREADS=1 $(PYTHON) tools/scratch.py $(BIN)/python -m pytest -n 2 --dist worksteal

check: dev
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python tools/reference.py --check

fix: dev
	@$(BIN)/ruff check --fix-only
	@$(BIN)/ruff format
	@$(BIN)/python tools/reference.py

bench: dev
	@$(BIN)/python tools/bench.py

nightly: dev extras
	@$(PYTHON) tools/debian.py nightly
	@$(PYTHON) tools/node.py
	@$(PYTHON) tools/scratch.py $(BIN)/python -m pytest -m nightly -n 2 --dist worksteal

lock: dev
	@$(BIN)/python tools/lock.py
