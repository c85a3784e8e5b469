"""The data part of a stand-alone script for the user's own files: a CSV file, or a folder of pictures."""

import inspect
from textwrap import dedent

import msgspec

from engine.datasets.csv_file import CSV_FILE
from engine.inspect import pictures
from engine.inspect.dialect import TableOptions
from engine.inspect.names import absolute, shown
from engine.inspect.rows import open_sheet
from engine.inspect.text import MAX_BYTES, encoding_of
from engine.params import Values
from engine.storage import read_bounded

TABLE = """
    import csv

    def number(cell):
        text = cell.strip()
        if text.lower() in ("", "na", "n/a", "nan", "null", "none", "?"):
            return float("nan")
        if "_" in text{refused}:
            return None
        try:
            return float(text{point})
        except ValueError:
            return None

    with open({path!r}, encoding={encoding!r}, newline="") as file:
        rows = list(csv.reader(file, delimiter={delimiter!r}, skipinitialspace=True))
    rows = [row for row in rows if len(row) > 1 or (row and row[0].strip())]
    rows = rows[{first}:]
    cells = [[number(row[place]) for place in {features!r}] for row in rows]
    x = np.array([[np.nan if cell is None else cell for cell in row] for row in cells])
    x[np.abs(x) > np.finfo(np.float32).max] = np.inf
    texts = [row[{target!r}].strip() for row in rows]
    values = [number(text) for text in texts]
"""
CLASSES = """
    if None in values:  # classes are called by text
        known = np.array([text != "" for text in texts])
        keys = texts
    else:
        known = np.isfinite(values)
        keys = values
    classes = sorted({key for key, there in zip(keys, known) if there})
    kept = np.isfinite(x).all(axis=1) & known
    y = np.array([classes.index(key) if there else 0 for key, there in zip(keys, known)], np.int32)
    return x[kept].astype(np.float32), y[kept]
"""
NUMBERS = """
    y = np.array(values, float)
    kept = np.isfinite(x).all(axis=1) & np.isfinite(y)
    return x[kept].astype(np.float32), y[kept].astype(np.float32)
"""
PICTURES = """
    import os
    from pathlib import Path

    from PIL import Image, ImageOps

    {decoding}
    root = Path({path!r})
    names = sorted(e.name for e in os.scandir(root) if e.is_dir(follow_symlinks=False) and e.name[0] != ".")
    images, labels = [], []
    for label, name in enumerate(names):
        files = []
        for folder, below, found in os.walk(root / name):
            below[:] = [entry for entry in below if entry[0] != "."]
            files += [Path(folder, entry) for entry in found if entry[0] != "."]
        for path in sorted(path for path in files if path.is_file()):
            try:
                with Image.open(path, formats={formats!r}) as image:
                    image.load()
                    flat = _flattened(ImageOps.exif_transpose(image)).convert({mode!r})
            except Exception as error:
                print(f"left out {{path}}: {{error}}")
                continue
            flat = flat.resize({size!r}, Image.Resampling.BILINEAR)
            images.append(np.asarray(flat, np.uint8).reshape({shape!r}))
            labels.append(label)
    return np.stack(images).astype(np.float32), np.array(labels, np.int32)
"""


def csv_body(values: Values) -> str:
    """The inside of `load_data` for a CSV file, with the form of the file written out as it was found.

    Raises:
        UserError: the file cannot be read as a table.
    """
    path = absolute(values["path"])
    description = CSV_FILE.load(values, 0).description
    data = read_bounded(path, MAX_BYTES)
    encoding, _ = encoding_of(data, shown(path.name))
    options = msgspec.convert({name: value for name, value in values.items() if name != "path"}, TableOptions)
    sheet = open_sheet(data, encoding, shown(path.name), options)
    comma = sheet.dialect.decimal_comma
    table = dedent(TABLE).format(
        path=str(path),
        encoding=encoding,
        delimiter=sheet.dialect.delimiter,
        first=int(sheet.dialect.has_header),
        features=[sheet.names.index(name) for name in description.feature_names],
        target=sheet.names.index(description.target_name),
        refused=' or "." in text' if comma else "",
        point='.replace(",", ".")' if comma else "",
    )
    return table.strip("\n") + "\n" + dedent(CLASSES if description.class_names else NUMBERS).strip("\n")


def pictures_body(values: Values) -> str:
    """The inside of `load_data` for a folder of pictures, decoding them exactly as the program does."""
    decoders = (pictures._flattened, pictures._from_floats, pictures._from_deep)
    decoding = "UserError = ValueError\n\n" + "\n".join(inspect.getsource(function) for function in decoders)
    size, grey = (values["width"], values["height"]), values["color"] == "grey"
    return (
        dedent(PICTURES)
        .strip("\n")
        .format(
            decoding=decoding,
            path=str(absolute(values["path"])),
            formats=pictures.FORMATS,
            mode="L" if grey else "RGB",
            size=size,
            shape=(size[1], size[0], 1 if grey else 3),
        )
    )
