"""A stand-alone Python script: builds, trains and evaluates the project with plain Keras, and needs nothing of ours."""

from textwrap import dedent, indent

from engine.block_code import code_pieces
from engine.errors import UserError
from engine.keras_arguments import compile_arguments, quoted
from engine.project import Project
from engine.shapes import Inference, infer

SCRIPT = '''
"""A neural network in plain Keras, exported from Glassbox.

Needs: pip install tensorflow scikit-learn pillow
Prints one line of JSON: loss and metric on the {part} part.
"""

import json

import keras
import numpy as np
from keras import layers

TITLE = {title}
SEED = {seed!r}
BATCH_SIZE = {batch_size!r}
EPOCHS = {epochs!r}


{data}

{functions}def build_model():
    """The network, with initial weights."""
{model}
    return model


def main():
    keras.utils.set_random_seed(SEED)
    x, y = load_data()
    part = split_codes(y)
    x = normalised(x, x[part == 0])
    model = build_model()
    model.compile(
{compile}
    )
    model.fit(
        x[part == 0],
        {targets_train},
{validation}        batch_size=BATCH_SIZE,
        epochs=EPOCHS,
        verbose=2,
    )
    values = model.evaluate(x[part == {code}], {targets}, batch_size=256, verbose=0, return_dict=True)
    print(json.dumps({{name: float(value) for name, value in values.items()}}))


if __name__ == "__main__":
    main()
'''
PARTS = ("train", "validation", "test")


def standalone_script(project: Project, data_code: str) -> str:
    """Write the script.

    Args:
        project: whose graph has no problems.
        data_code: from `engine.exporters.data_code`, for the project's data.

    Raises:
        UserError: the graph has a problem, or the training plan does not fit it.
    """
    inference = infer(project.graph)
    _require_buildable(project, inference)
    pieces = code_pieces(project, inference)
    model, functions = ("\n".join(line.text for line in lines) for lines in (pieces.model, pieces.functions))
    code = _evaluated_part(project)
    validation = f"        validation_data=(x[part == 1], {_targets(project, 1)}),\n" if project.data.validation else ""
    return (
        dedent(SCRIPT)
        .lstrip()
        .format(
            part=PARTS[code],
            title=quoted(project.title),
            seed=project.seed,
            batch_size=project.plan.batch_size,
            epochs=project.plan.epochs,
            data=data_code.strip("\n") + "\n",
            functions=f"{functions}\n" if functions else "",
            model=indent(model, "    "),
            compile=indent(_compile_text(project, inference), "        "),
            targets_train=_targets(project, 0),
            validation=validation,
            code=code,
            targets=_targets(project, code),
        )
    )


def _require_buildable(project: Project, inference: Inference) -> None:
    for problem in inference.problems:
        raise UserError(f"{problem.node}: {problem.message}", problem.hint or "Put it right first.", problem.node)
    inputs = sum(node.kind == "input" for node in project.graph.nodes)
    if inputs != 1:
        raise UserError(f"The network has {inputs} inputs; a script trains one.", "Keep exactly one Input layer.")
    if not project.heads:
        raise UserError("The network has no output layer.", "Add an Output layer at its end.")


def _compile_text(project: Project, inference: Inference) -> str:
    activations = {head.node: inference.layers[head.node].values["activation"] for head in project.heads}
    return "\n".join(f"{name}={code}," for name, code in compile_arguments(project, project.heads, activations))


def _targets(project: Project, code: int) -> str:
    chosen = f"y[part == {code}]"
    if len(project.heads) == 1:
        return chosen
    return "{" + ", ".join(f"{quoted(head.node)}: {chosen}" for head in project.heads) + "}"


def _evaluated_part(project: Project) -> int:
    """The test part, or what there is instead."""
    return 2 if project.data.test else 1 if project.data.validation else 0
