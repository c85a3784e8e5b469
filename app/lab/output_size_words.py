"""What is written about a sliding window: the formula with its numbers, padding, and what is never read."""

from app.text import TIMES, count, format_number, minus
from engine.explain.output_size import Slide
from engine.layers.spec import ShapeProblem


def formula_lines(slide: Slide, is_hidden: bool, problem: ShapeProblem | None) -> list[str]:
    """The side of the output in letters, then in numbers."""
    if problem is not None:
        return [problem.arithmetic] if problem.arithmetic else []
    symbolic = "o = ⌊{n + 2p − d(k − 1) − 1|s}⌋ + 1" if slide.padding == "valid" else "o = ⌈{n|s}⌉"
    return [symbolic] if is_hidden else [symbolic, *_numeric(slide)]


def _numeric(slide: Slide) -> list[str]:
    n, k, s, d = slide.size, slide.kernel, slide.stride, slide.dilation
    if slide.padding == "valid":
        share = (n - slide.span) / s
        return [f"= ⌊{{{n} + 2·0 − {d}·({k} − 1) − 1|{s}}}⌋ + 1", f"= ⌊{format_number(share)}⌋ + 1 = {slide.out}"]
    before, after = slide.padded
    needed = (slide.out - 1) * s + slide.span - n
    top = f"({slide.out} − 1)·{s} + {d}·({k} − 1) + 1 − {n}"
    return [
        f"= ⌈{{{n}|{s}}}⌉ = ⌈{format_number(n / s)}⌉ = {slide.out}",
        "P = max((o − 1)·s + d(k − 1) + 1 − n, 0)",
        f"{top} = {minus(str(needed))}",
        f"P = max({minus(str(needed))}, 0) = {before + after}",
        f"before ⌊{{{before + after}|2}}⌋ = {before}, after {before + after} − {before} = {after}",
    ]


def rows(slide: Slide, is_hidden: bool) -> list[tuple[str, str, str]]:
    """Numbers of the window and of what it reads."""
    before, after = slide.padded
    counts = slide.counts(slide.out)
    unread = int((counts == 0).sum())
    values = [
        ("Window spans d(k − 1) + 1", f"{slide.span}"),
        ("Zeros before, after", f"{before}, {after}"),
        ("Windows", f"{slide.out}{TIMES}{slide.out} = {count(slide.out**2)}"),
        ("Rows and columns never read", f"{unread}"),
        ("The corner pixel is read", f"{int(counts[0]) ** 2}{TIMES}"),
        ("The most read pixel", f"{int(counts.max()) ** 2}{TIMES}"),
    ]
    shown = values[:1] if is_hidden else values
    return [(name, value, "warn" if unread and name.startswith("Rows") else "ink") for name, value in shown]


def verdict(slide: Slide) -> str:
    """What is worth noticing, in a sentence."""
    counts, (before, after) = slide.counts(slide.out), slide.padded
    unread = int((counts == 0).sum())
    if unread and slide.padding == "valid" and slide.stride <= slide.span:
        left = (slide.size - slide.span) % slide.stride
        if left and unread == left:
            what = "The last row and column are" if left == 1 else f"The last {left} rows and columns are"
            return f"{what} never read: the next window would stick out, so it is dropped, and ⌊ ⌋ rounds down."
    if unread:
        return f"{unread} rows and columns lie in gaps between the cells of the windows and are never read."
    if before != after:
        return f"An odd number of zeros: TensorFlow puts {before} above and left, {after} below and right."
    if counts[0] < counts.max():
        corner, most = int(counts[0]) ** 2, int(counts.max()) ** 2
        return f"The edge counts less: a corner pixel is read {corner}{TIMES}, one in the middle {most}{TIMES}."
    return "Every pixel is read equally often."


def pixel_lines(slide: Slide, pixel: tuple[int, int]) -> list[str]:
    """How often one pixel is read: windows of its row times windows of its column."""
    lines, found = [f"row {pixel[0]}, column {pixel[1]}"], []
    for name, at in zip(("rows", "columns"), pixel, strict=True):
        readers = slide.readers(at).tolist()
        found.append(len(readers))
        lines.append(f"{name} of windows: {', '.join(map(str, readers)) or 'none'}")
    return [*lines, f"{found[0]} · {found[1]} = {found[0] * found[1]}"]
