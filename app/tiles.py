"""How large the tiles of a grid are so that a row of them fills its width."""

GAP, SCROLL_BAR = 6, 10  # px


def fitted_tile(width: int, wanted: int) -> int:
    """Return the side of square tiles, px, nearest to `wanted` of those that fill a grid `width` px wide."""
    room = max(1, width - SCROLL_BAR)
    columns = max(1, round(room / (wanted + GAP)))
    return room // columns - GAP
