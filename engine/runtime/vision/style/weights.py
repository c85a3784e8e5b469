"""Fetching the published weights of VGG-19 as a job, with progress and cancel."""

from collections.abc import Sequence

from engine.messages import FetchWeights, Message, Progress
from engine.runtime.jobs import Cancelled, Job, Report, in_thread
from engine.runtime.shelf import Shelf
from engine.style.vgg19 import download


def fetch_weights(request: FetchWeights, shelf: Shelf) -> Job:
    """Download them into the user's data folder; the result names the file.

    Raises:
        UserError: there is no connection, or what came is not what was published.
    """
    counts: list[tuple[int, int]] = []
    gone: list[bool] = []

    def news() -> Sequence[Message]:
        if not counts:
            return ()
        done, total = counts[-1]
        counts.clear()
        return (Progress(done=done, total=total, text="fetching the weights of VGG-19, bytes"),)

    yield Report()
    try:
        path = yield from in_thread(lambda: download(lambda *count: counts.append(count), lambda: bool(gone)), news)
    except Cancelled:
        gone.append(True)
        raise
    return {"path": str(path)}
