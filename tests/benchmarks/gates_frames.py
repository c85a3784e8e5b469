"""How smooth the gates of an LSTM play: the bracket strings, untrained, eight steps a second."""

from PySide6.QtGui import QGuiApplication

from app.explain.gates_view import GatesView
from app.workspaces.see import SeeWorkspace
from engine.examples import load_example
from tests.benchmarks.frame_clock import FrameClock
from tests.benchmarks.open_window import open_window, turn, wait_until
from tests.benchmarks.row import Row, percentile

WATCHED = 12.0  # s of playing
SPEED = 8  # steps a second


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
        view.player.set_speed(SPEED)
        view.player.playing_changed.connect(lambda plays: None if plays else view.player.play())
        view.player.play()
        clock = FrameClock(program.window)
        clock.run(WATCHED)
        frames = clock.frames
    note = f"{len(frames)} frames in {WATCHED:.0f} s on {QGuiApplication.platformName()}"
    spread = f"median {percentile(frames, 0.5):.1f} ms, longest {max(frames):.0f} ms"
    figure = percentile(frames, 0.95)
    return [
        Row(
            "frame time of the gates while playing, 95th percentile",
            figure,
            "ms",
            16.7,
            "below",
            note=f"{note}; {spread}",
        )
    ]
