"""`python -m engine.style.made`: draws the style images that come with the program and writes their files."""

from engine.storage import atomic_write, make_folder
from engine.style.made import MADE_STYLES, jpeg


def main() -> None:
    """Write every style image."""
    for style in MADE_STYLES:
        data = jpeg(style.draw())
        make_folder(style.path.parent)
        atomic_write(style.path, data)
        print(f"{style.path}: {len(data):,} bytes")


if __name__ == "__main__":
    main()
