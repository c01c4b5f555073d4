SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help packages slurm build run test api bench format lint results manual

ORRERY := .build/release/orrery

help: ## list the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

packages: ## install the system libraries that the build needs (Debian, Ubuntu)
	@pkg-config --exists yaml-0.1 sqlite3 || { \
		echo "installing libyaml-dev and libsqlite3-dev"; \
		sudo=$$([ "$$(id -u)" = 0 ] || echo sudo); \
		$$sudo apt-get update -qq && $$sudo apt-get install -y -qq libyaml-dev libsqlite3-dev pkg-config; }

build: packages ## build the orrery command, optimised
	swift build -c release --product orrery

run: build ## BERT attention at 64K tokens on FuseMax, FLAT and unfused: terminal and Results/attention-64k.html
	$(ORRERY) study run Studies/attention-64k.yaml --output Results

slurm: ## install Slurm for the tests of study submit, where it can be had
	@PATH=$$PATH:/usr/sbin command -v slurmctld >/dev/null || { \
		echo "installing slurm-wlm and munge"; \
		sudo=$$([ "$$(id -u)" = 0 ] || echo sudo); \
		$$sudo apt-get update -qq && $$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq slurm-wlm munge; } || \
		echo "Slurm cannot be installed: its tests will be skipped"

test: packages slurm ## run all tests, optimised (debug simulations are 20 to 45 times slower)
	swift test -c release -Xswiftc -enable-testing

manual: packages ## write the manual pages to .build/manual
	swift package generate-manual --multi-page
	@rm -rf .build/manual && cp -r .build/plugins/GenerateManual/outputs/OrreryCLI .build/manual
	@ls .build/manual

api: packages ## renew Docs/API.txt, the listing of the library's public declarations
	ORRERY_RENEW_API=1 swift test -c release -Xswiftc -enable-testing --filter PublicAPITests

results: build ## run every shipped study again and rewrite Results/
	@for study in Studies/*.yaml; do $(ORRERY) study run $$study --output Results || exit $$?; done
	$(ORRERY) scoreboard --output Results

bench: packages ## measure kernels beside C++, whole runs, random programs and fuzzing, in a few minutes
	@command -v valgrind >/dev/null && command -v strip >/dev/null || { \
		echo "installing valgrind and binutils"; \
		sudo=$$([ "$$(id -u)" = 0 ] || echo sudo); \
		$$sudo apt-get update -qq && $$sudo apt-get install -y -qq valgrind binutils; } || \
		echo "valgrind cannot be installed: instructions will not be counted"
	swift run -c release --package-path Benchmarks orrery-bench

format: ## format the sources in place
	swift format --in-place --recursive Package.swift Sources Tests Examples Benchmarks

lint: ## report what the formatter would change
	swift format lint --strict --recursive Package.swift Sources Tests Examples Benchmarks
