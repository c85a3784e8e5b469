"""Keras models inside Keras models: their layers by path, and what every layer gives, however the model was written.

A path is the names of the models round a layer and its own, e.g. "stage2/block1/conv"; of a flat model, its name alone.
"""

from collections.abc import Iterator
from typing import Any

import keras


def walk(model: keras.Model, around: str = "") -> Iterator[tuple[str, keras.Layer]]:
    """Every layer that is no model itself, with its path, in the order of the model."""
    for layer in model.layers:
        path = f"{around}{layer.name}"
        if isinstance(layer, keras.Model):
            yield from walk(layer, f"{path}/")
        else:
            yield path, layer


def layers_by_name(model: keras.Model) -> dict[str, keras.Layer]:
    """Every layer by its own name; by its path where another has the same name."""
    found = list(walk(model))
    names = [path.rpartition("/")[2] for path, _ in found]
    return {path if names.count(name) > 1 else name: layer for (path, layer), name in zip(found, names, strict=True)}


def outputs_by_name(model: keras.Model) -> dict[str, keras.KerasTensor]:
    """The symbolic output of every layer, by the names of `layers_by_name`, from the model's own inputs.

    In a flat functional model these are its own tensors. The layers of a sequential model, and of models inside it, are
    led through once more, the same layers with the same weights.
    """
    if not isinstance(model, keras.Sequential) and not any(isinstance(layer, keras.Model) for layer in model.layers):
        return {layer.name: layer.output for layer in model.layers}
    paths = {id(layer): name for name, layer in layers_by_name(model).items()}
    tracer = _Tracer(paths)
    tracer.through(model, model.inputs if len(model.inputs) > 1 else model.inputs[0])
    inputs = {tensor.name: tensor for tensor in model.inputs}
    return {**inputs, **tracer.outputs}


class _Shared(keras.layers.Layer):
    """A layer under another name, because in one model no two may be called the same."""

    def __init__(self, layer: keras.Layer, name: str) -> None:
        super().__init__(name=name.replace("/", "."))
        self.layer = layer

    def call(self, inputs: Any) -> Any:
        return self.layer(inputs)


class _Tracer:
    """Leads tensors through a model and the models in it, and keeps what every layer gives.

    Args:
        names: of the layers, by identity.
    """

    def __init__(self, names: dict[int, str]) -> None:
        self._names = names
        self.outputs: dict[str, keras.KerasTensor] = {}

    def through(self, model: keras.Model, inputs: Any) -> Any:
        """What a model gives for its inputs."""
        if isinstance(model, keras.Sequential):
            for layer in model.layers:
                inputs = self._called(layer, inputs)
            return inputs
        # What keras.models.clone_model does; but that cuts a model inside a model off from what feeds it.
        return model._run_through_graph(inputs, call_fn=lambda layer, given, **_: self._called(layer, given))

    def _called(self, layer: keras.Layer, inputs: Any) -> Any:
        if isinstance(layer, keras.Model):
            return self.through(layer, inputs)
        name = self._names[id(layer)]
        self.outputs[name] = _Shared(layer, name)(inputs)
        return self.outputs[name]
