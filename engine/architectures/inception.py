"""Inception v1, also called GoogLeNet (Szegedy et al. 2014, "Going deeper with convolutions", table 1).

A module looks at the same map through windows of 1×1, 3×3 and 5×5 and through pooling, each behind a 1×1 convolution
that keeps the number of channels small, and joins what they find. Two auxiliary outputs in the middle teach the early
layers. The paper's local response normalisation, which has no parameters, is left out.
"""

from engine.architectures.draft import PHOTOS, Draft, photographs, published_plan
from engine.project import DataChoice, Plan, Project

Filters = tuple[int, int, int, int, int, int]  # 1×1; 3×3 reduce, 3×3; 5×5 reduce, 5×5; pooling projection
MODULES: dict[str, Filters] = {
    "3a": (64, 96, 128, 16, 32, 32),
    "3b": (128, 128, 192, 32, 96, 64),
    "4a": (192, 96, 208, 16, 48, 64),
    "4b": (160, 112, 224, 24, 64, 64),
    "4c": (128, 128, 256, 24, 64, 64),
    "4d": (112, 144, 288, 32, 64, 64),
    "4e": (256, 160, 320, 32, 128, 128),
    "5a": (256, 160, 320, 32, 128, 128),
    "5b": (384, 192, 384, 48, 128, 128),
}
POOLED = {"3b": "pool3", "4e": "pool4"}  # the modules after which the map halves
AUXILIARY = {"4a": "auxiliary1", "4d": "auxiliary2"}  # the modules that an auxiliary output reads
AUXILIARY_WEIGHT = 0.3


def inception_v1() -> Project:
    """With both auxiliary outputs: 13,378,280 parameters, 6,998,552 of them on the way to the main one."""
    draft = Draft()
    draft.add("input", "input_1", shape=[PHOTOS, PHOTOS, 3])
    _stem(draft)
    read_by: dict[str, str] = {}
    for name, filters in MODULES.items():
        found = module(draft, f"inception_{name}", filters)
        if name in AUXILIARY:
            read_by[AUXILIARY[name]] = found
        if name in POOLED:
            draft.pool(POOLED[name], 3, 2, padding="same")
    with draft.group("head"):
        draft.add("global_average_pooling2d", "avg_pool")
        draft.add("dropout", "dropout", rate=0.4)
    draft.add("output", "predictions", units=1000)
    for name, source in read_by.items():
        _auxiliary(draft, name, source)
    summary = (
        "Nine modules of parallel windows, and two outputs on the way. Give it a folder of photographs to train it."
    )
    weights = dict.fromkeys(read_by, AUXILIARY_WEIGHT)
    return draft.project("inception-v1", summary, photographs(), published_plan(), **weights)


def inception_small() -> Project:
    """Two modules and an auxiliary output for the digits: trains in a minute."""
    draft = Draft()
    draft.add("input", "input_1", shape=[28, 28, 1])
    draft.conv("conv1", 16, 3)
    draft.pool("pool1", 2, 2)
    first = module(draft, "inception_a", (8, 8, 12, 4, 8, 4))
    draft.pool("pool2", 2, 2)
    module(draft, "inception_b", (12, 12, 20, 4, 8, 8))
    draft.add("global_average_pooling2d", "avg_pool")
    draft.add("output", "output", units=10)
    draft.add("global_average_pooling2d", "auxiliary_pool", first)
    draft.add("output", "auxiliary", units=10)
    summary = "Two modules of parallel windows on digits, and an auxiliary output after the first."
    data = DataChoice("digits", {"size": "28"})
    plan = Plan("adam", {"learning_rate": 0.004}, 32, 20)
    return draft.project("inception-small", summary, data, plan, auxiliary=AUXILIARY_WEIGHT)


def module(draft: Draft, name: str, filters: Filters) -> str:
    """Four ways side by side, joined along the channels; returns the name of what joins them."""
    one, reduce3, three, reduce5, five, projection = filters
    start = draft.last
    with draft.group(name):
        ways = [draft.conv(f"{name}_1x1", one, 1, start)]
        draft.conv(f"{name}_3x3_reduce", reduce3, 1, start)
        ways.append(draft.conv(f"{name}_3x3", three, 3))
        draft.conv(f"{name}_5x5_reduce", reduce5, 1, start)
        ways.append(draft.conv(f"{name}_5x5", five, 5))
        draft.pool(f"{name}_pool", 3, 1, start, padding="same")
        ways.append(draft.conv(f"{name}_pool_proj", projection, 1))
        return draft.add("concatenate", f"{name}_output", ways)


def _stem(draft: Draft) -> None:
    """An eighth of the height and width before the first module."""
    with draft.group("stem"):
        draft.conv("conv1_7x7", 64, 7, strides=[2, 2])
        draft.pool("pool1", 3, 2, padding="same")
        draft.conv("conv2_3x3_reduce", 64, 1)
        draft.conv("conv2_3x3", 192, 3)
        draft.pool("pool2", 3, 2, padding="same")


def _auxiliary(draft: Draft, name: str, source: str) -> None:
    """An output in the middle of the network, used in training only."""
    with draft.group(f"{name}_head"):
        pooled = {"pool_size": [5, 5], "strides": [3, 3]}
        draft.add("average_pooling2d", f"{name}_pool", source, **pooled)
        draft.conv(f"{name}_conv", 128, 1)
        draft.add("flatten", f"{name}_flatten")
        draft.add("dense", f"{name}_fc", units=1024, activation="relu")
        draft.add("dropout", f"{name}_dropout", rate=0.7)
    draft.add("output", name, units=1000)
