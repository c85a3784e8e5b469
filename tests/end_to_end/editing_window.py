"""A window without a picture that edits a project until it is killed.

`python -m tests.end_to_end.editing_window once|always|save|engine FOLDER`: prints a line whenever something happened.
"""

import sys
import time
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QTimer

from app.document import Document
from app.engine_client import EngineClient
from app.recovery import Recovery
from engine.graph import Node


def say(*words):
    print(*words, flush=True)


def edit(document, n):
    graph = document.project.graph.with_node(Node(f"dense_{n % 50}", "dense", {"units": n}))
    document.edit_graph("Add", graph)
    document.edit("Rename", document.project.replace(title=f"edit {n}"), "title")


def once(document, folder):
    """Three edits, and then nothing but waiting."""
    document.save(folder / "p.glassbox")
    recovery = Recovery(document, folder / "recovery")
    for n in (1, 2, 3):
        edit(document, n)
    began = time.monotonic()
    recovery.written.connect(lambda _: say(time.monotonic() - began))


def always(document, folder):
    """An edit every few milliseconds."""
    Recovery(document, folder / "recovery", (0.05, 0.2))
    repeat(document, lambda n: edit(document, n))


def save(document, folder):
    """Edit and save without a pause."""

    def edit_and_save(n):
        edit(document, n)
        document.save(folder / "p.glassbox")

    repeat(document, edit_and_save)


def engine(document, folder):
    """Start an engine and wait."""
    client = EngineClient([sys.executable, "-m", "tests.fake_engine"], parent=document)
    client.ready.connect(lambda _: say(client.process_id))
    client.start()


def repeat(document, action):
    timer = QTimer(document)
    count = [0]

    def tick():
        count[0] += 1
        action(count[0])
        say(count[0], time.time())

    timer.timeout.connect(tick)
    timer.start(2)


if __name__ == "__main__":
    application = QCoreApplication([])
    kept = Document()
    {"once": once, "always": always, "save": save, "engine": engine}[sys.argv[1]](kept, Path(sys.argv[2]))
    application.exec()
