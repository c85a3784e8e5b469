"""VGG (Simonyan and Zisserman 2014, "Very deep convolutional networks for large-scale image recognition")."""

from engine.architectures.draft import PHOTOS, Draft, photographs, published_plan
from engine.project import DataChoice, Plan, Project

FILTERS = (64, 128, 256, 512, 512)
SIXTEEN, NINETEEN = (2, 2, 3, 3, 3), (2, 2, 4, 4, 4)  # convolutions of each block: configurations D and E


def vgg_16() -> Project:
    """VGG-16, configuration D: 138,357,544 parameters."""
    return _published("vgg-16", SIXTEEN)


def vgg_19() -> Project:
    """VGG-19, configuration E: 143,667,240 parameters."""
    return _published("vgg-19", NINETEEN)


def vgg_small() -> Project:
    """Two blocks of the same kind for the digits: trains in a minute."""
    draft = Draft()
    draft.add("input", "input_1", shape=[28, 28, 1])
    _blocks(draft, (2, 2), (12, 24))
    draft.add("flatten", "flatten")
    draft.add("dense", "fc1", units=48, activation="relu")
    draft.add("output", "output", units=10)
    summary = "Two blocks of VGG on digits: convolutions of 3×3 in pairs, and pooling after each pair."
    data = DataChoice("digits", {"size": "28"})
    return draft.project("vgg-small", summary, data, Plan("adam", {"learning_rate": 0.001}, 32, 12))


def _published(title: str, depths: tuple[int, ...]) -> Project:
    draft = Draft()
    draft.add("input", "input_1", shape=[PHOTOS, PHOTOS, 3])
    _blocks(draft, depths, FILTERS)
    draft.add("flatten", "flatten")
    draft.add("dense", "fc1", units=4096, activation="relu")
    draft.add("dense", "fc2", units=4096, activation="relu")
    draft.add("output", "predictions", units=1000)
    summary = f"{sum(depths)} convolutions of 3×3 in five blocks. Give it a folder of photographs to train it."
    return draft.project(title, summary, photographs(), published_plan())


def _blocks(draft: Draft, depths: tuple[int, ...], filters: tuple[int, ...]) -> None:
    """Convolutions of 3×3 with ReLU, then pooling; layers by Keras's names."""
    for block, (depth, channels) in enumerate(zip(depths, filters, strict=True), start=1):
        with draft.group(f"block{block}"):
            for number in range(1, depth + 1):
                draft.conv(f"block{block}_conv{number}", channels, 3)
            draft.pool(f"block{block}_pool", 2, 2)
