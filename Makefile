# Every target is one script in scripts/, which says more. ARGS="…" is passed on where it makes sense.
# Settings: CONVENE_LISTEN (127.0.0.1:8080), CONVENE_PG_PORT (5455), CONVENE_TEST_PG_PORT (5456),
# CONVENE_BENCH_PG_PORT (5457), CONVENE_PG_CONFIG (a Postgres of your own).

ARGS ?=
.DEFAULT_GOAL := help
.PHONY: help run up down test bench lint psql env reset doctor clean

help: ## Explain the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## Set up what is missing and run Convene with demo data until Ctrl-C
	@scripts/up --foreground

up: ## The same in the background: returns when the service is ready
	@scripts/up

down: ## Stop what `up` started; the data stays
	@scripts/down

test: ## Run every test on a cluster of its own (ARGS="-p convene-rules", ARGS="--test booking", …)
	@scripts/test $(ARGS)

bench: ## Run the benchmarks and print their ratios (ARGS: which)
	@scripts/bench $(ARGS)

lint: ## Check format and lints of all crates and scripts
	@scripts/lint

psql: ## Open psql as superuser on the running database (ARGS="-c 'SELECT 1'")
	@scripts/cluster psql dev -d convene $(ARGS)

env: ## Print exports of the URLs and database addresses: eval "$(make -s env)"
	@scripts/env

reset: ## Drop the database and make it anew with demo data
	@scripts/reset

doctor: ## Tell what is wrong with this installation, and what to do
	@scripts/doctor

clean: ## Stop everything and delete the private clusters with their data; keeps target/
	@scripts/clean
