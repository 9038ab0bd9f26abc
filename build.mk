# Building and deploying: included by the Makefile. SAM, checkov and the Lambda runtime client each get a virtual
# environment of their own, because their pins clash with ours and with each other.

# The functions' runtime; template.yaml names the same (tests/template checks it).
RUNTIME := 3.13
ARCHITECTURE ?= arm64
BUILD_DIR ?= .aws-sam/build
# Names of files in events/; empty: one for each function.
EVENTS ?=

SAM := SAM_CLI_TELEMETRY=0 .venv-sam/bin/sam
SAM_READY := .venv-sam/.ready
CHECKOV_READY := .venv-checkov/.ready
RUNTIME_READY := .venv-runtime/.ready

# The functions' Python of this machine; where it has none, uv installs one in .python.
need_runtime = runtime_bin="$$(PYTHON=$(PYTHON) tools/functions_python.sh $(RUNTIME) "$(CURDIR)")" || exit 1

.PHONY: build check-template local-invoke lock

setup: $(SAM_READY) $(RUNTIME_READY)

$(SAM_READY): requirements/sam.txt
	@echo "Setting up .venv-sam (SAM's command line): once, about half a minute"
	@$(PYTHON) -m venv .venv-sam
	@.venv-sam/bin/pip $(INSTALL) --requirement requirements/sam.txt
	@touch $@

$(CHECKOV_READY): requirements/checkov.txt
	@echo "Setting up .venv-checkov (the template's second linter): once, about half a minute"
	@$(PYTHON) -m venv .venv-checkov
	@.venv-checkov/bin/pip $(INSTALL) --requirement requirements/checkov.txt
	@touch $@

$(RUNTIME_READY): requirements/runtime.txt requirements/uv.txt tools/functions_python.sh
	@$(need_runtime); "$$runtime_bin/python$(RUNTIME)" -m venv .venv-runtime
	@.venv-runtime/bin/pip $(INSTALL) --requirement requirements/runtime.txt
	@touch $@

# What goes to AWS: the functions, and the two Lambda layers pruned and byte-compiled (layers/*/Makefile).
build: $(SAM_READY)
	@$(need_runtime); PATH="$$runtime_bin:$$PATH" \
	    $(SAM) build --build-dir $(BUILD_DIR) --parameter-overrides Architecture=$(ARCHITECTURE)

check-template: $(SAM_READY) $(CHECKOV_READY)
	@$(SAM) validate --lint
	@LOG_LEVEL=CRITICAL .venv-checkov/bin/checkov --config-file .checkov.yaml --file template.yaml

# The built functions in containers, on the embedded engines: sam local invoke with files of events/.
local-invoke: setup
	@PYTHONPATH=. $(BIN)/python tools/sam-local/invoke.py $(EVENTS)

# Newest third-party packages for the Lambda layer, with hashes.
lock: $(RUNTIME_READY)
	.venv-runtime/bin/pip $(INSTALL) pip-tools
	cd layers/dependencies && ../../.venv-runtime/bin/pip-compile --quiet --upgrade --generate-hashes --strip-extras \
	    --no-header --no-emit-index-url --no-emit-find-links --no-emit-trusted-host \
	    --output-file requirements.txt requirements.in
