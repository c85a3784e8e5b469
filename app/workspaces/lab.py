"""Lab: the lessons as a gallery, and one of them open; it keeps the progress and hands networks over to Build."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from app.actions import Actions
from app.lab import BY_ID, stage_class
from app.lab.bar import LabBar
from app.lab.gallery import Gallery
from app.lab.page import LessonPage
from app.lab.stage import Stage
from app.studio import Studio
from app.theme import Look
from app.widgets.error_state import ErrorState
from engine.errors import UserError
from engine.examples import load_example
from engine.lab import FOLDER, Shelf, read_shelf
from engine.lab.lesson import Lesson, problem


class LabWorkspace(QWidget):
    """Gallery or lesson.

    Args:
        shelf: the lessons; those that come with the program where none is given.

    Attributes:
        project_wanted: a Project to open in Build.
    """

    project_wanted = Signal(object)

    def __init__(
        self, studio: Studio, look: Look, actions: Actions, parent: QWidget | None = None, shelf: Shelf | None = None
    ) -> None:
        super().__init__(parent)
        self._studio, self._look, self._actions = studio, look, actions
        self.shelf = read_shelf(FOLDER, BY_ID) if shelf is None else shelf
        self.gallery = Gallery(self.shelf, self._picture_stage, look)
        self.bar = LabBar(look)
        self.page: LessonPage | None = None
        self.error: ErrorState | None = None
        self._lay_out()
        self._connect()
        self.show_gallery()

    @property
    def lesson(self) -> Lesson | None:
        """The lesson that is open; None in the gallery."""
        return self.page.lesson if self.page is not None else None

    def regions(self) -> list[QWidget]:
        """What F6 moves through."""
        return [self.bar, *self.page.regions()] if self.page is not None else [self.gallery]

    def focus_main(self) -> None:
        """Put the keyboard on the lesson, or on the gallery."""
        if self.page is not None:
            self.page.left.setFocus()
        else:
            self.gallery.focus_main()

    def show_gallery(self) -> None:
        """Close the lesson; the gallery is as it was."""
        self._close_page()
        self.gallery.show_progress(self._studio.settings.lessons_done)
        self.bar.hide()
        self.stack.setCurrentWidget(self.gallery)

    def open_lesson(self, name: str) -> bool:
        """Open a lesson in its first state; False where its file is wrong, which is then said."""
        lesson = self.shelf.find(name)
        self._close_page()
        self.bar.show_lesson(lesson, *self._neighbours(lesson))
        self.bar.show()
        try:
            stage = make_stage(lesson, self._look, self._studio)
        except UserError as error:
            self._show_error(error)
            return False
        self.page = LessonPage(lesson, stage, self._look)
        self.page.completed.connect(self._complete)
        stage.noted.connect(self._studio.noted)
        stage.changed.connect(self._show_state)
        self.stack.addWidget(self.page)
        self.stack.setCurrentWidget(self.page)
        self.page.begin()
        self._show_state()
        return True

    def begin_again(self) -> None:
        """Set the open lesson back to its first state, question included."""
        if self.page is not None:
            self.page.begin()

    def take_to_build(self) -> None:
        """Open the lesson's network as a project."""
        if self.page is None:
            return
        project = self.page.stage.project()
        if project is None and self.page.lesson.take:
            project = load_example(self.page.lesson.take)
        if project is not None:
            self.project_wanted.emit(project)

    def _lay_out(self) -> None:
        self.stack = QStackedWidget()
        self.stack.addWidget(self.gallery)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.bar)
        column.addWidget(self.stack, 1)
        self.setMinimumSize(1, 1)

    def _connect(self) -> None:
        self.gallery.chosen.connect(self.open_lesson)
        self.bar.gallery_wanted.connect(self.show_gallery)
        self.bar.reset_wanted.connect(self.begin_again)
        self.bar.take_wanted.connect(self.take_to_build)
        self.bar.lesson_wanted.connect(self.open_lesson)

    def _picture_stage(self, name: str) -> Stage:
        stage = make_stage(self.shelf.find(name), self._look, None)
        if stage.length:
            stage.draw_at(stage.length * 0.6)
        return stage

    def _neighbours(self, lesson: Lesson) -> tuple[str, str]:
        names = [other.name for other in self.shelf.lessons]
        at = names.index(lesson.name)
        after = lesson.next or (names[at + 1] if at + 1 < len(names) else "")
        return names[at - 1] if at else "", after if after in names else ""

    def _show_state(self) -> None:
        if self.page is not None:
            lesson, stage = self.page.lesson, self.page.stage
            is_done = lesson.name in self._studio.settings.lessons_done
            self.bar.show_state(is_done, bool(lesson.take) or stage.project() is not None)

    def _complete(self) -> None:
        lesson = self.lesson
        if lesson is not None:
            self._studio.settings.add_lesson_done(lesson.name)
            self._show_state()

    def _close_page(self) -> None:
        for shown in (self.page, self.error):
            if shown is not None:
                self.stack.removeWidget(shown)
                shown.hide()
                shown.deleteLater()
        self.page = self.error = None

    def _show_error(self, error: UserError) -> None:
        self.error = ErrorState("", "", "", self._look)
        self.error.set_error(f"{error.where}: {error.message}" if error.where else error.message, error.hint)
        self.error.retry.connect(self.show_gallery)
        self.stack.addWidget(self.error)
        self.stack.setCurrentWidget(self.error)


def make_stage(lesson: Lesson, look: Look, studio: Studio | None) -> Stage:
    """Make a lesson's stage in the lesson's state.

    Raises:
        UserError: stage, state or condition do not fit each other; `where` names file and line.
    """
    if lesson.stage not in BY_ID:
        known = f"Stages: {', '.join(sorted(BY_ID))}."
        raise problem(lesson.path, lesson.line("stage"), f"There is no stage {lesson.stage!r}.", known)
    kind = stage_class(lesson.stage)
    if lesson.done and lesson.done not in kind.conditions:
        known = f"Its conditions: {', '.join(kind.conditions) or 'none'}."
        text = f"The stage {lesson.stage} has no condition {lesson.done!r}."
        raise problem(lesson.path, lesson.line("done"), text, known)
    stage = kind(look, studio)
    stage.adopt_sections()
    try:
        stage.set_state(lesson.state)
    except UserError as error:
        stage.deleteLater()
        raise problem(lesson.path, lesson.line("state"), error.message, error.hint) from error
    return stage
