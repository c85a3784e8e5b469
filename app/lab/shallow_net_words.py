"""What each of the five steps computes, with shapes, and with the numbers of the first sample."""

import numpy as np

from app.text import fixed, format_number
from engine.explain.shallow_net import PHASES, Net, backward, cost, forward


def phase_lines(phase: int, net: Net, x: np.ndarray, y: np.ndarray, rate: float) -> list[str]:
    """Formulas of a phase, in the markup of `app.formula.markup`.

    Args:
        net: the weights at the time: before the update, but after it in the phase "update".
    """
    done, m = forward(net, x), len(y)
    name = PHASES[phase]
    if name == "initialise":
        shapes = f"W_1 (2×{net.units}), W_2 ({net.units}×1)" if net.units else "W (2×1)"
        return [shapes, "W ~ N(0, 0.5²), b = 0"]
    if name == "forward":
        first = ["Z_1 = X W_1 + b_1", "A_1 = tanh(Z_1)"] if net.units else []
        inner = "A_1 W_2" if net.units else "X W"
        return [*first, f"Z_2 = {inner} + b_2", "A_2 = σ(Z_2)", f"sample 0: p = {fixed(float(done.a2[0, 0]), 4)}"]
    if name == "cost":
        p, label = float(done.a2[0, 0]), int(y[0])
        sample = f"sample 0: y = {label}, p = {fixed(p, 4)}"
        return ["J = −{1|m} Σ y ln p + (1 − y) ln(1 − p)", sample, f"J = {fixed(cost(done.a2, y), 4)}"]
    gradient = backward(net, x, y, done)
    if name == "backward":
        return _backward_lines(net, gradient, (float(done.a2[0, 0]), float(y[0]), m))
    w, slope = float(net.w2[0, 0]), float(gradient.w2[0, 0])
    return [
        "W ← W − η {dJ|dW}",
        f"η = {format_number(rate, 3)}",
        f"w_0 of W_2: {fixed(w, 4)}, next slope {fixed(slope, 4)}",
    ]


def _backward_lines(net: Net, gradient: Net, sample: tuple[float, float, int]) -> list[str]:
    p, label, m = sample
    delta = format_number((p - label) / m, 3)
    lines = ["dZ_2 = {A_2 − Y|m}", f"sample 0: {{{fixed(p, 4)} − {label:.0f}|{m}}} = {delta}"]
    lines.append("dW_2 = A_1ᵀ dZ_2" if net.units else "dW = Xᵀ dZ_2")
    if net.units:
        lines += ["dZ_1 = dZ_2 W_2ᵀ · (1 − A_1²)", "dW_1 = Xᵀ dZ_1"]
    size = float(np.sqrt(sum(np.sum(np.square(part)) for part in (gradient.w1, gradient.b1, gradient.w2, gradient.b2))))
    return [*lines, f"|dJ| = {format_number(size, 4)}"]
