"""The stages of the Lab: one file each, one line here. Nothing of Qt is imported until a stage is made."""

import importlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.lab.stage import Stage


@dataclass(frozen=True)
class StageEntry:
    """One stage.

    Args:
        id: what lessons call it.
        module: imported when it is first shown.
        name: of the class, a `Stage`.
    """

    id: str
    module: str
    name: str


STAGES: tuple[StageEntry, ...] = (
    StageEntry("neuron", "app.lab.neuron", "NeuronStage"),
    StageEntry("activations", "app.lab.activations", "ActivationsStage"),
    StageEntry("feed-forward", "app.lab.feed_forward", "FeedForwardStage"),
    StageEntry("losses", "app.lab.losses", "LossesStage"),
    StageEntry("one-weight", "app.lab.one_weight", "OneWeightStage"),
    StageEntry("back-propagation", "app.lab.back_propagation", "BackPropagationStage"),
    StageEntry("shallow-net", "app.lab.shallow_net", "ShallowNetStage"),
    StageEntry("descent", "app.lab.descent.stage", "DescentStage"),
    StageEntry("averages", "app.lab.averages", "AveragesStage"),
    StageEntry("schedules", "app.lab.schedules", "SchedulesStage"),
    StageEntry("initialisation", "app.lab.initialisation", "InitialisationStage"),
    StageEntry("normalisation", "app.lab.normalisation", "NormalisationStage"),
    StageEntry("output-size", "app.lab.output_size", "OutputSizeStage"),
    StageEntry("pooling", "app.lab.pooling", "PoolingStage"),
    StageEntry("volumes", "app.lab.volumes", "VolumesStage"),
    StageEntry("convolution-1d-3d", "app.lab.convolution_1d_3d", "Convolution1D3DStage"),
    StageEntry("tape", "app.lab.tape", "TapeStage"),
    StageEntry("batches", "app.lab.batches", "BatchesStage"),
)
BY_ID = {entry.id: entry for entry in STAGES}


def stage_class(id: str) -> "type[Stage]":
    """Return the class of a stage, imported now.

    Raises:
        KeyError: there is no such stage.
    """
    entry = BY_ID[id]
    found: type[Stage] = getattr(importlib.import_module(entry.module), entry.name)
    return found
