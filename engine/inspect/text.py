"""Bytes of a text file: which encoding, and the first of them without reading the rest."""

import codecs
import os
import stat
from pathlib import Path

from engine.errors import UserError
from engine.inspect.names import shown

BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
MAX_BYTES = 256 * 1024 * 1024
CHUNK = 1 << 20


def read_head(path: Path, limit: int) -> tuple[bytes, int]:
    """Return the first `limit` bytes of a regular file, and how many it has.

    Raises:
        UserError: the file is missing, not a regular file or unreadable.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
        with os.fdopen(descriptor, "rb") as file:
            found = os.fstat(descriptor)
            if not stat.S_ISREG(found.st_mode):
                raise UserError(f"{shown(path.name)} is not a regular file.", "Choose a CSV file.", where="path")
            return file.read(limit), found.st_size
    except (OSError, ValueError) as error:
        reason = os.strerror(error.errno).lower() if isinstance(error, OSError) and error.errno else str(error)
        raise UserError(f"{shown(str(path))} cannot be read: {reason}.", "Choose another file.", "path") from None


def encoding_of(data: bytes, name: str) -> tuple[str, str]:
    """Return the encoding, and a sentence where it had to be guessed.

    Raises:
        UserError: the bytes are no text.
    """
    for bom, encoding in BOMS:
        if data.startswith(bom):
            _require_decodable(data, encoding, name)
            return encoding, ""
    if (place := data.find(b"\0")) >= 0:
        raise UserError(
            f"{name} is not a text file: byte {place + 1:,} is NUL.",
            "If it is a table, save it as “CSV UTF-8” in the program it comes from.",
            where="path",
        )
    if _decodes(data, "utf-8"):
        return "utf-8", ""
    _require_decodable(data, "cp1252", name)
    return "cp1252", f"{name} is not UTF-8; it was read as Windows-1252, so look at its special letters."


def whole_lines(head: bytes) -> bytes:
    """Drop a last line that may have been cut."""
    utf16 = {codecs.BOM_UTF16_LE: b"\n\0", codecs.BOM_UTF16_BE: b"\0\n"}
    newline = utf16.get(head[:2]) or (b"\n" if b"\n" in head else b"\r")
    end = head.rfind(newline)
    return head[: end + len(newline)] if end >= 0 else head


def _require_decodable(data: bytes, encoding: str, name: str) -> None:
    if not _decodes(data, encoding):
        raise UserError(
            f"{name} is damaged: it is not text in {encoding.removesuffix('-sig').upper()}.",
            "Save it as “CSV UTF-8” in the program it comes from.",
            where="path",
        )


def _decodes(data: bytes, encoding: str) -> bool:
    """Whether all bytes are text; decoded in pieces, so that a large file is not held twice."""
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for start in range(0, len(data), CHUNK):
            decoder.decode(data[start : start + CHUNK])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
