"""What is worth noticing at the end of each view of pooling."""

from app.lab.grids_view import GridsView
from app.lab.pooling_transposed import TransposedView
from app.lab.pooling_windows import PoolingView
from engine.explain.transposed_convolution import Scatter

POOLING = {
    ("max", False): "Each window sends its whole gradient to its winner; every other pixel gets nothing from it.",
    ("max", True): "One number is left of the picture. Its gradient goes to the largest pixel; equal ones share it.",
    ("average", False): "Each window sends every pixel the same small share of its gradient.",
    ("average", True): "One number is left of the picture, and each of the 64 pixels gets 1/64 of its gradient.",
}
UP = "Neither has weights. Nearest repeats values and leaves steps; bilinear mixes up to four and leaves slopes."
MADE_UP = "The stamps overlap unevenly, but the kernel falls towards its edges so that the sums come out even."


def verdict(view: GridsView) -> str:
    """A sentence on what was seen."""
    if isinstance(view, PoolingView):
        return POOLING[view.mode, view.is_global]
    return _stamps(view.scatter) if isinstance(view, TransposedView) else UP


def _stamps(scatter: Scatter) -> str:
    size, stride = scatter.kernel.shape[0], scatter.stride
    if size < stride:
        return f"The stride {stride} is larger than the kernel {size}: some cells get no stamp and stay 0."
    if scatter.is_even:
        return f"The stride {stride} divides the kernel {size}: inside, every cell gets equally many stamps."
    if scatter.kernel.min() < scatter.kernel.max():
        return MADE_UP
    return (
        f"A checkerboard: the stride {stride} does not divide the kernel {size}, so stamps overlap on some cells only."
    )
