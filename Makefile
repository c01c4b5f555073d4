SHELL := /bin/bash
.DEFAULT_GOAL := build
.PHONY: build run test bench format lint packages

ORRERY := .build/release/orrery

## packages: install the one system library that the build needs (Debian, Ubuntu)
packages:
	@pkg-config --exists yaml-0.1 || { \
		echo "installing libyaml-dev"; \
		sudo=$$([ "$$(id -u)" = 0 ] || echo sudo); \
		$$sudo apt-get update -qq && $$sudo apt-get install -y -qq libyaml-dev pkg-config; }

build: packages
	swift build -c release

test: packages
	swift test -c release -Xswiftc -enable-testing

format:
	swift format --in-place --recursive Package.swift Sources Tests

lint:
	swift format lint --strict --recursive Package.swift Sources Tests
