# Two commands: `make run` and `make test`. Needs Python 3.11 or later, pip, git and make; everything else goes into .venv.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run test lint types format test-spark test-webhooks bench chaos openapi clean
MAKEFLAGS += --no-print-directory

# Where it is set, every start would compile all imports anew, which takes seconds.
unexport PYTHONDONTWRITEBYTECODE

BIN := .venv/bin
UV = env -u VIRTUAL_ENV -u UV_PYTHON $(SYSTEM_CERTS) UV_PROJECT_ENVIRONMENT=.venv UV_PYTHON_DOWNLOADS=never $(BIN)/uv
SYSTEM_CERTS = $(if $(wildcard /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt),UV_SYSTEM_CERTS=true)
UV_VERSION = $(shell sed -n '/^name = "uv"$$/{n;s/^version = "\(.*\)"$$/\1/p;}' uv.lock)

# Install what uv.lock pins. uv does not know pip's settings (a mirror, a proxy's certificate): where uv cannot reach the
# index, pip installs the same files, checked by the same hashes.
define install
@$(UV) sync --locked --inexact $(1) || { echo "uv could not; now by pip, with pip's settings"; \
  $(UV) export --locked --quiet --no-emit-project --no-header --no-annotate $(1) --output-file .venv/requirements.txt \
  && $(BIN)/python -m pip install --require-hashes --requirement .venv/requirements.txt \
  && $(UV) sync --locked --inexact --offline $(1); }
endef

# A virtual environment remembers where it was made: one that came along in a copied folder is made anew.
ifneq ($(shell test -x $(BIN)/python && cat .venv/.place),$(CURDIR))
.PHONY: .venv/.place
endif

help: ## list what can be made
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' Makefile | while IFS='|' read -r name what; do printf '%-18s %s\n' "$$name" "$$what"; done

run: .venv/.runtime ## serve on HOST and PORT (127.0.0.1:8000), with an embedded PostgreSQL unless DATABASE_URL is given
	@exec $(BIN)/tierbook serve

# One more than there are processors: tests wait for PostgreSQL and for servers a quarter of their time.
WORKERS ?= $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1)

test: lint types ## lint, types, import contracts, all tests on a real PostgreSQL (TEST_DATABASE_URL names another)
	@$(BIN)/pytest -n $(WORKERS) --dist worksteal

lint: .venv/.dev ## ruff and the import contracts
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check .
	@$(BIN)/lint-imports --no-logo

types: .venv/.dev ## mypy --strict
	@$(BIN)/mypy

format: .venv/.dev ## let ruff mend what it can
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format .

test-spark: .venv/.dev ## the same rulebooks on Spark; needs Java 17 or later
	@command -v java >/dev/null || { echo "make test-spark: no Java on the PATH; install a JRE 17 or later" >&2; exit 1; }
	$(call install,--extra spark)
	@$(BIN)/pytest -m spark tests/spark

test-webhooks: .venv/.dev ## what receivers on Node verify with; needs Node, npm and its registry
	@command -v npm >/dev/null || { echo "make test-webhooks: no npm on the PATH; install Node 18 or later" >&2; exit 1; }
	@$(BIN)/pytest -m npm tests/webhooks

bench: .venv/.dev ## measure side by side with what we compare ourselves to
	$(call install,--group bench)
	@$(BIN)/python -m bench

chaos: .venv/.dev ## kill processes, stop PostgreSQL, misbehave as receivers: is what is promised of events kept? (minutes)
	@$(BIN)/python -m chaos

openapi: .venv/.runtime ## write openapi/openapi.json
	@$(BIN)/tierbook openapi --output openapi/openapi.json

clean: ## remove the virtual environment and the caches; the data in TIERBOOK_HOME stays
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

.venv/.runtime: .venv/.place pyproject.toml uv.lock
	@echo "Installing what uv.lock pins"
	$(call install,--no-dev)
	@touch $@

.venv/.dev: .venv/.place pyproject.toml uv.lock
	@echo "Installing what uv.lock pins, tools for development included"
	$(call install)
	@touch .venv/.runtime $@

.venv/.place:
	@found=; for python in "$${PYTHON:-python3}" python3.11 python3.12 python3.13 python3.14 python; do \
	  if "$$python" -c 'import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then found=$$python; break; fi; \
	done; \
	if [ -z "$$found" ]; then echo "Tierbook needs Python 3.11 or later with venv (Debian: apt-get install python3-venv); name one: make PYTHON=/path/to/python3.11" >&2; exit 1; fi; \
	echo "Making .venv with $$("$$found" -V)"; \
	rm -rf .venv && "$$found" -m venv .venv && $(BIN)/python -m pip install --quiet --disable-pip-version-check "uv==$(UV_VERSION)"
	@pwd -P > $@
