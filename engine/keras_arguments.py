"""Settings written as the arguments of Keras's constructors, leaving out what Keras assumes anyway."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from engine.errors import UserError
from engine.layers.spec import LayerSpec, Nested
from engine.optimizers import OPTIMIZERS
from engine.params import check_values
from engine.project import Head, Plan, Project
from engine.tasks import TASKS

POSITIONAL = {
    "Input": ("shape",),
    "Dense": ("units",),
    "Activation": ("activation",),
    "Reshape": ("target_shape",),
    "Dropout": ("rate",),
    "ZeroPadding2D": ("padding",),
    "Conv2D": ("filters", "kernel_size"),
    "Conv2DTranspose": ("filters", "kernel_size"),
    "UpSampling2D": ("size",),
    "MaxPooling2D": ("pool_size",),
    "AveragePooling2D": ("pool_size",),
    "Embedding": ("input_dim", "output_dim"),
    "LSTM": ("units",),
    "GRU": ("units",),
    "SimpleRNN": ("units",),
    "Bidirectional": ("layer",),
}
KERAS_DEFAULTS: dict[str, dict[str, Any]] = {
    "Dense": {"activation": "linear", "use_bias": True, "kernel_initializer": "glorot_uniform"},
    "Conv2D": {
        "strides": (1, 1),
        "padding": "valid",
        "dilation_rate": (1, 1),
        "activation": "linear",
        "use_bias": True,
        "kernel_initializer": "glorot_uniform",
    },
    "Conv2DTranspose": {
        "strides": (1, 1),
        "padding": "valid",
        "activation": "linear",
        "use_bias": True,
        "kernel_initializer": "glorot_uniform",
    },
    "UpSampling2D": {"interpolation": "nearest"},
    "MaxPooling2D": {"padding": "valid"},
    "AveragePooling2D": {"padding": "valid"},
    "BatchNormalization": {"momentum": 0.99, "epsilon": 0.001},
    "Concatenate": {"axis": -1},
    "LSTM": {"return_sequences": False, "go_backwards": False},
    "GRU": {"return_sequences": False, "go_backwards": False, "reset_after": True},
    "SimpleRNN": {"activation": "tanh", "return_sequences": False, "go_backwards": False},
    "Bidirectional": {"merge_mode": "concat"},
    "SGD": {"momentum": 0.0, "nesterov": False},
    "RMSprop": {"rho": 0.9},
    "Adam": {"beta_1": 0.9, "beta_2": 0.999},
    "AdamW": {"beta_1": 0.9, "beta_2": 0.999, "weight_decay": 0.004},
}
LOSSES = {
    "sparse_categorical_crossentropy": "keras.losses.SparseCategoricalCrossentropy(from_logits=True)",
    "binary_crossentropy": "keras.losses.BinaryCrossentropy(from_logits=True)",
    "mean_squared_error": "keras.losses.MeanSquaredError()",
    "mean_absolute_error": "keras.losses.MeanAbsoluteError()",
    "huber": "keras.losses.Huber()",
}


def quoted(text: str) -> str:
    """`text` as a Python literal, in double quotes where that needs no escapes."""
    literal = repr(text)
    return f'"{literal[1:-1]}"' if not {'"', "'", "\\"} & set(literal[1:-1]) else literal


def literal(value: Any) -> str:
    """A setting as Python text; equal pairs as one number, as Keras takes them."""
    if isinstance(value, Nested):
        return f"layers.{value.spec.keras}({', '.join(layer_arguments(value.spec, value.values))})"
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, list | tuple):
        return repr(tuple(value))
    return repr(value)


def layer_arguments(spec: LayerSpec, values: Mapping[str, Any]) -> Iterator[str]:
    """The arguments of one layer but its name, e.g. "16", "5", 'padding="same"'.

    Args:
        values: checked, defaults filled in.
    """
    first = POSITIONAL.get(spec.keras, ())
    for name, (text, is_assumed) in named_arguments(spec, values).items():
        if name in first:
            yield text
        elif not is_assumed:
            yield f"{name}={text}"


def named_arguments(spec: LayerSpec, values: Mapping[str, Any]) -> dict[str, tuple[str, bool]]:
    """Every argument of one layer but its name, those without a keyword first: its text, and whether Keras assumes it.

    Args:
        values: checked, defaults filled in.
    """
    arguments = spec.arguments(values)
    known = KERAS_DEFAULTS.get(spec.keras, {})
    if arguments.get("strides") is not None and arguments.get("strides") == arguments.get("pool_size"):
        known = {**known, "strides": arguments["strides"]}
    first = POSITIONAL.get(spec.keras, ())
    order = [*first, *(name for name in arguments if name not in first)]
    return {n: (_short(n, arguments[n]), n not in first and n in known and known[n] == arguments[n]) for n in order}


def _short(name: str, value: Any) -> str:
    pair = name in ("kernel_size", "strides", "pool_size", "dilation_rate", "size")
    return literal(value[0]) if pair and value[0] == value[1] else literal(value)


def optimizer_code(plan: Plan) -> str:
    """The optimiser as code, e.g. "keras.optimizers.Adam(learning_rate=0.002)".

    Raises:
        UserError: the optimiser or a setting is wrong.
    """
    if plan.optimizer not in OPTIMIZERS:
        raise UserError(f"There is no optimiser {plan.optimizer[:40]!r}.", f"Known: {', '.join(OPTIMIZERS)}.")
    optimizer = OPTIMIZERS[plan.optimizer]
    values = check_values(optimizer.params, plan.optimizer_values, optimizer.name)
    arguments = {**optimizer.arguments(values), **optimizer.fixed}
    known = KERAS_DEFAULTS.get(optimizer.keras, {})
    written = [f"{name}={literal(value)}" for name, value in arguments.items() if known.get(name, ...) != value]
    return f"keras.optimizers.{optimizer.keras}({', '.join(written)})"


def loss_id(head: Head, activation: str) -> str:
    """The id of a head's loss, "auto" worked out.

    Raises:
        UserError: the task is unknown, or the activation or loss does not fit it.
    """
    if head.task not in TASKS:
        raise UserError(f"There is no task {head.task[:40]!r}.", f"Known: {', '.join(TASKS)}.", where=head.node)
    task = TASKS[head.task]
    fitting = task.losses.get(activation, ())
    loss = fitting[0] if head.loss == "auto" and fitting else head.loss
    if loss not in fitting:
        raise UserError(
            f"{task.name} has no loss {loss[:40]!r} for the activation {activation}.",
            f"Activations that fit: {', '.join(task.losses)}.",
            where=head.node,
        )
    return loss


def metric_code(head: Head, activation: str) -> str:
    """The metric as code; a sigmoid's threshold is 0 because the model gives out logits."""
    if TASKS[head.task].metric == "accuracy" and activation == "sigmoid":
        return 'keras.metrics.BinaryAccuracy(name="accuracy", threshold=0.0)'
    return quoted(TASKS[head.task].metric)


def compile_arguments(
    project: Project, heads: Sequence[Head], activations: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """Name and code of each argument of `model.compile`.

    Args:
        heads: those whose layers can be built, at least one.
        activations: of each head's output layer.

    Raises:
        UserError: optimiser, task or loss is wrong.
    """
    losses = {head.node: LOSSES[loss_id(head, activations[head.node])] for head in heads}
    metrics = {head.node: f"[{metric_code(head, activations[head.node])}]" for head in heads}
    yield "optimizer", optimizer_code(project.plan)
    if len(heads) == 1:
        yield "loss", losses[heads[0].node]
        yield "metrics", metrics[heads[0].node]
        return
    yield "loss", _by_name(losses)
    yield "loss_weights", _by_name({head.node: repr(head.weight) for head in heads})
    yield "metrics", _by_name(metrics)


def _by_name(codes: Mapping[str, str]) -> str:
    return "{" + ", ".join(f"{quoted(name)}: {code}" for name, code in codes.items()) + "}"
