# `make` or `make help` lists the targets.
WEB_PORT ?= 8000
SANDBOX_PORT ?= 8100
ARGS ?=
PYTHON_VENV := .venv/bin/python
export WEB_PORT SANDBOX_PORT
# Compiling everything anew in each process would take longer than many a command itself.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help setup setup-demo demo demo-reset test lint fmt bench lock messages screenshots

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

setup: ## Create .venv with everything for running, testing and linting
	@devkit/setup.sh dev

setup-demo:
	@devkit/setup.sh demo

demo: setup-demo ## Run the whole product here (WEB_PORT=8000 SANDBOX_PORT=8100, DATABASE_URL, REDIS_URL)
	@exec $(PYTHON_VENV) -m devkit.demo

demo-reset: setup-demo ## Wipe the demo's data
	@exec $(PYTHON_VENV) -m devkit.demo reset

test: setup ## Run all tests on embedded Postgres and Redis (ARGS="botapp -k refund")
	@exec $(PYTHON_VENV) -m pytest -n 4 --dist loadgroup --no-loadscope-reorder $(ARGS)

lint: setup ## Style, types, import directions, migrations, deployment settings
	@exec $(PYTHON_VENV) -m devkit.lint

fmt: setup ## Format the code and apply the safe fixes
	@$(PYTHON_VENV) -m ruff check --fix-only --quiet .
	@$(PYTHON_VENV) -m ruff format .

bench: setup ## Measure (ARGS passes through)
	@exec $(PYTHON_VENV) -m bench $(ARGS)

lock: setup ## Pin the newest versions that requirements*.in allow (needs uv)
	@command -v uv >/dev/null || { echo "make lock: uv is needed (pip install uv)" >&2; exit 1; }
	@for name in requirements requirements-demo requirements-dev requirements-oracle; do \
		uv pip compile --quiet --upgrade --universal --python-version 3.11 --no-header --no-annotate \
			$$name.in --output-file $$name.txt || exit 1; \
	done
	@git --no-pager diff --stat -- 'requirements*.txt'

messages: setup ## Collect and compile the translations
	@exec $(PYTHON_VENV) -m devkit.messages

screenshots: setup ## Take the pictures of the README anew
	@exec $(PYTHON_VENV) -m devkit.screenshots
