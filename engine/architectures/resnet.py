"""Residual networks (He, Zhang, Ren and Sun 2015, "Deep residual learning for image recognition").

A block adds what it found to what it was given. Where both have the same shape the way round is the identity; where the
block halves the map or has other channels, a 1×1 convolution projects what goes round.
"""

from typing import Any

from engine.architectures.draft import PHOTOS, Draft, photographs, published_plan
from engine.project import DataChoice, Plan, Project

FIFTY, EIGHTEEN = (3, 4, 6, 3), (2, 2, 2, 2)  # blocks of each stage, conv2 to conv5
KERAS_EPSILON, TORCH_EPSILON = 1.001e-5, 1e-5


def resnet_50() -> Project:
    """ResNet-50 as in keras.applications, convolutions with bias: 25,636,712 parameters."""
    draft = Draft()
    draft.add("input", "input_1", shape=[PHOTOS, PHOTOS, 3])
    _stem(draft, bias=True, epsilon=KERAS_EPSILON)
    for stage, blocks in enumerate(FIFTY, start=2):
        with draft.group(f"conv{stage}"):
            for block in range(1, blocks + 1):
                stride = 2 if block == 1 and stage > 2 else 1
                _bottleneck(draft, f"conv{stage}_block{block}", 64 * 2 ** (stage - 2), stride, block == 1)
    _head(draft, 1000, "predictions")
    summary = "Fifty layers deep: sixteen bottleneck blocks, each with a way round it. Give it a folder of photographs."
    return draft.project("resnet-50", summary, photographs(), published_plan())


def resnet_18() -> Project:
    """ResNet-18 as in torchvision, convolutions without bias: 11,689,512 trained parameters, 9,600 moving averages."""
    draft = Draft()
    draft.add("input", "input_1", shape=[PHOTOS, PHOTOS, 3])
    _stem(draft, bias=False, epsilon=TORCH_EPSILON)
    for stage, blocks in enumerate(EIGHTEEN, start=2):
        with draft.group(f"conv{stage}"):
            for block in range(1, blocks + 1):
                stride = 2 if block == 1 and stage > 2 else 1
                _basic(draft, f"conv{stage}_block{block}", 64 * 2 ** (stage - 2), stride, TORCH_EPSILON)
    _head(draft, 1000, "predictions")
    summary = "Eight blocks of two convolutions, each with a way round it. Give it a folder of photographs to train it."
    return draft.project("resnet-18", summary, photographs(), published_plan())


def resnet_small() -> Project:
    """Three stages of two blocks for the digits: trains in minutes."""
    draft = Draft()
    draft.add("input", "input_1", shape=[28, 28, 1])
    draft.conv("stem_conv", 12, 3, use_bias=False, activation="linear")
    _normalised(draft, "stem", 0.001, "bn", "relu")
    for stage, filters in enumerate((12, 24, 48), start=1):
        with draft.group(f"stage{stage}"):
            for block in (1, 2):
                stride = 2 if block == 1 and stage > 1 else 1
                _basic(draft, f"stage{stage}_block{block}", filters, stride, 0.001)
    _head(draft, 10, "output")
    summary = "Three stages of a residual network on digits: identity shortcuts, and a projection where the map halves."
    data = DataChoice("digits", {"size": "28"})
    return draft.project("resnet-small", summary, data, Plan("adam", {"learning_rate": 0.002}, 32, 12))


def _stem(draft: Draft, *, bias: bool, epsilon: float) -> None:
    """A quarter of the height and width before the first block: 7×7 with stride 2, and pooling."""
    with draft.group("conv1"):
        draft.add("zero_padding2d", "conv1_pad", rows=[3, 3], columns=[3, 3])
        values: dict[str, Any] = {"strides": [2, 2], "padding": "valid", "activation": "linear", "use_bias": bias}
        draft.conv("conv1_conv", 64, 7, **values)
        _normalised(draft, "conv1", epsilon, "bn", "relu")
        draft.add("zero_padding2d", "pool1_pad")
        draft.pool("pool1_pool", 3, 2)


def _bottleneck(draft: Draft, name: str, filters: int, stride: int, projects: bool) -> None:
    """1×1 to few channels, 3×3, 1×1 to four times as many; layers by Keras's names."""
    linear: dict[str, Any] = {"activation": "linear"}
    start = draft.last
    with draft.group(name):
        around = start
        if projects:
            draft.conv(f"{name}_0_conv", 4 * filters, 1, start, strides=[stride] * 2, padding="valid", **linear)
            around = _normalised(draft, f"{name}_0", KERAS_EPSILON, "bn")
        draft.conv(f"{name}_1_conv", filters, 1, start, strides=[stride] * 2, padding="valid", **linear)
        _normalised(draft, f"{name}_1", KERAS_EPSILON, "bn", "relu")
        draft.conv(f"{name}_2_conv", filters, 3, **linear)
        _normalised(draft, f"{name}_2", KERAS_EPSILON, "bn", "relu")
        draft.conv(f"{name}_3_conv", 4 * filters, 1, padding="valid", **linear)
        found = _normalised(draft, f"{name}_3", KERAS_EPSILON, "bn")
        draft.add("add", f"{name}_add", [around, found])
        draft.add("activation", f"{name}_out")


def _basic(draft: Draft, name: str, filters: int, stride: int, epsilon: float) -> None:
    """Two convolutions of 3×3 without bias; a projection where the block halves the map."""
    values: dict[str, Any] = {"activation": "linear", "use_bias": False}
    start = draft.last
    with draft.group(name):
        around = start
        if stride > 1:
            draft.conv(f"{name}_0_conv", filters, 1, start, strides=[stride] * 2, padding="valid", **values)
            around = _normalised(draft, f"{name}_0", epsilon, "bn")
        draft.conv(f"{name}_1_conv", filters, 3, start, strides=[stride] * 2, **values)
        _normalised(draft, f"{name}_1", epsilon, "bn", "relu")
        draft.conv(f"{name}_2_conv", filters, 3, **values)
        found = _normalised(draft, f"{name}_2", epsilon, "bn")
        draft.add("add", f"{name}_add", [around, found])
        draft.add("activation", f"{name}_out")


def _normalised(draft: Draft, name: str, epsilon: float, norm: str, active: str = "") -> str:
    """Batch normalisation of what came last, and ReLU where it is named."""
    draft.add("batch_normalization", f"{name}_{norm}", epsilon=epsilon)
    return draft.add("activation", f"{name}_{active}") if active else draft.last


def _head(draft: Draft, classes: int, name: str) -> None:
    draft.add("global_average_pooling2d", "avg_pool")
    draft.add("output", name, units=classes)
