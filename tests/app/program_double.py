"""The whole program with an engine that answers at once and questions that are answered beforehand."""

import sys
from contextlib import contextmanager
from pathlib import Path

from app.dialogs import Dialogs
from app.program import assemble
from app.settings import Settings

FAKE_ENGINE = (sys.executable, "-m", "tests.fake_engine")


class Answers:
    """Answers to every question; notes which were asked."""

    def __init__(self, **answers):
        self.answers = {
            "open": None,
            "save": None,
            "unsaved": "discard",
            "stop": True,
            "changed": "cancel",
            "new": None,
            "branch": None,
        }
        self.answers.update(answers)
        self.asked = []

    def dialogs(self):
        return Dialogs(**{name: self._answer(name) for name in self.answers})

    def _answer(self, name):
        def answer(*_args):
            self.asked.append(name)
            return self.answers[name]

        return answer


@contextmanager
def running_program(folder: Path, answers=None, *, recover=False, theme="dark", size=(1440, 900), command=FAKE_ENGINE):
    """Assemble the program, show nothing yet, and end it tidily."""
    answers = answers or Answers()
    settings = Settings(folder / "settings.ini")
    program = assemble(settings, theme=theme, command=command, dialogs=answers.dialogs(), recover=recover)
    program.window.resize(*size)
    program.answers = answers
    try:
        yield program
    finally:
        program.studio.stop()
        program.studio.document.undo_stack.setClean()
        program.window.close()
        program.studio.engine.close()
        program.window.deleteLater()
