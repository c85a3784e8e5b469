"""Mini-batches and the pipeline: batch sizes on a loss, boxes that items flow through, steps per epoch."""

from typing import Any, ClassVar

from app.lab.batches_descent import DescentChapter
from app.lab.batches_pipeline import PipelineChapter
from app.lab.batches_steps import StepsChapter
from app.lab.chapters import Chapter, ChapterStage, defaults_of

CHAPTERS: tuple[type[Chapter], ...] = (DescentChapter, PipelineChapter, StepsChapter)


class BatchesStage(ChapterStage):
    """Three pictures of how data reach a training."""

    chapters: ClassVar[tuple[type[Chapter], ...]] = CHAPTERS
    title: ClassVar[str] = "What is shown"
    defaults: ClassVar[dict[str, Any]] = defaults_of(CHAPTERS)
    conditions: ClassVar[dict[str, str]] = {
        "compared": "two or more batch sizes were played to the end",
        "measured": "the time of an epoch was measured",
        "fed": "a pipeline was played to its end in which the trainer never waits after its first element",
        "mixed": "a pipeline was played to its end in which epochs mix",
        "company": "a pipeline was played to its end in which the same items always stand together",
        "counted": "an epoch was played to its end, batch by batch",
    }

    def draw_at(self, time: float) -> None:
        """Compute what is missing at once, and stand at a moment."""
        if isinstance(self.chapter, DescentChapter):
            self.chapter.finish()
        super().draw_at(time)
        if isinstance(self.chapter, DescentChapter):
            self.chapter.chart.flush()

    def _make(self, id: str) -> Chapter:
        chapter = super()._make(id)
        chapter.length_changed.connect(lambda: self.set_pace(chapter.rate))
        return chapter
