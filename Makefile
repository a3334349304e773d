# 随办 Suiban. `make` lists what there is to make.

PYTHON ?= python3
SUIBAN_HOME ?= $(CURDIR)/.suiban
export SUIBAN_HOME

BACKEND := $(SUIBAN_HOME)/backend/bin
BOT := $(SUIBAN_HOME)/bot/bin
SETUP := $(PYTHON) -m backend.launch.setup
CHECKED := backend integrations intents bot tests
TYPED := backend integrations $(if $(wildcard intents/*.py),intents)
COVERAGE := $(BACKEND)/python -m pytest --cov --cov-append --cov-report=
# A file's tests stay together: they share servers and what is written in them.
SIDE_BY_SIDE := --numprocesses 2 --dist loadfile

.NOTPARALLEL:
.DEFAULT_GOAL := help
.PHONY: help run chat logs bench evaluate test environments lint style types model unit bot-tests contract flows format clean requirements

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: ## set up what is missing, then start everything (Ctrl-C stops it)
	@$(SETUP) backend bot
	@exec $(BACKEND)/python -m backend.launch.run

chat: ## talk to the running product as a made-up citizen (AS=1 picks one)
	@$(SETUP) backend
	@exec $(BACKEND)/python -m backend.terminal $(if $(AS),--as $(AS)) $(if $(PHONE),--phone $(PHONE))

logs: ## follow the log of every process
	@tail -n 5 -F $${DATA_DIR:-$(SUIBAN_HOME)/data}/logs/*.log

bench: ## measure, print a table, write JSON
	@$(SETUP) backend bot test
	@exec $(BACKEND)/python -m tests.load

evaluate: ## measure what the assistant understands, beside plain Rasa
	@$(SETUP) backend bot
	@$(BACKEND)/python -m intents evaluate

test: environments lint model unit bot-tests contract flows ## every check, fast ones first, then the coverage
	@$(BACKEND)/python -m coverage report --skip-empty

environments:
	@$(SETUP) backend bot test bot-test
	@rm -f .coverage

lint: style types ## style and types of the code, and the sentences

style:
	@$(SETUP) backend test
	$(BACKEND)/ruff check $(wildcard $(CHECKED))
	$(BACKEND)/ruff format --check $(wildcard $(CHECKED))
	$(BACKEND)/python -m intents lint
	$(BACKEND)/python -m backend.matters check
	$(BACKEND)/python -m backend.policies check

types:
	@$(SETUP) backend test
	$(BACKEND)/mypy $(TYPED)

model: ## train the assistant that the tests talk to; what is embedded for it serves other tests, too
	@$(SETUP) bot
	@MODELS_DIR="$(SUIBAN_HOME)/test-model" DATA_DIR="$(CURDIR)/.pytest_cache/bot" $(BOT)/python -W ignore -m bot.training

unit: ## tests that need no server
	@$(SETUP) backend test
	$(COVERAGE) $(SIDE_BY_SIDE) tests/unit

bot-tests: ## tests of the assistant, in its own environment
	@$(SETUP) bot bot-test
	$(BOT)/python -m pytest tests/bot

contract: ## departments and their gateways, held to one contract
	@$(SETUP) backend test
	$(COVERAGE) $(SIDE_BY_SIDE) tests/contract

flows: ## whole journeys against real processes
	@$(SETUP) backend bot test
	$(COVERAGE) tests/flows

format: ## put the code into shape
	@$(SETUP) backend test
	$(BACKEND)/ruff check --fix $(wildcard $(CHECKED))
	$(BACKEND)/ruff format $(wildcard $(CHECKED))

clean: ## remove everything that was generated, the data too
	rm -rf "$(SUIBAN_HOME)" .coverage .pytest_cache .mypy_cache .ruff_cache .hypothesis

COMPILE = UV_CUSTOM_COMPILE_COMMAND="make requirements" "$(SUIBAN_HOME)/boot/bin/uv" pip compile --quiet \
	--python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links $(UPGRADE)

requirements: ## pin requirements/*.in anew (UPGRADE=--upgrade for newer versions)
	@$(SETUP) backend
	cd requirements && $(COMPILE) --universal boot.in -o boot.txt
	cd requirements && $(COMPILE) --universal backend.in -o backend.txt
	cd requirements && $(COMPILE) --universal -c backend.txt test.in -o test.txt
	cd requirements && $(COMPILE) --override bot-overrides.txt bot.in -o bot.txt
	cd requirements && $(COMPILE) --override bot-overrides.txt -c bot.txt bot-test.in -o bot-test.txt
