"""Benchmarks: `python -m tests.benchmarks` measures the program against others in one run. Not part of the tests."""
