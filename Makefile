# The two commands: `make run` starts the program, `make test` passes the tests. Each sets up what it needs.

# Qt and TensorFlow are tested in different processes, as they run: a thread of TensorFlow's that collects garbage would
# else destroy widgets. A worker that dies fails the run at once.
PYTEST = QT_QPA_PLATFORM=offscreen .venv/bin/python -m pytest -n 2 --dist loadgroup --max-worker-restart 0 -q

.PHONY: run test bench recordings pictures setup constraints

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
	$(PYTEST) --ignore=tests/engine --ignore=tests/contracts
	$(PYTEST) tests/engine tests/contracts

bench:
	@sh setup.sh test
	QT_QPA_PLATFORM=offscreen .venv/bin/python -m tests.benchmarks

# trains the examples and writes the recorded runs that they open with
recordings:
	@sh setup.sh test
	.venv/bin/python -m engine.runtime.record

# makes every picture of the README anew, off screen
pictures:
	@sh setup.sh test
	.venv/bin/glassbox shot build --project digits --train 300 --out resources/pictures/build-dark.png
	.venv/bin/glassbox shot train --project digits --train 600 --theme light --out resources/pictures/train-light.png
	.venv/bin/python -m app.explain.kernels_film digits --out resources/pictures/kernel-sliding.gif
	.venv/bin/glassbox film brackets --view gates --play 4-27 --size 1280x720 --out resources/pictures/gates.gif
	.venv/bin/glassbox lab descent --every 2 --state '{"noise": 10}' --size 720x640 --out resources/pictures/descent.gif

setup:
	@sh setup.sh test

constraints:
	uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --no-header --no-annotate -o constraints.txt
