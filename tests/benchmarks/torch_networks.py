"""The four networks of the step race in PyTorch, and their eager training loops."""

import time
from typing import Any

import numpy as np
import torch
from torch import nn

from tests.benchmarks.networks import CLASSES, FEATURES, SLICE, Case


class LastOutput(nn.Module):
    """An LSTM that gives out its state after the last step."""

    def __init__(self) -> None:
        super().__init__()
        self.lstm = nn.LSTM(FEATURES, 32, batch_first=True)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """x (batch, time, feature) to (batch, unit)."""
        return self.lstm(x)[0][:, -1]


def network(index: int) -> nn.Module:
    """The same network as the case of this index, channels first."""
    return nn.Sequential(*(_points, _digits, _lenet, _series)[index]())


def _points() -> list[nn.Module]:
    return [nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 8), nn.Tanh(), nn.Linear(8, 1)]


def _digits() -> list[nn.Module]:
    first = [nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)]
    second = [nn.Conv2d(16, 16, 3, padding=1), nn.ReLU(), nn.Flatten()]
    return [*first, *second, nn.Dropout(0.25), nn.Linear(256, 10)]


def _lenet() -> list[nn.Module]:
    first = [nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2)]
    second = [nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten()]
    return [*first, *second, nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10)]


def _series() -> list[nn.Module]:
    return [LastOutput(), nn.Linear(32, CLASSES)]


class TorchSide:
    """An eager loop as people write it for data that fit in memory: no loader, a permutation per epoch, Adam.

    Validates after every epoch, as the other sides do; keeps the loss of every step on the device until then.

    Args:
        fused: PyTorch's one-kernel Adam instead of its default.
    """

    def __init__(self, index: int, case: Case, *, fused: bool) -> None:
        torch.manual_seed(0)
        self._model = network(index)
        rate = float(case.project.plan.optimizer_values.get("learning_rate", 0.001))
        self._optimizer = torch.optim.Adam(self._model.parameters(), lr=rate, eps=1e-7, fused=fused or None)
        self._train, self._validation = (_tensors(case.data.part(name)) for name in ("train", "validation"))
        is_binary = self._train[1].dtype == torch.float32
        self._loss: Any = nn.BCEWithLogitsLoss() if is_binary else nn.CrossEntropyLoss()
        self._batch_size = case.project.plan.batch_size
        self.losses: list[torch.Tensor] = []
        self.measure(1.0)

    @property
    def num_params(self) -> int:
        """Numbers that are trained."""
        return sum(parameter.numel() for parameter in self._model.parameters())

    def measure(self, seconds: float = SLICE) -> float:
        """Steps per second over whole epochs that fill a slice of time."""
        began, steps = time.perf_counter(), 0
        while time.perf_counter() - began < seconds:
            steps += self._epoch()
        return steps / (time.perf_counter() - began)

    def _epoch(self) -> int:
        x, y = self._train
        self._model.train()
        losses = []
        for batch in torch.randperm(len(x)).split(self._batch_size):
            self._optimizer.zero_grad()
            loss = self._loss(self._model(x[batch]), y[batch])
            loss.backward()
            self._optimizer.step()
            losses.append(loss.detach())
        self._model.eval()
        with torch.no_grad():
            validation = self._loss(self._model(self._validation[0]), self._validation[1])
        self.losses = [torch.stack(losses), validation]
        return len(losses)


def _tensors(part: tuple[np.ndarray, np.ndarray]) -> tuple[torch.Tensor, torch.Tensor]:
    x, y = part
    if x.ndim == 4:
        x = np.ascontiguousarray(x.transpose(0, 3, 1, 2))
    labels = y[:, None].astype(np.float32) if y.max() == 1 else y.astype(np.int64)
    return torch.from_numpy(x), torch.from_numpy(labels)
