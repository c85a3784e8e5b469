"""Kernel history: one kernel at moments spread over its run, so that one sees how it was learned."""

from collections.abc import Generator
from pathlib import Path

import numpy as np

from engine.errors import UserError
from engine.run_folder import Manifest, RunFolder
from engine.runtime.explain.kernels import FILTER
from engine.runtime.explain.spec import LAYER, Answer, Explainer, Question
from engine.runtime.jobs import Report, Turn
from engine.runtime.moment import Moment

MOST = 13  # epoch 0 to 12

Kept = tuple[int, np.ndarray, float]  # step, kernel (kernel row, kernel column, channel), bias


def _run(question: Question) -> Generator[Report, Turn, Answer]:
    """One kernel at up to 13 kept moments: all epochs where they are that few, else spread evenly.

    Arrays: `kernels` (moment, kernel row, kernel column, channel); `biases` (moment,).
    Facts: `steps` of the moments; `epochs`, whole numbers, null where a moment is none; `layer`, `filter`.
    """
    name, info = question.layer_and_name(question.values["layer"], ("conv2d",), "convolution")
    number = min(question.values["filter"], info.shape[-1] - 1)
    per_epoch = question.moment.info.steps_per_epoch if question.moment.info is not None else 0
    kept: list[Kept] = []
    for manifest in spread(_manifests(question), per_epoch):
        yield Report()
        found = _kept(question, manifest.step, name, number)
        kept += [found] if found is not None else []
    kept = kept or [_kernel(question.moment, name, number)]
    steps = [step for step, _, _ in kept]
    arrays = {
        "kernels": np.stack([kernel for _, kernel, _ in kept]),
        "biases": np.array([bias for _, _, bias in kept], np.float32),
    }
    epochs = [0 if step == 0 else _epoch(step, per_epoch) for step in steps]
    return Answer(arrays, {"steps": steps, "epochs": epochs, "layer": name, "filter": number})


def _epoch(step: int, per_epoch: int) -> int | None:
    return step // per_epoch if per_epoch and step % per_epoch == 0 else None


def _manifests(question: Question) -> list[Manifest]:
    run = RunFolder(Path(question.folder)) if question.folder else None
    return run.checkpoints() if run is not None and run.exists else []


def spread(manifests: list[Manifest], per_epoch: int) -> list[Manifest]:
    """At most 13 moments of a run: the ends of its epochs, or any where it has fewer than three of those."""
    ends = [manifest for manifest in manifests if per_epoch and manifest.step % per_epoch == 0]
    among = ends if len(ends) > 2 else manifests
    if len(among) <= MOST:
        return among
    return [among[round(at)] for at in np.linspace(0, len(among) - 1, MOST)]


def _kept(question: Question, step: int, name: str, number: int) -> Kept | None:
    """The kernel at a checkpoint; None where that is damaged, or was thinned away while the training runs on."""
    try:
        moment = question.shelf.moment(question.moment.project, question.folder, step)
    except UserError:
        return None
    return _kernel(moment, name, number)


def _kernel(moment: Moment, name: str, number: int) -> Kept:
    found = moment.of_layer(name)
    bias = float(found["bias"][number]) if "bias" in found else 0.0
    return moment.step, found["kernel"][..., number], bias


KERNEL_HISTORY = Explainer("kernel-history", "Kernel in training", _run, (LAYER, FILTER), needs_input=False)
