"""Which steps of a style transfer are kept as frames."""

KEPT = 24
CLOSER = 1.6  # the first steps change most, so frames lie closer there


def kept_steps(total: int) -> frozenset[int]:
    """The first step, the last, and up to 23 between them, closer at the beginning."""
    count = min(KEPT, total)
    return frozenset(round(total * (number / count) ** CLOSER) for number in range(count + 1))
