"""What a convolution over a volume costs, directly and through a bottleneck of 1×1 filters.

Source: C. Szegedy and others, Going deeper with convolutions, 2014, where 1×1 filters come before 3×3 and 5×5.
"""

from dataclasses import dataclass

from engine.layers.conv2d import CONV2D


@dataclass(frozen=True)
class Convolution:
    """One layer on a square volume; padding "same" and stride 1, so the side stays.

    Args:
        side: height and width of the volume.
        channels: its depth, and that of every filter.
        kernel: side of a filter.
        filters: depth of what comes out.
    """

    side: int
    channels: int
    kernel: int
    filters: int

    @property
    def multiplications(self) -> int:
        """For one picture: places × weights of a filter × filters."""
        return CONV2D.multiply_adds(self._values, [(self.side, self.side, self.channels)])

    @property
    def parameters(self) -> int:
        """A slice per channel and one bias for each filter."""
        return CONV2D.num_params(self._values, [(self.side, self.side, self.channels)])

    @property
    def _values(self) -> dict[str, object]:
        return {
            "filters": self.filters,
            "kernel_size": (self.kernel, self.kernel),
            "strides": (1, 1),
            "padding": "same",
            "dilation_rate": (1, 1),
            "use_bias": True,
        }


@dataclass(frozen=True)
class Route:
    """The same output with and without a bottleneck.

    Args:
        direct: the layer itself.
        bottleneck: filters of 1×1 that come before it on the other way.
    """

    direct: Convolution
    bottleneck: int

    @property
    def squeeze(self) -> Convolution:
        """The 1×1 layer."""
        return Convolution(self.direct.side, self.direct.channels, 1, self.bottleneck)

    @property
    def expand(self) -> Convolution:
        """The layer behind it, on fewer channels."""
        return Convolution(self.direct.side, self.bottleneck, self.direct.kernel, self.direct.filters)

    @property
    def multiplications(self) -> int:
        """Through the bottleneck, both layers."""
        return self.squeeze.multiplications + self.expand.multiplications

    @property
    def parameters(self) -> int:
        """Through the bottleneck, both layers."""
        return self.squeeze.parameters + self.expand.parameters
