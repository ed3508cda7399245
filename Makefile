# Every task of a developer or of CI; `make` alone lists them. Each first brings .venv in step with the lock (no-op when it is).
SHELL := /bin/sh
.DEFAULT_GOAL := help
BIN := .venv/bin
RUN := $(BIN)/python
ARGS ?=
# Without cached bytecode every start compiles everything, and the workflow sandbox compiles for every run.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help setup demo test test-fast lint types bench migrate histories storm lock fmt clean

help: ## list the targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "  make %-10s %s\n", $$1, $$2 }'

setup:
	@sh tools/setup.sh

demo: setup ## the whole product with embedded servers and simulated staff; ARGS="--port 8080 --no-sim"
	@$(BIN)/whistle demo $(ARGS)

test: lint types ## everything: lint, types, all test layers
	$(RUN) -m pytest -n 2 --dist loadfile -q -rs $(ARGS)

test-fast: setup ## the layers without servers, in seconds
	$(RUN) -m pytest -n 2 -q -m "not slow" tests/domain tests/contracts tests/architecture $(ARGS)

lint: setup ## ruff, import contracts, our own rules, YAML
	$(BIN)/ruff check -q .
	$(BIN)/lint-imports
	$(RUN) tools/ast_lint.py
	$(BIN)/yamllint --strict docker-compose.yml .pre-commit-config.yaml

types: setup ## mypy --strict
	$(BIN)/mypy

bench: setup ## measure against the budgets; prints a table
	$(RUN) -m bench $(ARGS)

migrate: setup ## bring the database of WHISTLE_DATABASE_OWNER_URL to the newest schema
	$(BIN)/whistle migrate $(ARGS)

histories: setup ## record the workflow histories that later releases must replay
	$(RUN) tools/record_histories.py $(ARGS)

storm: setup ## the kill storm alone, with its count of faults
	$(RUN) -m pytest tests/storm -q -s --timeout 900 $(ARGS)

lock: setup ## resolve the dependencies anew; UPGRADE=1 takes newer versions
	$(RUN) -m uv pip compile -q pyproject.toml --universal --generate-hashes --no-header $(if $(UPGRADE),--upgrade) \
		-o requirements/production.txt
	$(RUN) -m uv pip compile -q pyproject.toml --universal --generate-hashes --no-header $(if $(UPGRADE),--upgrade) \
		--all-extras --group dev -o requirements/development.txt

fmt: setup ## format and fix what can be fixed
	$(BIN)/ruff format .
	$(BIN)/ruff check -q --fix .

clean: ## remove caches and build results; .venv and demo data stay
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist *.egg-info
	find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +
