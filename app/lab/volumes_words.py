"""What is written about the cost of both ways."""

from app.lab.grids_view import Rows
from app.text import count, format_number
from engine.explain.volume_cost import Convolution, Route


def cost_lines(route: Route, known: int) -> list[str]:
    """Multiplications of each layer that is counted already, and their sum."""
    symbols = "m = h·w·f·f·C_{in}·C_{out}"
    lines = [_written(layer) for layer in (route.direct, route.squeeze, route.expand)[:known]]
    total = [f"together = {count(route.multiplications)}"] if known == 3 else []
    return [symbols, *lines, *total]


def cost_rows(route: Route, known: int) -> Rows:
    """Parameters of both ways, once they are counted."""
    if known < 3:
        return []
    direct = route.direct
    ratio = direct.multiplications / route.multiplications
    token = "ink" if ratio > 1 else "warn"
    return [
        ("Directly", f"{count(direct.multiplications)}", "ink"),
        ("Through the bottleneck", f"{count(route.multiplications)}", "ink"),
        ("Ratio", f"{format_number(ratio, 3)}", token),
        ("Parameters, directly", count(direct.parameters), "ink"),
        ("Parameters, bottleneck", f"{count(route.squeeze.parameters)} + {count(route.expand.parameters)}", "ink"),
    ]


def cost_verdict(route: Route) -> str:
    """Which way is cheaper, in a sentence."""
    ratio = route.direct.multiplications / route.multiplications
    if ratio <= 1:
        return "Here the bottleneck costs more than it saves: it is hardly narrower than what it should relieve."
    return (
        f"The bottleneck divides the multiplications by {format_number(ratio, 3)}. All that reaches the large filters "
        f"has to pass through {route.bottleneck} numbers at each place."
    )


def _written(layer: Convolution) -> str:
    factors = (layer.side, layer.side, layer.kernel, layer.kernel, layer.channels, layer.filters)
    return f"{'·'.join(map(str, factors))} = {count(layer.multiplications)}"
