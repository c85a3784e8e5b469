"""How many threads TensorFlow gets: one for small networks, every core for heavy ones.

More threads cost a small network more than they bring, and one leaves the other cores to the window. The number is a
function of the project alone (on one machine), because sums are added up in another order with another number: so a run
keeps its bits however it was started.
"""

import os

import psutil

from engine.project import Project
from engine.shapes import Inference, infer

VARIABLE = "GLASSBOX_THREADS"  # what a user sets stands above the rule
# Multiply-adds of one training batch, forwards. On two cores a second thread brought nothing sure below 40 million (0.8
# to 1.4 times the steps, LSTM(32) lost) and 1.2 to 2.1 times from 120 million on, convolutions, dense and recurrent.
HEAVY = 100_000_000


def chosen() -> int:
    """What the environment says; 0 where it says nothing that is a number of threads."""
    text = os.environ.get(VARIABLE, "")
    return int(text) if text.isascii() and text.isdigit() else 0


def every_core() -> int:
    """How many there are, for work that is always heavy."""
    return psutil.cpu_count() or 1


def wanted(project: Project, inference: Inference | None = None) -> int:
    """Return the threads for training this project on this machine.

    Args:
        inference: of the project's graph, where it is known already.
    """
    if given := chosen():
        return given
    work = (inference or infer(project.graph)).multiply_adds * project.plan.batch_size
    return every_core() if work >= HEAVY else 1
