"""The classic architectures as projects, built by code, one file for each family."""

from collections.abc import Callable

from engine.architectures.alexnet import alexnet
from engine.architectures.inception import inception_small, inception_v1
from engine.architectures.resnet import resnet_18, resnet_50, resnet_small
from engine.architectures.vgg import vgg_16, vgg_19, vgg_small
from engine.project import Project

ARCHITECTURES: dict[str, Callable[[], Project]] = {
    "vgg-small": vgg_small,
    "resnet-small": resnet_small,
    "inception-small": inception_small,
    "alexnet": alexnet,
    "vgg-16": vgg_16,
    "vgg-19": vgg_19,
    "resnet-18": resnet_18,
    "resnet-50": resnet_50,
    "inception-v1": inception_v1,
}
