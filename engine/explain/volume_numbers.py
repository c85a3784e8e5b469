"""What a layer costs, opened: its parameters weight by weight, its multiplications, a dense layer in its place."""

import math
from collections.abc import Sequence

from engine.explain.counts import held
from engine.explain.opened import Factor, Opened, Place, Term, Then, opened, product
from engine.explain.recurrent import GATES
from engine.explain.volumes import Volume
from engine.shapes import LayerInfo

Variables = list[tuple[str, tuple[int, ...]]]  # name, and the sizes whose product is its count


def variables_of(info: LayerInfo) -> Variables:
    """A layer's weights with their sizes; empty where it has none, or is of a kind not known here."""
    kind, values, inputs = info.spec.id, info.values, info.inputs[0] if info.inputs else ()
    units = info.shape[-1] if info.shape else 0
    bias: Variables = [("bias", (units,))] if values.get("use_bias", True) else []
    if kind in ("dense", "output"):
        return [("kernel", (inputs[-1], units)), *bias]
    if kind in ("conv2d", "conv2d_transpose"):
        return [("kernel", (*values["kernel_size"], inputs[-1], units)), *bias]
    if kind == "embedding":
        return [("embeddings", (values["input_dim"], values["output_dim"]))]
    if kind == "batch_normalization":
        names = [name for name, flag in (("gamma", "scale"), ("beta", "center")) if values.get(flag, True)]
        return [(name, (units,)) for name in (*names, "moving mean", "moving variance")]
    if kind in GATES:
        return _of_cell(kind, values["units"], inputs[-1], 2 if kind == "gru" and values["reset_after"] else 1)
    if kind == "bidirectional":
        cell = str(values["cell"])
        one = _of_cell(cell, values["units"], inputs[-1], 2 if cell == "gru" else 1)
        return [(f"{way} {name}", sizes) for way in ("forward", "backward") for name, sizes in one]
    return []


def _of_cell(kind: str, units: int, features: int, biases: int) -> Variables:
    gates = len(GATES[kind])
    rows = (biases,) if biases > 1 else ()
    return [
        ("kernel", (features, gates, units)),
        ("recurrent kernel", (units, gates, units)),
        ("bias", (*rows, gates, units)),
    ]


def open_parameters(volume: Volume, info: LayerInfo) -> Opened:
    """Open how many parameters a layer has."""
    terms = [_counted(sizes, name) for name, sizes in variables_of(info)]
    return _whole(volume, info, ("parameters", volume.parameters), terms, "p = Σ over weights, sizes multiplied")


def open_multiplications(volume: Volume, info: LayerInfo) -> Opened:
    """Open how many multiplications a layer does for one sample: of its matrices, as often as they are used."""
    matrices = [(name, sizes) for name, sizes in variables_of(info) if "kernel" in name]
    times = _uses(info)
    terms = [_counted((times, *sizes), name) for name, sizes in matrices]
    rest = volume.multiplications - round(sum(term.value for term in terms))
    if rest > 0:
        terms.append(Term(float(rest), (), "number by number"))
    symbols = "m = Σ over matrices, used so often × sizes"
    return _whole(volume, info, ("multiplications", volume.multiplications), terms, symbols)


def _uses(info: LayerInfo) -> int:
    """How often a layer's matrices are used for one sample: places, or steps."""
    if info.spec.id in GATES or info.spec.id == "bidirectional":
        return info.inputs[0][0]
    places = info.inputs[0][:-1] if info.spec.id == "conv2d_transpose" else info.shape[:-1]
    return math.prod(places)


def _whole(volume: Volume, info: LayerInfo, count: tuple[str, int], terms: Sequence[Term], symbols: str) -> Opened:
    """The count with its terms, where they give it; else the layer's own formula."""
    name, result = count
    place = held(name, volume.name)
    if round(sum(term.value for term in terms)) == result and (terms or not result):
        note = "" if terms else f"{info.spec.name} has none."
        return opened(place, float(result), symbols, terms, name=name, note=note)
    formulas = [formula for formula in info.spec.formulas(info.values, info.inputs) if formula.title.lower() == name]
    note = f"{formulas[0].symbolic}: {formulas[0].numeric}" if formulas else ""
    return Opened(place, float(result), name, name=name, note=note)


def _counted(sizes: Sequence[int], name: str) -> Term:
    return product(*(Factor(float(size)) for size in sizes), text=name)


def open_dense(volume: Volume) -> Opened:
    """Open how many parameters a dense layer from all inputs to all outputs would have."""
    inputs, outputs = math.prod(volume.inputs[0]), math.prod(volume.shape)
    terms = [_counted((inputs, outputs), "kernel"), _counted((outputs,), "bias")]
    place = held("dense in its place", volume.name)
    return opened(place, float(volume.dense_parameters), "inputs · outputs + outputs", terms, name="dense in its place")


def open_saved(volume: Volume) -> Opened:
    """Open how many times as many parameters that dense layer has."""
    dense = Term(float(volume.dense_parameters), (), "dense in its place")
    then = Then("{z} / {0}", "{z} / {0}", (Factor(float(volume.parameters)),)) if volume.parameters else None
    result = volume.saved if volume.parameters else float(volume.dense_parameters)
    return opened(held("saved", volume.name), result, "dense / parameters", [dense], then=then, name="times fewer")


def open_total(volumes: Sequence[Volume], what: str) -> Opened:
    """Open the sum over the layers: "parameters" or "multiplications"."""
    values = [(volume.name, float(getattr(volume, what))) for volume in volumes]
    terms = [Term(value, (Factor(value, Place("held", name, (), what)),), name) for name, value in values if value]
    return opened(held(f"all {what}"), sum(value for _, value in values), "Σ over layers", terms, name=f"all {what}")
