"""Frames: any message survives, in any pieces; anything else is refused without harm."""

import logging
import struct
from contextlib import suppress
from typing import Any, get_args

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.datasets.spec import Description
from engine.messages import (
    Event,
    Failed,
    Hello,
    Metrics,
    Ping,
    Predict,
    Predicted,
    Progress,
    Request,
    Stop,
    Train,
    Watched,
)
from engine.project import DataChoice, Project
from engine.wire import DTYPES, MAX_FRAME_BYTES, Decoder, WireError, encode, event_decoder, request_decoder

DESCRIPTION = Description("image", (8, 8, 1), "class", ("0", "<b>"), 3, value_range=(0.0, 16.0))
readable = st.text(st.characters(codec="utf-8"), max_size=20)
arrays = st.builds(
    lambda dtype, shape, seed: np.random.default_rng(seed).integers(0, 2, shape).astype(dtype),
    st.sampled_from(DTYPES),
    st.lists(st.integers(0, 4), max_size=4),
    st.integers(0, 99),
)
numbers = st.floats(allow_nan=False, allow_infinity=False)


def strategy_of(kind):
    """A strategy for a message field, by its annotation."""
    known = {
        int: st.integers(-(2**53), 2**53),
        float: numbers,
        bool: st.booleans(),
        str: readable,
        np.ndarray: arrays,
        Project: st.builds(Project, title=readable),
        DataChoice: st.builds(DataChoice, seed=st.integers(0, 9)),
        Description: st.just(DESCRIPTION),
        Any: st.none() | st.integers(0, 9) | readable,
    }
    if kind in known:
        return known[kind]
    origin, arguments = getattr(kind, "__origin__", None), get_args(kind)
    if origin is dict:
        return st.dictionaries(strategy_of(arguments[0]), strategy_of(arguments[1]), max_size=3)
    if origin is tuple and arguments[-1] is Ellipsis:
        return st.lists(strategy_of(arguments[0]), max_size=3).map(tuple)
    if origin is tuple:
        return st.tuples(*map(strategy_of, arguments))
    return (
        st.sampled_from(arguments)
        if arguments and isinstance(arguments[0], str)
        else st.one_of(*(st.none() if a is type(None) else strategy_of(a) for a in arguments))
    )


def message_of(kind):
    fields = msgspec.structs.fields(kind)
    return st.builds(kind, **{field.name: strategy_of(field.type) for field in fields})


def same(a, b):
    if isinstance(a, np.ndarray):
        return a.dtype == b.dtype and a.shape == b.shape and np.array_equal(a, b)
    if isinstance(a, msgspec.Struct):
        return type(a) is type(b) and all(same(getattr(a, f), getattr(b, f)) for f in a.__struct_fields__)
    if isinstance(a, dict):
        return list(a) == list(b) and all(same(a[key], b[key]) for key in a)
    if isinstance(a, tuple):
        return len(a) == len(b) and all(map(same, a, b))
    return a == b


@pytest.mark.parametrize("kind", [*get_args(Request), *get_args(Event)], ids=lambda kind: kind.__name__)
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_every_message_survives(kind, data):
    message = data.draw(message_of(kind))
    decoder = request_decoder() if kind in get_args(Request) else event_decoder()
    (received,) = decoder.feed(encode(message))
    assert same(message, received)


def some_messages():
    return [
        Progress(job=1, done=1, total=2, text="ä"),
        Metrics(
            job=2,
            first_step=0,
            loss=np.arange(3, dtype=np.float32),
            metric=np.zeros(3, np.float32),
            learning_rate=np.ones(3, np.float32),
            gradient_norms=np.zeros((3, 0), np.float32),
            samples_per_second=1.5,
            validation_steps=np.zeros(0, np.int64),
            validation_loss=np.zeros(0, np.float32),
            validation_metric=np.zeros(0, np.float32),
        ),
        Watched(
            job=3, step=1, activations={"a": np.ones((2, 3), np.float32)}, weights={}, boundary=np.zeros((0, 0, 0))
        ),
        Failed(job=4, kind="user", message="no"),
    ]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(1, 700), min_size=1))
def test_frames_arrive_in_any_pieces(cuts):
    messages = some_messages()
    stream = b"".join(map(encode, messages))
    decoder, received, place = event_decoder(), [], 0
    while place < len(stream):
        size = cuts[len(received) % len(cuts)]
        received += decoder.feed(stream[place : place + size])
        place += size
    assert len(received) == len(messages)
    assert all(map(same, messages, received))


def test_byte_by_byte():
    decoder = event_decoder()
    received = [m for byte in b"".join(map(encode, some_messages())) for m in decoder.feed(bytes([byte]))]
    assert all(map(same, some_messages(), received))


