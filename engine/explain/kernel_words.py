"""What a kernel answers to, said from its own weights: the pattern that explains most of them."""

import numpy as np

ENOUGH = 0.4  # of the weights' energy: less is no simple pattern
BESIDE = {
    "down": ("a bright edge above a dark one", "positive weights on top, negative below"),
    "up": ("a dark edge above a bright one", "negative weights on top, positive below"),
    "right": ("a bright edge left of a dark one", "positive weights left, negative right"),
    "left": ("a dark edge left of a bright one", "negative weights left, positive right"),
    "falling": ("an edge that is bright at the upper left", "positive weights there, negative at the lower right"),
    "falling back": ("an edge that is bright at the lower right", "positive weights there, negative at the upper left"),
    "rising": ("an edge that is bright at the upper right", "positive weights there, negative at the lower left"),
    "rising back": ("an edge that is bright at the lower left", "positive weights there, negative at the upper right"),
    "dot": ("a bright spot on dark ground", "its middle weighs most, what lies around counts less or against it"),
    "hole": ("a dark spot on bright ground", "its middle counts most against it, what lies around less or for it"),
    "row": ("a bright horizontal line", "positive weights in the middle rows, negative above and below"),
    "dark row": ("a dark horizontal line", "negative weights in the middle rows, positive above and below"),
    "column": ("a bright vertical line", "positive weights in the middle columns, negative at the sides"),
    "dark column": ("a dark vertical line", "negative weights in the middle columns, positive at the sides"),
    "bright": ("brightness of any shape", "nearly all its weights are positive"),
    "dark": ("darkness of any shape", "nearly all its weights are negative"),
}


def patterns(rows: int, columns: int) -> dict[str, np.ndarray]:
    """The simple patterns of this size (row, column), each of length 1."""
    y = np.linspace(1, -1, rows)[:, None] * np.ones((1, columns)) if rows > 1 else np.zeros((1, columns))
    x = np.linspace(1, -1, columns)[None, :] * np.ones((rows, 1)) if columns > 1 else np.zeros((rows, 1))
    spot = np.exp(-2 * (x**2 + y**2))
    raw = {
        "down": y,
        "right": x,
        "falling": x + y,
        "rising": y - x,
        "dot": spot - spot.mean(),
        "row": (y**2).mean() - y**2,
        "column": (x**2).mean() - x**2,
        "bright": np.ones((rows, columns)),
    }
    lengths = {name: float(np.linalg.norm(pattern)) for name, pattern in raw.items()}
    return {name: pattern / lengths[name] for name, pattern in raw.items() if lengths[name] > 1e-9}


OPPOSITE = {
    "down": "up",
    "right": "left",
    "falling": "falling back",
    "rising": "rising back",
    "dot": "hole",
    "row": "dark row",
    "column": "dark column",
    "bright": "dark",
}


def nearest_pattern(kernel: np.ndarray) -> tuple[str, float]:
    """The pattern most like a kernel (row, column), and the share of the kernel's energy Σ w² that it explains."""
    length = float(np.linalg.norm(kernel))
    if not length:
        return "", 0.0
    found = {name: float((pattern * kernel).sum()) / length for name, pattern in patterns(*kernel.shape).items()}
    name = max(found, key=lambda key: abs(found[key]))
    return (name if found[name] > 0 else OPPOSITE[name]), found[name] ** 2


def kernel_sentence(name: str, kernel: np.ndarray, channel: int) -> str:
    """What a kernel answers to.

    Args:
        name: e.g. "Kernel 6".
        kernel: its weights (kernel row, kernel column, channel).
        channel: the one described; with several, how much of the whole it weighs is said too.
    """
    plane = np.asarray(kernel[..., channel], float)
    whole = float(np.square(kernel).sum())
    if not whole:
        return f"All weights of {name} are 0: it answers to nothing."
    more = ""
    if kernel.shape[2] > 1:
        share = float(np.square(plane).sum()) / whole
        more = f" In channel {channel}, which holds {share:.0%} of its weights' energy."
    if plane.size == 1:
        word = "adds" if plane.item() > 0 else "takes away"
        return f"{name} looks at one place: it {word} {abs(plane.item()):.3g} times channel {channel}.".strip()
    pattern, share = nearest_pattern(plane)
    if share < ENOUGH:
        row, column = (int(index) for index in np.unravel_index(np.abs(plane).argmax(), plane.shape))
        strongest = f"{plane[row, column]:+.2f}".replace("-", "−")
        most = f"no simple pattern (the nearest explains {share:.0%}); its strongest weight is {strongest}"
        return f"{name} answers to {most} at row {row}, column {column}.{more}"
    what, why = BESIDE[pattern]
    return f"{name} answers to {what}: {why} ({share:.0%} of its energy).{more}"
