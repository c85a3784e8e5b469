"""A stage of several chapters: one picture, one set of controls and one length of play each, of which one is shown."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedLayout, QVBoxLayout, QWidget

from app.lab.parts import Section
from app.lab.stage import Stage
from app.studio import Studio
from app.theme import Look
from app.throttle import Throttle
from app.widgets.choice_box import ChoiceBox
from app.widgets.segmented import Segmented
from engine.errors import UserError

FEW = 5  # chapters that stand side by side in the panel; more are in a list


class Chapter(QWidget):
    """What is seen of one part of a subject. It is made when it is first shown.

    Args:
        studio: for what the engine must compute; None where there is no engine.

    Attributes:
        id, name: as in lessons, and as shown.
        defaults: its settings; chapters of a stage may share a name, which then has one value.
        rate: steps per second at normal speed.
        changed: the user changed a setting; `values` tells which.
        done: id of a condition that came true.
        length_changed: there are more or fewer steps.
        time_wanted: the time to go to, where it is moved by something other than the play row.
    """

    id: ClassVar[str] = ""
    name: ClassVar[str] = ""
    defaults: ClassVar[Mapping[str, Any]] = {}
    rate: ClassVar[float] = 10.0
    changed = Signal()
    done = Signal(str)
    length_changed = Signal()
    time_wanted = Signal(float)

    def __init__(self, look: Look, studio: Studio | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.look, self.studio = look, studio
        self.at, self.is_playing, self.is_frozen = 0, False, False
        self._numbers_due = Throttle(self, self._write_now)  # while it plays, in a frame of their own

    @classmethod
    def check(cls, values: Mapping[str, Any]) -> None:
        """Refuse settings that cannot be.

        Raises:
            UserError: one is out of its range or not among the choices; `where` is its name.
        """

    def take(self, values: Mapping[str, Any]) -> None:
        """Show these settings, which were checked."""

    def values(self) -> dict[str, Any]:
        """The settings shown, with the keys of `defaults`."""
        return {}

    def sections(self) -> Sequence[QWidget]:
        """Its part of the panel, made once."""
        return ()

    @property
    def length(self) -> float:
        """Steps there are to play; 0 where nothing plays."""
        return 0.0

    def draw(self) -> None:
        """Draw the moment `at`."""

    def write(self) -> None:
        """Write the numbers of the moment `at`."""

    def leave(self) -> None:
        """Another chapter is shown: let go of what the engine does for this one."""

    def set_frozen(self, is_frozen: bool) -> None:
        """Let nothing be moved while a question is asked."""
        self.is_frozen = is_frozen

    def show_time(self, time: float, *, is_playing: bool) -> None:
        """Show the moment after so many steps."""
        self.at, self.is_playing = int(time), is_playing
        self.refresh()

    def refresh(self) -> None:
        """Draw and write what is shown, anew."""
        self.draw()
        self._numbers_due.request() if self.is_playing else self._write_now()

    def tell(self, condition: str) -> None:
        """Say that a condition came true, unless a question is still open."""
        if not self.is_frozen:
            self.done.emit(condition)

    def _write_now(self) -> None:
        self._numbers_due.forget()
        self.write()


class ChapterStage(Stage):
    """Shows one of its chapters; its settings are those of all, and "view", the one that is shown.

    Attributes:
        chapters: the kinds of chapters, in the order they are offered.
    """

    chapters: ClassVar[tuple[type[Chapter], ...]] = ()
    title: ClassVar[str] = "View"

    def __init__(self, look: Look, studio: Studio | None = None, parent: QWidget | None = None) -> None:
        super().__init__(look, studio, parent)
        self._made: dict[str, Chapter] = {}
        self._values = dict(self.defaults)
        self._shown = 0
        self._stack = QStackedLayout(self)
        options = [(kind.id, kind.name) for kind in self.chapters]
        self.view = Segmented(options, look) if len(options) <= FEW else ChoiceBox(options, look)
        self.view.setAccessibleName("View")
        self.view.changed.connect(self._choose)
        self._choice = Section(self.title, look)
        self._choice.add(self.view)
        self._holder = QWidget()
        self._column = QVBoxLayout(self._holder)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)

    @property
    def chapter(self) -> Chapter:
        """The one that is shown."""
        return self._made[self.view.value]

    def take_state(self, values: dict[str, Any]) -> None:
        """Begin with the settings of every chapter, and the one to show.

        Raises:
            UserError: there is no such chapter, or a setting is out of its range.
        """
        known = [kind.id for kind in self.chapters]
        if values["view"] not in known:
            raise UserError(f"There is no view {values['view']!r}.", f"Views: {', '.join(known)}.", "view")
        for kind in self.chapters:
            kind.check(values)
        self._values = dict(values)
        self._open(values["view"])

    def state(self) -> dict[str, Any]:
        """What is shown now."""
        return {**self._values, "view": self.view.value}

    def show_time(self, time: float) -> None:
        """Draw the moment after so many steps, where it is another one."""
        if self.view.value in self._made and int(time) != self._shown:
            self._shown = int(time)
            self.chapter.show_time(time, is_playing=self.is_playing)

    def sections(self) -> Sequence[QWidget]:
        """The choice of a chapter, and what belongs to the one shown."""
        return (self._choice, self._holder)

    def set_frozen(self, is_frozen: bool) -> None:
        """Let nothing be moved while a question is asked."""
        super().set_frozen(is_frozen)
        for chapter in self._made.values():
            chapter.set_frozen(is_frozen)

    def _choose(self, id: str) -> None:
        self.pause()
        self._open(id)
        self.changed.emit()

    def _open(self, id: str) -> None:
        """Show a chapter from its beginning, with the settings there are."""
        for other in self._made.values():
            other.leave()
            for section in other.sections():
                section.hide()
        self.view.set_value(id)
        chapter = self._made.get(id) or self._make(id)
        self._stack.setCurrentWidget(chapter)
        for section in chapter.sections():
            section.show()
        self._shown = -1
        chapter.at = 0
        chapter.take({name: self._values[name] for name in chapter.defaults})
        self.set_pace(chapter.rate)
        self.set_length(chapter.length)
        self.go(0)

    def _make(self, id: str) -> Chapter:
        kind = next(kind for kind in self.chapters if kind.id == id)
        made = self._made[id] = kind(self.look, self.studio)
        self._stack.addWidget(made)
        for section in made.sections():
            self._column.addWidget(section)
        made.set_frozen(self.is_frozen)
        made.changed.connect(self._keep)
        made.done.connect(self.done)
        made.length_changed.connect(lambda: self.set_length(made.length))
        made.time_wanted.connect(self._move)
        return made

    def _keep(self) -> None:
        """Remember what the user set."""
        self._values.update(self.chapter.values())
        self.changed.emit()

    def _move(self, time: float) -> None:
        self.pause()
        self.go(time)


def defaults_of(chapters: Sequence[type[Chapter]]) -> dict[str, Any]:
    """The settings of a stage of chapters; the first one is shown."""
    found: dict[str, Any] = {"view": chapters[0].id}
    for kind in chapters:
        found.update(kind.defaults)
    return found
