"""The work of an export's disposable process: `make` writes the file and a proof, `check` loads it afresh and compares.

`make` leaves `proof.safetensors` beside the file: samples, what the run's network answers for them, and the weights.
"""

import json
import runpy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import safetensors.numpy
import tensorflow as tf

from engine.datasets.choice import load
from engine.datasets.scaling import Scaling
from engine.errors import UserError
from engine.exporters.data_code import data_code
from engine.exporters.script_text import standalone_script
from engine.project import Project
from engine.run_folder import RunFolder
from engine.runtime.build import Network, build
from engine.runtime.evaluation import logits_of
from engine.runtime.shelf import load_network
from engine.runtime.training.checkpoints import layer_variables
from engine.storage import atomic_write

SAMPLES = 64


def make_keras(run: RunFolder, part: Path) -> dict[str, Any]:
    """Write the inference model: raw inputs to probabilities or numbers."""
    used = load_network(run)
    model = inference_model(used.project, used.info.scaling, used.network)
    data = load(used.project.data)
    chosen = _chosen(len(data.samples.x))
    x = data.samples.x[chosen]
    model.save(part)
    atomic_write(_proof(part), safetensors.numpy.save({"x": x, "outputs": used.answer(x)}))
    return {"samples": len(x)}


def check_keras(run: RunFolder, part: Path) -> dict[str, Any]:
    """Load the file with plain Keras and compare its outputs."""
    proof = safetensors.numpy.load(_proof(part).read_bytes())
    x, expected = proof["x"], proof["outputs"]
    found = keras.saving.load_model(part)(x, training=False)
    found = np.asarray(found[0] if isinstance(found, list | tuple) else found)
    return {"samples": len(x), "max_difference": float(np.abs(found - expected).max())}


def make_script(run: RunFolder, part: Path) -> dict[str, Any]:
    """Write the script."""
    used = load_network(run)
    project = used.project
    atomic_write(part, standalone_script(project, data_code(project.data)).encode())
    data = load(project.data)
    chosen = _chosen(len(data.samples.x))
    x = used.info.scaling.apply(data.samples.x[chosen])
    weights = {name: np.asarray(v) for name, v in layer_variables(used.network.model).items()}
    arrays = {"chosen": chosen, "x": x, "outputs": logits_of(used.network, x)[0], **weights}
    atomic_write(_proof(part), safetensors.numpy.save(arrays))
    return {"samples": len(x)}


def check_script(run: RunFolder, part: Path) -> dict[str, Any]:
    """Run the script's own functions: its data must be the run's data, its network with these weights must agree."""
    script = runpy.run_path(str(part), run_name="exported")
    proof = safetensors.numpy.load(_proof(part).read_bytes())
    x, y = script["load_data"]()
    x = script["normalised"](x, x[script["split_codes"](y) == 0])[proof["chosen"]]
    model = script["build_model"]()
    for name, variable in layer_variables(model).items():
        variable.assign(proof[name])
    found = model(x, training=False)
    found = np.asarray(next(iter(found.values())) if isinstance(found, dict) else found)
    difference = max(float(np.abs(x - proof["x"]).max()), float(np.abs(found - proof["outputs"]).max()))
    return {"samples": len(x), "max_difference": difference}


def inference_model(project: Project, scaling: Scaling, network: Network) -> keras.Model:
    """A model with the network's weights, normalisation in front and the output's activation behind."""
    clone = build(project, scaling)
    targets = layer_variables(clone.model)
    for name, source in layer_variables(network.model).items():
        targets[name].assign(source)
    outputs = []
    for index, head in enumerate(clone.heads):
        read = clone.activation(index)
        outputs.append(keras.layers.Activation(read, name=f"{head.node}_{read}")(clone.model.outputs[index]))
    return keras.Model(clone.model.inputs[0], outputs if len(outputs) > 1 else outputs[0])


WORK: dict[tuple[str, str], Callable[[RunFolder, Path], dict[str, Any]]] = {
    ("make", "keras"): make_keras,
    ("check", "keras"): check_keras,
    ("make", "script"): make_script,
    ("check", "script"): check_script,
}


def _chosen(count: int) -> np.ndarray:
    """Indices of up to 64 samples spread over the whole set."""
    return np.unique(np.linspace(0, count - 1, min(SAMPLES, count)).astype(int))


def _proof(part: Path) -> Path:
    return part.with_name("proof.safetensors")


def main(arguments: list[str]) -> int:
    """Do one piece of work and print its answer as the last line."""
    action, name, run, part = arguments
    try:
        answer = WORK[action, name](RunFolder(Path(run)), Path(part))
    except UserError as error:
        answer = {"error": error.message, "hint": error.hint}
    except (OSError, tf.errors.ResourceExhaustedError) as error:
        answer = {"error": f"The export failed: {error}.", "hint": "Nothing was changed at the target."}
    print(json.dumps(answer))
    return 0
