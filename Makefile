# make demo: the whole loop on a made-up person.   make test: all tests.   Both install what they need.
VENV ?= .venv
BIN = $(VENV)/bin
JOBS ?= 2

.PHONY: demo test check docs man pictures package bench bench-quick conformance clean

demo:
	@scripts/setup.sh
	@$(BIN)/timeblock demo

test:
	@scripts/setup.sh test
	@scripts/servers.sh
	$(BIN)/pytest -q -n $(JOBS) --cov --cov-report=

check:
	@scripts/setup.sh test check
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/coverage report --skip-covered --sort=cover
	$(BIN)/coverage report --include='timeblock/core/*,timeblock/codecs/*' --fail-under=95 --format=total

docs:
	@scripts/setup.sh docs
	$(BIN)/sphinx-build -q -W --keep-going docs docs/_build/html
	@$(BIN)/sphinx-build -q -W -b man docs docs/_build/man
	@cmp -s docs/_build/man/timeblock.1 man/timeblock.1 || { echo "man/timeblock.1 is not of this program: make man" >&2; exit 1; }
	@echo "docs/_build/html/index.html"

man:
	@scripts/setup.sh docs
	@$(BIN)/sphinx-build -q -W -b man docs man
	@rm -rf man/.doctrees

bench:
	@scripts/setup.sh test
	@for b in bench/bench_*.py; do echo "== $$b"; $(BIN)/python $$b || exit 1; done
	@echo "== bench.planner"; $(BIN)/python -m bench.planner --quick
	@echo "== bench.reasons"; $(BIN)/python -m bench.reasons --seeds 2 --weeks 1
	@$(BIN)/python -m bench.table && echo "docs/performance.md"

bench-quick:
	@scripts/setup.sh test
	@$(BIN)/python bench/bench_reading.py --quick

pictures:
	@scripts/setup.sh test
	@$(BIN)/python scripts/pictures.py

package:
	@scripts/setup.sh package
	@scripts/package.sh

conformance:
	@scripts/setup.sh test
	@test -n "$(CASES)" || { echo "which cases? make conformance CASES=folder (its form: bench/conformance.py)" >&2; exit 2; }
	@$(BIN)/python bench/conformance.py "$(CASES)"

clean:
	rm -rf $(VENV) docs/_build .coverage .pytest_cache .mypy_cache .ruff_cache .hypothesis
