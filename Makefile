# Every target calls a script in scripts/, which has more explanations. Some targets pass ARGS="…" on.
# Settings: CONVENE_LISTEN (127.0.0.1:8080), CONVENE_PG_PORT (5455), CONVENE_TEST_PG_PORT (5456),
# CONVENE_BENCH_PG_PORT (5457), CONVENE_PG_CONFIG (a Postgres of your own).

ARGS ?=
.DEFAULT_GOAL := help
.PHONY: help run up down test bench lint docs psql env reset doctor clean

help: ## Explain the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## Set up what is missing and run Convene with demo data until Ctrl-C
	@scripts/up --foreground

up: ## Do the same in the background; return when the service is ready
	@scripts/up

down: ## Stop what `up` started; keep the data
	@scripts/down

test: ## Run all tests, on a separate cluster (ARGS="-p convene-rules", ARGS="--test end_to_end races", …)
	@scripts/test $(ARGS)

bench: ## Run the benchmarks and print their ratios (ARGS: names of benchmarks)
	@scripts/bench $(ARGS)

lint: ## Say which documents are out of date; check format, lints of crates and scripts, dependencies
	@scripts/lint

docs: ## Write anew what is generated: references, lists, examples' output, sql/schema.sql
	@scripts/docs

psql: ## Open psql as superuser on the running database (ARGS="-c 'SELECT 1'")
	@scripts/cluster psql dev -d convene $(ARGS)

env: ## Print exports of the URLs and database addresses: eval "$(make -s env)"
	@scripts/env

reset: ## Drop the database and create it again with demo data
	@scripts/reset

doctor: ## Say what is wrong with this installation, and what to do
	@scripts/doctor

clean: ## Stop everything and delete the private clusters with their data; keep target/
	@scripts/clean
