"""The same four networks against eager PyTorch loops, where PyTorch is installed; it is no dependency."""

import importlib.util
import tempfile
from pathlib import Path

from engine.runtime.build import build
from tests.benchmarks.interleaved import interleaved
from tests.benchmarks.networks import Case, cases
from tests.benchmarks.row import Row, not_measured, versus
from tests.benchmarks.sides import JobSide
from tests.benchmarks.torch_process import TorchProcess, version

REPEATS = 5


def measure() -> list[Row]:
    """Measure the four networks, or say that PyTorch is not there."""
    if importlib.util.find_spec("torch") is None:
        return [not_measured("eager PyTorch", "PyTorch is not installed; it is no dependency")]
    return [row for index, case in enumerate(cases()) for row in _rows(index, case)]


def _rows(index: int, case: Case) -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        job = JobSide(case, Path(folder))
        plain, fused = TorchProcess(index, fused=False), TorchProcess(index, fused=True)
        _require_same_size(case, plain.num_params)
        sides = {"job": job.measure, "plain": plain.measure, "fused": fused.measure}
        found = interleaved(sides, REPEATS)
        for side in (job, plain, fused):
            side.close()
    other = f"torch {version()}"
    return [
        versus(case.name, found["job"], found["plain"], f"{other}, Adam", 1.0),
        versus("    fused Adam", found["job"], found["fused"], f"{other}, Adam(fused)", None),
    ]


def _require_same_size(case: Case, torch_params: int) -> None:
    """The two must be the same network; PyTorch's LSTM alone has a second bias vector, of 4 · 32 numbers."""
    ours = sum(int(variable.numpy().size) for variable in build(case.project).model.trainable_variables)
    spare = 128 if "LSTM" in case.name else 0
    assert torch_params - spare == ours, (case.name, ours, torch_params)
