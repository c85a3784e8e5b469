"""What a layer costs, as formulas: multiply-adds, receptive field, memory of its output, parameters of the network."""

from app.text import bytes_text
from engine.graph import Graph
from engine.layers.spec import Formula, Symbol, shape_text
from engine.receptive_field import receptive_field
from engine.shapes import Inference, LayerInfo

FLOAT_BYTES = 4


def multiply_adds(info: LayerInfo) -> Formula:
    """Multiplications with an addition, for one sample."""
    total = info.multiply_adds
    weights = info.num_params
    places = total // weights if weights and total % weights == 0 else 0
    numeric = f"{weights:,}·{places:,} = {total:,}" if places else f"{total:,}"
    window = info.values.get("kernel_size")
    legend: tuple[Symbol, ...] = ()
    symbolic = "one per weight and place"
    if info.spec.id == "conv2d" and window and len(info.shape) == 3:
        high, wide, filters = info.shape
        channels = info.inputs[0][-1]
        symbolic = "h·w·f_h·f_w·C_{in}·C_{out}"
        numeric = f"{high:,}·{wide:,}·{window[0]}·{window[1]}·{channels:,}·{filters:,} = {total:,}"
        legend = (Symbol("h", "output height", f"{high:,}"), Symbol("w", "output width", f"{wide:,}"))
    elif info.spec.family in ("dense", "output") and "units" in info.values:
        n, units = info.inputs[0][-1], info.values["units"]
        places = total // (n * units)
        symbolic = "n·u" if places == 1 else "m·n·u"
        numeric = f"{n:,}·{units:,} = {total:,}" if places == 1 else f"{places:,}·{n:,}·{units:,} = {total:,}"
    return Formula("Multiply-adds", f"{total:,}", symbolic, numeric, legend, "for one sample")


def output_memory(info: LayerInfo) -> Formula:
    """Bytes that one sample's output takes."""
    size = info.num_values * FLOAT_BYTES
    sizes = "·".join(f"{n:,}" for n in info.shape)
    note = "float32 has 4 bytes; 1 KiB = 1,024 bytes"
    return Formula("Activations", bytes_text(size), "values · 4", f"{sizes}·4 = {size:,}", (), note)


def field_of_view(graph: Graph, inference: Inference, name: str) -> Formula | None:
    """How much of the input picture one value sees; None where there is no picture."""
    sight = receptive_field(graph, inference, name)
    if sight is None:
        return None
    result = f"{shape_text(sight.field)} px"
    if sight.sees_all:
        return Formula(
            "Receptive field", result, "r = all places", shape_text(sight.field), (), "a layer mixes all places"
        )
    terms = "".join(f" + ({k}−1)·{d}·{j}" if d > 1 else f" + ({k}−1)·{j}" for k, d, j in sight.terms)
    dilated = any(d > 1 for _, d, _ in sight.terms)
    symbolic = "r = 1 + Σ (k−1)·d·j" if dilated else "r = 1 + Σ (k−1)·j"
    legend = (Symbol("k", "window of each layer", ""), Symbol("j", "px per step of it", ""))
    note = "height, padding included; one term per window on the way from the input"
    return Formula("Receptive field", result, symbolic, f"1{terms} = {sight.field[0]}", legend, note)
