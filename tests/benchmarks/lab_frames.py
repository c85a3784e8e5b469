"""How smooth the lessons of the Lab play, at 1440x900 with their panels."""

from PySide6.QtWidgets import QWidget

from app.lab import BY_ID
from app.lab.page import LessonPage
from app.theme import Look
from app.window_process import application
from app.workspaces.lab import make_stage
from engine.lab import FOLDER, read_shelf
from engine.lab.lesson import Lesson
from tests.benchmarks.frame_clock import FrameClock
from tests.benchmarks.open_window import turn
from tests.benchmarks.row import Row, not_measured, percentile

SIZE = (1440, 792)  # px of a lesson's page in a window of 1440x900
SETTLE, WATCHED = 1.5, 5.0  # s
WANTED = 16.7


def measure() -> list[Row]:
    """Play every lesson that plays."""
    application()
    look = Look("dark")
    return [_measured(lesson, look) for lesson in read_shelf(FOLDER, BY_ID).lessons]


def _measured(lesson: Lesson, look: Look) -> Row:
    page = LessonPage(lesson, make_stage(lesson, look, None), look)
    page.resize(*SIZE)
    page.show()
    stage = page.stage
    stage.set_state(lesson.state)
    if not stage.length:
        page.deleteLater()
        return not_measured(lesson.name, "it does not play")
    turn(SETTLE)
    clock = FrameClock(page)
    stage.go(0)
    stage.play()
    stage.playing_changed.connect(lambda playing: playing or stage.play())
    clock.run(WATCHED)
    frames = clock.frames
    _close(page)
    note = f"{len(frames) / WATCHED:.0f} frames a second, median {percentile(frames, 0.5):.1f} ms"
    longest = f"longest {max(frames):.0f} ms, longest turn {max(clock.turns):.0f} ms"
    name = f"lesson {lesson.name}, 95th percentile"
    return Row(name, percentile(frames, 0.95), "ms", WANTED, "below", note=f"{note}, {longest}")


def _close(page: QWidget) -> None:
    page.hide()
    page.deleteLater()
    turn(0.1)
