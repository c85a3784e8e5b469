"""How smooth the loss surface turns: the digits, untrained, in See, the camera moved before every frame."""

from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication

from app.explain.surface_view import SurfaceView
from app.workspaces.see import SeeWorkspace
from engine.examples import load_example
from tests.benchmarks.frame_clock import FrameClock
from tests.benchmarks.open_window import open_window, turn, wait_until
from tests.benchmarks.row import Row, percentile

WATCHED = 10.0  # s of turning
PACE = 16  # ms between two moves, as a mouse makes them
DEGREES = 1.5  # of a move


def measure() -> list[Row]:
    """Time every frame while the surface turns, with everything around it on screen."""
    with open_window(load_example("digits"), "see") as program:
        see = program.window.findChild(SeeWorkspace)
        assert see is not None
        done: list[int] = []
        see.settled.connect(done.append)
        see.show_view("surface")
        wait_until(lambda: bool(done))
        view = see.current
        assert isinstance(view, SurfaceView)
        turn(2.0)
        timer = QTimer(interval=PACE)
        timer.timeout.connect(lambda: view.surface.set_camera(view.surface.camera.turned(DEGREES, 0.0)))
        timer.start()
        clock = FrameClock(program.window)
        clock.run(WATCHED)
        timer.stop()
        frames, size = clock.frames, view.surface.size()
    place = f"{size.width()}x{size.height()} px on {QGuiApplication.platformName()}"
    spread = f"median {percentile(frames, 0.5):.1f} ms, longest {max(frames):.0f} ms"
    note = f"{len(frames)} frames in {WATCHED:.0f} s, {place}; {spread}"
    name = "frame time of the loss surface while it turns, 95th percentile"
    return [Row(name, percentile(frames, 0.95), "ms", 16.7, "below", note=note)]