def test_big_endian_and_strided_arrays():
    x = np.arange(12, dtype=">f4").reshape(3, 4)[:, ::2]
    (received,) = request_decoder().feed(encode(Predict(job=1, folder="r", x=x)))
    assert received.x.dtype == np.dtype("<f4")
    assert np.array_equal(received.x, x)


def test_nan_and_infinity_in_arrays_survive():
    x = np.array([np.nan, np.inf, -np.inf], np.float32)
    (received,) = request_decoder().feed(encode(Predict(folder="r", x=x)))
    assert received.x.tobytes() == x.tobytes()


def test_numpy_numbers_are_sent_as_numbers():
    (received,) = event_decoder().feed(encode(Progress(done=np.int64(3), total=np.int32(4))))
    assert received == Progress(done=3, total=4)


def frame(header, payload=b""):
    return struct.pack("<I", len(header)) + header + payload


def header(message=b'{"type":"Stop","job":1}', arrays=b"[]", version=1):
    return b'{"version":%d,"arrays":%s,"message":%s}' % (version, arrays, message)


def test_a_frame_by_hand():
    assert list(request_decoder().feed(frame(header()))) == [Stop(job=1)]


@pytest.mark.parametrize(
    "data",
    [
        frame(b"not json"),
        frame(b'{"version":1}'),
        frame(header(version=2)),
        frame(header(version=-1)),
        struct.pack("<I", MAX_FRAME_BYTES + 1),
        b"HTTP/1.1 200 OK\r\n\r\n",
        frame(header(arrays=b'[["<f4",[-1]]]')),
        frame(header(arrays=b'[["|O",[1]]]'), b"x" * 8),
        frame(header(arrays=b'[["<f4",[1,1,1,1,1,1,1,1,1]]]'), b"x" * 4),
        frame(header(arrays=b'[["<f8",[100000,100000]]]')),
        frame(header(arrays=b'[["<f8",[9223372036854775807,9223372036854775807]]]')),
    ],
    ids=range(11),
)
def test_garbage_ends_the_connection(data):
    with pytest.raises(WireError):
        list(request_decoder().feed(data))


@settings(max_examples=300, deadline=None)
@given(st.binary(min_size=4, max_size=100))
def test_random_bytes_raise_nothing_else(data):
    with suppress(WireError):
        assert all(isinstance(m, get_args(Request)) for m in request_decoder().feed(data))


@pytest.mark.parametrize(
    "message",
    [
        b'{"type":"Teleport","job":1}',
        b'{"type":"Finished","job":1}',
        b'{"job":1}',
        b'{"type":"Ping","job":1}',
        b'{"type":"Ping","job":1,"sent":"now"}',
        b'{"type":"Predict","job":1,"folder":"r","x":0}',
        b'{"type":"Predict","job":1,"folder":"r","x":-1}',
        b'{"type":"Predict","job":1,"folder":"r","x":"file"}',
        b'{"type":"Predict","job":1,"folder":"r","x":true}',
        b"[]",
        b"null",
    ],
)
def test_a_wrong_message_is_dropped_and_the_next_is_read(message, caplog):
    with caplog.at_level(logging.WARNING):
        received = list(request_decoder().feed(frame(header(message)) + encode(Ping(job=2, sent=1.0))))
    assert received == [Ping(job=2, sent=1.0)]
    assert "dropped" in caplog.text


def test_future_fields_are_ignored():
    message = b'{"type":"Stop","job":7,"colour":"red"}'
    assert list(request_decoder().feed(frame(header(message)))) == [Stop(job=7)]
    extra = b'{"version":1,"arrays":[],"mood":3,"message":{"type":"Hello","version":1}}'
    assert list(request_decoder().feed(frame(extra))) == [Hello()]


def test_too_large_a_message_is_not_sent():
    x = np.zeros(MAX_FRAME_BYTES, np.uint8)
    with pytest.raises(WireError, match="Predicted has"):
        encode(Predicted(outputs=x, x=x))


def test_what_cannot_be_sent_says_so():
    with pytest.raises(TypeError, match="object cannot be sent"):
        encode(Train(project=object(), folder=""))
    for array in (np.array(["text"]), np.array([None]), np.zeros(3, np.float16), np.zeros(3, np.uint32)):
        with pytest.raises(TypeError, match="cannot be sent"):
            encode(Predict(folder="r", x=array))


def test_a_message_inside_its_limits_is_read_without_copying_twice():
    """Arrays of a decoded message are read-only views of its own payload, not of the buffer that goes on growing."""
    decoder = Decoder(Request)
    (first,) = decoder.feed(encode(Predict(folder="r", x=np.ones(4, np.float32))))
    list(decoder.feed(encode(Predict(folder="r", x=np.zeros(4, np.float32)))))
    assert first.x.tolist() == [1, 1, 1, 1]
