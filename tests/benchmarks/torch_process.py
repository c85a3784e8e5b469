"""A PyTorch side in a process of its own: two compilers of LLVM, PyTorch's and TensorFlow's, do not share one.

`python -m tests.benchmarks.torch_process INDEX plain|fused` measures once for every line it reads.
"""

import importlib.metadata
import subprocess
import sys
from pathlib import Path

from engine import threads

ROOT = Path(__file__).resolve().parents[2]


class TorchProcess:
    """The eager loop of one case, ready to be measured.

    Args:
        index: of the case in `networks.cases()`.
        fused: PyTorch's one-kernel Adam instead of its default.

    Attributes:
        num_params: numbers that are trained.
    """

    def __init__(self, index: int, *, fused: bool) -> None:
        command = [sys.executable, "-m", "tests.benchmarks.torch_process", str(index), "fused" if fused else "plain"]
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, bufsize=1, cwd=ROOT)
        self.num_params = int(self._answer())

    def measure(self) -> float:
        """Steps per second over a slice of time."""
        assert self._process.stdin is not None
        self._process.stdin.write("\n")
        return float(self._answer())

    def close(self) -> None:
        """End the process."""
        self._process.communicate()

    def _answer(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"the process of PyTorch ended with status {self._process.wait()}")
        return line


def version() -> str:
    """PyTorch's version."""
    return importlib.metadata.version("torch")


def _serve(index: int, fused: bool) -> None:
    import torch

    from tests.benchmarks.networks import cases
    from tests.benchmarks.torch_networks import TorchSide

    number = threads.chosen() or 1
    torch.set_num_threads(number)
    torch.set_num_interop_threads(number)
    side = TorchSide(index, cases()[index], fused=fused)
    print(side.num_params, flush=True)
    for _ in sys.stdin:
        print(side.measure(), flush=True)


if __name__ == "__main__":
    _serve(int(sys.argv[1]), sys.argv[2] == "fused")
