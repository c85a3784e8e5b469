"""How smooth a kernel slides over its input, untrained: the default example, and a network with larger maps."""

from PySide6.QtGui import QGuiApplication

from app.explain.kernels.view import KernelsView
from app.program import Program
from app.workspaces.see import SeeWorkspace
from engine.examples import load_example
from tests.benchmarks.frame_clock import FrameClock
from tests.benchmarks.open_window import open_window, turn, wait_until
from tests.benchmarks.row import Row, percentile

WATCHED = 8.0  # s of playing
SPEEDS = (16, 1)  # steps a second: the fastest, and one at which the products are written one by one
EXAMPLES = ("digits", "lenet-5")


def measure() -> list[Row]:
    """Time every frame while the window slides over the input again and again."""
    rows = []
    for example in EXAMPLES:
        with open_window(load_example(example), "see") as program:
            frames = [frame for speed in SPEEDS for frame in _frames(program, speed)]
        rows.append(_row(f"frame time of the sliding kernel, {example}, 95th percentile", frames))
    return rows


def _frames(program: Program, speed: int) -> list[float]:
    """Milliseconds of each frame while it plays at a speed."""
    see = program.window.findChild(SeeWorkspace)
    assert see is not None
    see.show_view("kernels")
    view = see.current
    assert isinstance(view, KernelsView)
    wait_until(lambda: view.stage.scene is not None)
    turn(1.0)
    view.player.set_speed(speed)
    view.player.set_position(0)
    again = view.player.playing_changed.connect(lambda plays: None if plays else view.player.play())
    view.player.play()
    clock = FrameClock(program.window)
    clock.run(WATCHED)
    view.player.playing_changed.disconnect(again)
    view.player.pause()
    return clock.frames


def _row(name: str, frames: list[float]) -> Row:
    note = f"{len(frames)} frames at {SPEEDS[0]} and {SPEEDS[1]} steps a second on {QGuiApplication.platformName()}"
    spread = f"median {percentile(frames, 0.5):.1f} ms, longest {max(frames):.0f} ms"
    return Row(name, percentile(frames, 0.95), "ms", 16.7, "below", note=f"{note}; {spread}")
