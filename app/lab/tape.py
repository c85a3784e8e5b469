"""Tape and tensors: rank and shape, constant and variable, joining, broadcasting, the tape, the traced graph."""

from typing import Any, ClassVar

from app.lab.chapters import Chapter, ChapterStage, defaults_of
from app.lab.tape_assign import AssignChapter
from app.lab.tape_broadcast import BroadcastChapter
from app.lab.tape_graph import GraphChapter
from app.lab.tape_join import JoinChapter
from app.lab.tape_rank import RankChapter
from app.lab.tape_roll import RollChapter

CHAPTERS: tuple[type[Chapter], ...] = (
    RankChapter, AssignChapter, JoinChapter, BroadcastChapter, RollChapter, GraphChapter,
)  # fmt: skip


class TapeStage(ChapterStage):
    """Six pictures of what TensorFlow computes with."""

    chapters: ClassVar[tuple[type[Chapter], ...]] = CHAPTERS
    title: ClassVar[str] = "What is shown"
    defaults: ClassVar[dict[str, Any]] = defaults_of(CHAPTERS)
    conditions: ClassVar[dict[str, str]] = {
        "ranked": "a tensor of rank 4 was built up",
        "refused": "a constant refused to be written",
        "joined": "tensors were joined to the end",
        "broadcast": "two tensors were stretched and added",
        "unfit": "two shapes were compared up to the axis where they do not fit",
        "read": "the tape was read back to its beginning",
        "typed": "a program of one's own was taken",
        "traced": "the traced graph ran to its end",
    }
