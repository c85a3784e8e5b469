"""AlexNet (Krizhevsky, Sutskever and Hinton 2012, "ImageNet classification with deep convolutional neural networks").

In one tower: the paper splits convolutions 2, 4 and 5 over two GPUs of 2012, which halves their weights. Its local
response normalisation, which has no parameters and which later networks gave up, is left out.
"""

from engine.architectures.draft import Draft, photographs, published_plan
from engine.project import Project

SIDE = 227  # px: the 224 of the paper do not give its 55×55 maps


def alexnet() -> Project:
    """AlexNet in one tower: 62,378,344 parameters."""
    draft = Draft()
    draft.add("input", "input_1", shape=[SIDE, SIDE, 3])
    with draft.group("features"):
        draft.conv("conv1", 96, 11, strides=[4, 4], padding="valid")
        draft.pool("pool1", 3, 2)
        draft.conv("conv2", 256, 5)
        draft.pool("pool2", 3, 2)
        for number, filters in ((3, 384), (4, 384), (5, 256)):
            draft.conv(f"conv{number}", filters, 3)
        draft.pool("pool5", 3, 2)
    draft.add("flatten", "flatten")
    with draft.group("classifier"):
        for number in (6, 7):
            draft.add("dropout", f"dropout{number}")
            draft.add("dense", f"fc{number}", units=4096, activation="relu")
    draft.add("output", "predictions", units=1000)
    summary = "The network that won ImageNet in 2012, in one tower. Give it a folder of photographs to train it."
    return draft.project("alexnet", summary, photographs(SIDE), published_plan())
