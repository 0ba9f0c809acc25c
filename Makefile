# Everything a newcomer needs, from Python 3.11 to 3.13 alone. The same targets run in CI.
#
#   make demo    the whole loop on the sample market, once; no key, account or .env file
#   make test    the tests, on all cores
#   make lint    rules, format, types, directions of imports, lock files
#   make audit   the search for leaks on twenty random walks; ends badly when one is found
#   make bench   the benchmarks; each prints a ratio against a named reference
#   make lock    write requirements/*.txt anew from pyproject.toml (asks the package index)

PYTHON ?= python3
PY := .venv/bin/python
STAMP := .venv/.installed
COMPILE := .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --fork-strategy fewest \
	--generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate \
	--custom-compile-command 'make lock' pyproject.toml

.PHONY: setup demo test lint audit bench lock
.DELETE_ON_ERROR:

setup: $(STAMP)

$(STAMP): requirements/dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' || { \
		echo "Python 3.11, 3.12 or 3.13 is needed, and $(PYTHON) is another. Run: make $(MAKECMDGOALS) PYTHON=python3.12" >&2; \
		exit 2; }
	$(PYTHON) -m venv .venv
	$(PY) -m pip install --quiet --no-compile --require-hashes --requirement requirements/dev.txt
	$(PY) -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $(STAMP)

demo: setup
	@$(PY) -m bellwether demo

test: setup
	$(PY) -m pytest --numprocesses auto $(PYTEST_ARGS)

lint: setup
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	.venv/bin/lint-imports
	$(PY) -m pytest --quiet tests/architecture/test_lock_files.py

audit: setup
	$(PY) -m bellwether audit leak --seeds 20

# NEWS=headlines.csv.gz adds what needs real headlines, FINBERT_MODEL=folder with it what needs a model.
bench: setup
	@set -e; for file in features/build features/lookahead store/size_of_a_year; do \
		echo "== benchmarks/$$file.py"; $(PY) benchmarks/$$file.py; done
	@if [ -n "$(NEWS)" ]; then echo "== benchmarks/store/kill_import.py"; \
		$(PY) benchmarks/store/kill_import.py "$(NEWS)"; \
		else echo "== skipped without NEWS: benchmarks/store/kill_import.py"; fi
	@if [ -n "$(NEWS)" ] && [ -n "$$FINBERT_MODEL" ]; then echo "== benchmarks/sentiment/finbert_throughput.py"; \
		$(PY) benchmarks/sentiment/finbert_throughput.py "$$FINBERT_MODEL" "$(NEWS)"; \
		else echo "== skipped without NEWS and FINBERT_MODEL: benchmarks/sentiment/finbert_throughput.py"; fi

lock: setup
	$(COMPILE) --extra embedded --extra pipeline --extra train --group dev --output-file requirements/dev.txt
	$(COMPILE) --constraint requirements/dev.txt --output-file requirements/core.txt
	$(COMPILE) --constraint requirements/dev.txt --extra embedded --output-file requirements/embedded.txt
	$(COMPILE) --constraint requirements/dev.txt --extra pipeline --output-file requirements/pipeline.txt
	$(COMPILE) --constraint requirements/dev.txt --extra train --output-file requirements/train.txt
