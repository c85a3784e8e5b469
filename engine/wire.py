"""Messages to bytes and back.

Frame: uint32 little-endian header length, JSON header, then the raw little-endian bytes of the arrays it lists. No
pickle: a recorded conversation can be read and replayed.
"""

import logging
import math
import struct
from collections.abc import Iterator
from typing import Any

import msgspec
import numpy as np

from engine.messages import Event, Message, Request

WIRE_VERSION = 1
MAX_FRAME_BYTES = 64 * 1024 * 1024
DTYPES = ("|u1", "|i1", "|b1", "<i4", "<i8", "<f4", "<f8")
LENGTH = struct.Struct("<I")
log = logging.getLogger(__name__)


class WireError(Exception):
    """The stream of bytes is not what the other side should send; the connection cannot go on."""


class _Header(msgspec.Struct):
    version: int
    arrays: list[tuple[str, list[int]]]
    message: msgspec.Raw


_HEADER = msgspec.json.Decoder(_Header)


def encode(message: Message) -> bytes:
    """Return the frame of `message`.

    Raises:
        WireError: the frame would exceed `MAX_FRAME_BYTES`.
        TypeError: the message holds something that is no JSON value, or an array of a kind not in `DTYPES`.
    """
    arrays: list[np.ndarray] = []

    def hook(value: Any) -> Any:
        if isinstance(value, np.ndarray):
            little = np.ascontiguousarray(value, value.dtype.newbyteorder("<"))
            if little.dtype.str not in DTYPES:
                raise TypeError(f"an array of {value.dtype} cannot be sent")
            arrays.append(little.reshape(value.shape))
            return len(arrays) - 1
        if isinstance(value, np.generic):
            return value.item()
        raise TypeError(f"{type(value).__name__} cannot be sent")

    body = msgspec.json.encode(message, enc_hook=hook)
    listed = [(array.dtype.str, list(array.shape)) for array in arrays]
    header = msgspec.json.encode(_Header(WIRE_VERSION, listed, msgspec.Raw(body)))
    size = LENGTH.size + len(header) + sum(array.nbytes for array in arrays)
    if size > MAX_FRAME_BYTES:
        raise WireError(f"{type(message).__name__} has {size:,} bytes; at most {MAX_FRAME_BYTES:,} fit in a frame")
    return b"".join([LENGTH.pack(len(header)), header, *(array.tobytes() for array in arrays)])


class Decoder:
    """Turns a stream of bytes into messages; frames may arrive in any pieces.

    Args:
        union: `Request` or `Event`, whichever the other side sends.
    """

    def __init__(self, union: Any) -> None:
        self._arrays: list[np.ndarray] = []
        self._decoder = msgspec.json.Decoder(union, dec_hook=self._array)
        self._buffer = bytearray()

    def feed(self, data: bytes) -> Iterator[Message]:
        """Add bytes; yield every message that is now whole. Messages of unknown kinds are logged and dropped.

        Raises:
            WireError: the bytes are no frame of ours.
        """
        self._buffer += data
        while (frame := self._next_frame()) is not None:
            header, self._arrays = frame
            try:
                yield self._decoder.decode(header.message)
            except msgspec.ValidationError as error:
                log.warning("dropped a message: %s", error)

    def _next_frame(self) -> tuple[_Header, list[np.ndarray]] | None:
        if len(self._buffer) < LENGTH.size:
            return None
        (length,) = LENGTH.unpack_from(self._buffer)
        if length > MAX_FRAME_BYTES:
            raise WireError(f"a frame's header claims {length:,} bytes")
        start = LENGTH.size + length
        if len(self._buffer) < start:
            return None
        header = self._header(bytes(self._buffer[LENGTH.size : start]))
        sizes = [_size(dtype, shape) for dtype, shape in header.arrays]
        end = start + sum(sizes)
        if end > MAX_FRAME_BYTES:
            raise WireError(f"a frame claims {end:,} bytes")
        if len(self._buffer) < end:
            return None
        payload = bytes(self._buffer[start:end])
        del self._buffer[:end]
        return header, list(_arrays(payload, header.arrays, sizes))

    def _header(self, data: bytes) -> _Header:
        try:
            header = _HEADER.decode(data)
        except msgspec.MsgspecError as error:
            raise WireError(f"not a frame: {error}") from None
        if header.version != WIRE_VERSION:
            raise WireError(f"frame version {header.version}, expected {WIRE_VERSION}")
        return header

    def _array(self, kind: type, index: Any) -> Any:
        if kind is not np.ndarray or not isinstance(index, int) or not 0 <= index < len(self._arrays):
            raise TypeError(f"no array {index!r}")
        return self._arrays[index]


def _size(dtype: str, shape: list[int]) -> int:
    if dtype not in DTYPES or any(size < 0 for size in shape) or len(shape) > 8:
        raise WireError(f"a frame lists an array of {dtype[:20]!r} {shape[:8]}")
    return np.dtype(dtype).itemsize * math.prod(shape)


def _arrays(payload: bytes, listed: list[tuple[str, list[int]]], sizes: list[int]) -> Iterator[np.ndarray]:
    start = 0
    for (dtype, shape), size in zip(listed, sizes, strict=True):
        yield np.frombuffer(payload, dtype, math.prod(shape), start).reshape(shape)
        start += size


def request_decoder() -> Decoder:
    """A decoder for what the window sends."""
    return Decoder(Request)


def event_decoder() -> Decoder:
    """A decoder for what the engine sends."""
    return Decoder(Event)
