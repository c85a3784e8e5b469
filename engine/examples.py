"""The projects that come with the program, in the order Home shows them: files, and architectures built by code."""

from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Literal

from engine.architectures import ARCHITECTURES
from engine.datasets.choice import wanted
from engine.errors import UserError
from engine.project import SUFFIX, Project, read
from engine.shapes import infer

FOLDER = Path(__file__).parent.parent / "resources" / "examples"


@dataclass(frozen=True)
class Example:
    """A project that comes with the program.

    Args:
        name: what the command line takes; of its file without suffix, or in `ARCHITECTURES`.
        title: what Home's card shows.
        family: Home's filter: "images", "tables", "playgrounds" (points in the plane), "sequences", or "classics".
    """

    name: str
    title: str
    family: Literal["images", "tables", "playgrounds", "sequences", "classics"]

    @property
    def path(self) -> Path:
        """Where its file lies, if it has one."""
        return FOLDER / f"{self.name}{SUFFIX}"

    @property
    def wants(self) -> str:
        """What the user is to choose before it can be trained; empty where it trains as it is."""
        return wanted(self.project.data)

    @cached_property
    def project(self) -> Project:
        """The project, read once."""
        return load_example(self.name)

    @property
    def task(self) -> str:
        """Id of what its first head learns."""
        return self.project.heads[0].task

    @cached_property
    def total_params(self) -> int:
        """Parameters of the network, trained or not."""
        return infer(self.project.graph).num_params


EXAMPLES: tuple[Example, ...] = (
    Example("digits", "Digits, small ConvNet", "images"),
    Example("digits-dense", "Digits, dense network", "images"),
    Example("spiral", "Two spirals", "playgrounds"),
    Example("iris", "Iris flowers", "tables"),
    Example("diabetes", "Diabetes, regression", "tables"),
    Example("residual", "Digits, residual branch", "images"),
    Example("lenet-5", "LeNet-5", "images"),
    Example("mlp", "MLP 784-512-512-10", "images"),
    Example("photo-regions", "Photo regions, GlobalAvg", "images"),
    Example("scenes", "Digits and shapes in scenes", "images"),
    Example("brackets", "Bracket strings, LSTM", "sequences"),
    Example("adding", "Adding problem, GRU", "sequences"),
    Example("series", "Time series, simple RNN", "sequences"),
    Example("vgg-small", "Digits, two blocks of VGG", "images"),
    Example("resnet-small", "Digits, ResNet of three stages", "images"),
    Example("inception-small", "Digits, two Inception modules", "images"),
    Example("alexnet", "AlexNet", "classics"),
    Example("vgg-16", "VGG-16", "classics"),
    Example("vgg-19", "VGG-19", "classics"),
    Example("resnet-18", "ResNet-18", "classics"),
    Example("resnet-50", "ResNet-50", "classics"),
    Example("inception-v1", "Inception v1", "classics"),
)


@cache
def load_example(name: str) -> Project:
    """Return the example called `name`.

    Raises:
        UserError: there is none.
    """
    example = next((example for example in EXAMPLES if example.name == name), None)
    if example is None:
        known = ", ".join(example.name for example in EXAMPLES)
        raise UserError(f"There is no example {name[:40]!r}.", f"Known: {known}.")
    return ARCHITECTURES[name]() if name in ARCHITECTURES else read(example.path)
