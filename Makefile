# The same targets serve a person and CI. Each one sets up what it needs: a fresh clone needs no other command first.
# Everything stays inside the checkout: .venv (ours), .venv-engines (the local S3 and DynamoDB), .venv-sam (SAM),
# .venv-runtime (the Lambda runtime client, on the functions' Python), .venv-docs, .venv-checkov,
# .venv-awscli and .venv-localstack (a second S3 for the long tests).

PYTHON ?= python3
PORT ?= 4510
STATE ?= .state
# Empty (make setup PINS=) resolves the newest versions instead of the pinned ones; `make freeze` then writes them down.
PINS ?= --constraint requirements/development.txt
# Two workers fit the smallest CI machine; each starts its own engines.
WORKERS ?= 2
PYTEST_ARGS ?=

# pip's errors and nothing else: its warnings about a machine's own settings would bury ours.
INSTALL := install --quiet --quiet --disable-pip-version-check

BIN := .venv/bin
READY := .venv/.ready
ENGINES_READY := .venv-engines/.ready
DOCS_READY := .venv-docs/.ready
LOCALSTACK_READY := .venv-localstack/.ready

.PHONY: setup check lint types docs shapes test test-clients test-long demo serve bench dist freeze freeze-engines freeze-localstack clean-venv clean

setup: $(READY) $(ENGINES_READY)

$(READY): pyproject.toml requirements/development.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	    echo "Moorage needs Python 3.11 or newer: make PYTHON=/path/to/python3.12"; exit 1; }
	@echo "Setting up .venv: once, about half a minute"
	@$(PYTHON) -m venv .venv || { echo "The venv module is missing: apt-get install python3-venv"; exit 1; }
	@$(BIN)/pip $(INSTALL) $(PINS) --editable '.[dev]'
	@touch $@

$(ENGINES_READY): requirements/engines.txt
	@echo "Setting up .venv-engines (the local S3 and DynamoDB): once, about half a minute"
	@$(PYTHON) -m venv .venv-engines || { echo "The venv module is missing: apt-get install python3-venv"; exit 1; }
	@.venv-engines/bin/pip $(INSTALL) --requirement requirements/engines.txt
	@touch $@

$(DOCS_READY): requirements/docs.txt
	@echo "Setting up .venv-docs (the documentation site): once, about ten seconds"
	@$(PYTHON) -m venv .venv-docs || { echo "The venv module is missing: apt-get install python3-venv"; exit 1; }
	@.venv-docs/bin/pip $(INSTALL) --requirement requirements/docs.txt
	@touch $@

# A second S3, which is stricter in some points: for `make test-long` only. It needs Python 3.12 or newer.
$(LOCALSTACK_READY): requirements/localstack.txt requirements/uv.txt tools/functions_python.sh
	@echo "Setting up .venv-localstack (LocalStack's S3): once, about a minute"
	@$(need_runtime); "$$runtime_bin/python$(RUNTIME)" -m venv .venv-localstack
	@.venv-localstack/bin/pip $(INSTALL) --requirement requirements/localstack.txt
	@touch $@

# --- checks -----------------------------------------------------------------------------------------------------------
# `check-template` belongs to the deployment: it looks at template.yaml (build.mk).
check: lint types docs check-template

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/python tools/adr_index.py --check
	$(BIN)/python tools/prose_lint.py

types: $(READY)
	$(BIN)/mypy

# The site in .build/docs. A broken link or a page that loads something from another host is an error.
docs: $(DOCS_READY)
	@NO_MKDOCS_2_WARNING=1 .venv-docs/bin/mkdocs build --quiet --strict
	@! grep --recursive --include='*.html' --extended-regexp '(<script|<img|<link|@import)[^>]*https?://' .build/docs || { \
	    echo "The pages above load something from another host; the site must work without a network"; exit 1; }

# --- tests ------------------------------------------------------------------------------------------------------------
test: setup
	$(BIN)/pytest -n $(WORKERS) -m "not long and not clients" $(PYTEST_ARGS)

# Docker-family clients and AWS's SDKs against `moorage serve`, and skopeo against a deployed stack (tests/deploy). Installs
# those that are missing: Debian's packages as root, AWS's command line and SDK for JavaScript in the checkout.
test-clients: setup
	@PYTHON=$(PYTHON) tools/install_clients.sh
	$(BIN)/pytest -m clients tests/clients tests/deploy $(PYTEST_ARGS)

test-long: setup $(LOCALSTACK_READY)
	$(BIN)/pytest -n $(WORKERS) -m long $(PYTEST_ARGS)

# --- generated code ---------------------------------------------------------------------------------------------------
# After an upgrade of botocore, or with a new operation: moorage/wire/ecr/model/ and the README's table of operations.
shapes: $(READY)
	@$(BIN)/python -m tools.ecr_model

# --- outside AWS ------------------------------------------------------------------------------------------------------
# demo and serve need no more than Python: neither SAM nor the functions' own Python, which `make setup` asks for.
demo: $(READY) $(ENGINES_READY)
	@$(BIN)/python -m moorage_local.demo

serve: $(READY) $(ENGINES_READY)
	@$(BIN)/moorage serve --port $(PORT) --state $(STATE)

bench: setup
	@$(BIN)/python -m benchmarks

# --- deployment: build, check-template, local-invoke, lock ------------------------------------------------------------
include build.mk

# The wheel and the source distribution in dist/, as the release workflow attaches them.
dist: $(READY)
	@rm -rf dist
	@$(BIN)/python -m build --outdir dist

# --- upkeep -----------------------------------------------------------------------------------------------------------
freeze: setup
	@{ sed -n '/^#/p' requirements/development.txt; $(BIN)/pip freeze --exclude-editable; } > requirements/.new
	@mv requirements/.new requirements/development.txt

# The requirements with hashes of the engines and of LocalStack's S3, from requirements/NAME.in.
freeze-engines: FREEZE_PYTHON := 3.11
freeze-localstack: FREEZE_PYTHON := $(RUNTIME)
freeze-engines freeze-localstack: freeze-%:
	@$(PYTHON) -m venv .venv-uv
	@.venv-uv/bin/pip $(INSTALL) --requirement requirements/uv.txt
	@.venv-uv/bin/uv pip compile --quiet --universal --python-version $(FREEZE_PYTHON) --generate-hashes --no-header \
	    --no-annotate --output-file requirements/.new requirements/$*.in
	@{ sed -n '/^#/p' requirements/$*.txt; cat requirements/.new; } > requirements/.newer
	@mv requirements/.newer requirements/$*.txt; rm requirements/.new

clean-venv:
	rm -rf .venv .venv-engines .venv-sam .venv-checkov .venv-runtime .venv-docs .venv-uv .venv-awscli .venv-localstack .python
	rm -rf tests/clients/javascript/node_modules

clean: clean-venv
	rm -rf .state .build .aws-sam .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	rm -rf build dist moorage.egg-info
