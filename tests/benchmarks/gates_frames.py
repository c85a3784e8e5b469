"""How smooth the gates of an LSTM move: the bracket strings, untrained, dragged through as fast as a screen shows.

At the play row's own eight steps a second the clock would count more turns in which nothing happens than work.
"""

from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication

from app.explain.gates_view import GatesView
from app.workspaces.see import SeeWorkspace
from engine.examples import load_example
from tests.benchmarks.frame_clock import FrameClock
from tests.benchmarks.open_window import open_window, turn, wait_until
from tests.benchmarks.row import Row, percentile

WATCHED = 12.0  # s of moving
PITCH = 16  # ms from one step to the next


def measure() -> list[Row]:
    """Time every frame while the step moves through the sequence again and again."""
    with open_window(load_example("brackets"), "see") as program:
        see = program.window.findChild(SeeWorkspace)
        assert see is not None
        see.show_view("gates")
        view = see.current
        assert isinstance(view, GatesView)
        wait_until(lambda: view.reading is not None)
        turn(1.0)
        timer = QTimer(view, interval=PITCH)
        timer.timeout.connect(lambda: view.player.go((view.player.position + 1) % view.player.count))
        timer.start()
        clock = FrameClock(program.window)
        clock.run(WATCHED)
        frames = clock.frames
    note = f"{len(frames)} frames in {WATCHED:.0f} s on {QGuiApplication.platformName()}"
    spread = f"median {percentile(frames, 0.5):.1f} ms, longest {max(frames):.0f} ms"
    figure = percentile(frames, 0.95)
    return [
        Row(
            "frame time of the gates, a step every 16 ms, 95th percentile",
            figure,
            "ms",
            16.7,
            "below",
            note=f"{note}; {spread}",
        )
    ]
