# Newsloom: `make all` runs the main job, `make test` the tests; `make help` lists the rest.

CARGO ?= cargo
# Articles processed at once; 0 means one per core.
JOBS ?= 0
CARGO_TARGET_DIR ?= target
export CARGO_TARGET_DIR
NEWSLOOM := $(CARGO_TARGET_DIR)/release/newsloom
WALK := $(CARGO_TARGET_DIR)/release/examples/walk
# Where the development sets and their scorers lie, for `make eval`.
EVAL ?= ../shared

.DEFAULT_GOAL := help
.PHONY: all build query test test-faults test-long test-readers check fmt clippy bench bench-quick walk eval \
        verify clean help

all: build ## Build and run the main job: raw/ to tables in outputs/
	$(NEWSLOOM) run --jobs $(JOBS)

build: ## Build the program (release, without polars)
	$(CARGO) build --release --locked --package newsloom

query: ## Build `newsloom query` and `newsloom summary` (polars: several minutes)
	$(CARGO) build --release --locked --package newsloom-query

test: ## Run all tests
	$(CARGO) test --workspace --locked

test-faults: ## Kill runs at every call, fail each, fill the disk (Linux, root, strace)
	$(CARGO) test --release --locked --package newsloom --test faults
	NEWSLOOM_DAMAGE_POSITIONS=1500 $(CARGO) test --release --locked --package newsloom \
		--test engine

test-long: ## Compare thousands of random sequences of changes with clean builds
	NEWSLOOM_MODEL_SEQUENCES=3000 $(CARGO) test --release --locked --package newsloom \
		--test model -- --nocapture

test-readers: all ## Read the tables with Python's polars, pandas and DuckDB
	python3 -m venv .venv
	.venv/bin/pip install --quiet --requirement tests/readers/requirements.txt
	.venv/bin/python tests/readers/check.py

check: fmt clippy test ## What CI checks: format, lints, tests

fmt:
	$(CARGO) fmt --all --check

clippy:
	$(CARGO) clippy --workspace --all-targets --locked -- --deny warnings
	$(CARGO) clippy --package newsloom --test faults --locked -- --deny warnings

eval: build ## Score the program on the development sets of $(EVAL)/eval, where they are there
	python3 benches/eval.py $(EVAL) $(NEWSLOOM)

bench: build walk ## Measure builds and re-runs against their floors (an hour or more; 10 GB of disk)
	python3 benches/bench.py $(NEWSLOOM) $(WALK)

bench-quick: build walk ## The same on a corpus small enough for a few minutes
	python3 benches/bench.py $(NEWSLOOM) $(WALK) --quick

walk:
	$(CARGO) build --release --locked --package newsloom --example walk

verify: build ## Check the published tables: hashes, schema, keys, spans
	$(NEWSLOOM) verify

clean: ## Remove what was built and published
	$(CARGO) clean
	rm -rf .newsloom .venv

help: ## List these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
