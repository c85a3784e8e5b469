# The two commands: `make run` starts the program, `make test` passes the tests. Each sets up what it needs.

.PHONY: run test bench setup constraints

run:
	@sh setup.sh run
	@if [ -n "$$DISPLAY$$WAYLAND_DISPLAY" ] || [ "$$(uname)" != Linux ]; then \
		.venv/bin/glassbox; \
	else \
		echo "There is no display, so the default project is trained here in the terminal."; \
		.venv/bin/glassbox train digits --export; \
	fi

test:
	@sh setup.sh test
	.venv/bin/ruff check app engine tests
	.venv/bin/ruff format --check app engine tests
	.venv/bin/mypy
	QT_QPA_PLATFORM=offscreen .venv/bin/python -m pytest -n 2 --dist loadgroup -q

bench:
	@sh setup.sh test
	QT_QPA_PLATFORM=offscreen .venv/bin/python -m tests.benchmarks

setup:
	@sh setup.sh test

constraints:
	uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --no-header --no-annotate -o constraints.txt
