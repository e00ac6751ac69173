# demo: see the map. test: everything. bench: the figures of BENCHMARKS.md.
SHELL := /bin/bash
.DEFAULT_GOAL := help
LISTEN ?= 127.0.0.1:8080

.PHONY: help demo test web lint test-rust test-browser test-gdal test-clients conformance acceptance-qgis load bench clean

help: ## List what can be made
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: web ## Build everything, make the demo city and serve it on http://127.0.0.1:8080
	cargo run --release -- demo --listen $(LISTEN)

web: static/dist/index.html ## Build the web map into static/dist

static/dist/index.html: $(shell find static -path static/node_modules -prune -o -path static/dist -prune -o -type f -print)
	cd static && npm ci --no-audit --no-fund && npm run build

test: setup lint test-rust test-browser test-gdal test-clients ## All tests, browser and other clients included; installs what they need

.PHONY: setup
setup:
	tools/setup.sh
	tools/setup-browser.sh
	tools/setup-clients.sh

lint: web
	cargo fmt --all --check
	cargo clippy --workspace --all-targets -- -D warnings

test-rust: web
	cargo test --workspace

# The program that the tests link is the one that they try: nothing is built twice.
test-browser: web
	cargo test --workspace --no-run
	cd static && npm run check
	URBANSAFETY_BIN=$(CURDIR)/target/debug/urbansafety node --test tests/browser/*.test.mjs

test-gdal: web
	cargo test --workspace --no-run
	URBANSAFETY_BIN=$(CURDIR)/target/debug/urbansafety tests/gdal.sh

test-clients: web
	cargo test --workspace --no-run
	URBANSAFETY_BIN=$(CURDIR)/target/debug/urbansafety target/clients/bin/python -m pytest -q -p no:cacheprovider tests/clients

conformance: ## OGC's executable test suites against the demo city (needs Java 17 and Maven)
	cargo build
	tests/conformance/run.sh

acceptance-qgis: ## QGIS without a window reads features and tiles; look at target/qgis/map.png
	cargo build
	tests/qgis/acceptance.sh

load: web ## 64 connections for a minute while an import runs, slow clients, oversized requests (needs wrk)
	cargo build --release
	tests/load/load.sh

bench: ## Benchmarks on seeded data; figures with machine and command are in BENCHMARKS.md
	cargo bench --workspace

clean: ## Remove what was built
	rm -rf target static/dist static/node_modules
