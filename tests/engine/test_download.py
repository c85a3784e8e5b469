"""Fetching a published file, without a network."""

import hashlib
import io
import urllib.error
from contextlib import contextmanager
from types import SimpleNamespace

import pytest

from engine.download import Published, _OnlyHttps, fetch
from engine.errors import UserError
from engine.inspect.inspector import Cancelled

DATA = bytes(range(256)) * 4000
WANTED = Published("https://example.org/w.h5", most=2_000_000, md5=hashlib.md5(DATA).hexdigest())


def served(data, length=None):
    @contextmanager
    def opened(url):
        assert url == WANTED.url
        headers = {"Content-Length": str(len(data) if length is None else length)}
        yield SimpleNamespace(headers=headers, read=io.BytesIO(data).read)

    return opened


def fetched(open_url, wanted=WANTED, cancelled=lambda: False):
    counts = []
    found = fetch(wanted, "The file", "Choose a file.", lambda *count: counts.append(count), cancelled, open_url)
    return found, counts


def test_a_whole_file_arrives_with_progress():
    found, counts = fetched(served(DATA))
    assert found == DATA and counts[-1] == (len(DATA), len(DATA)) and len(counts) > 2


def test_both_hashes_count():
    strict = Published(WANTED.url, 2_000_000, sha256=hashlib.sha256(DATA).hexdigest(), md5=WANTED.md5)
    assert fetched(served(DATA), strict)[0] == DATA
    wrong = Published(WANTED.url, 2_000_000, sha256="0" * 64, md5=WANTED.md5)
    with pytest.raises(UserError, match="damaged"):
        fetched(served(DATA), wrong)


@pytest.mark.parametrize("data", [DATA[:-1], b"<html>sign in</html>"])
def test_what_is_not_the_published_file_is_refused(data):
    with pytest.raises(UserError, match="hash"):
        fetched(served(data, length=len(DATA)))


def test_offline_is_said_with_another_way():
    def offline(_url):
        raise urllib.error.URLError("Name or service not known")

    with pytest.raises(UserError, match=r"example\.org: Name or service") as refusal:
        fetched(offline)
    assert "Choose a file" in refusal.value.hint


def test_too_large_is_refused_before_it_is_read():
    with pytest.raises(UserError, match="at most 2,000,000"):
        fetched(served(DATA, length=10**9))


def test_a_download_can_be_cancelled():
    with pytest.raises(Cancelled):
        fetched(served(DATA), cancelled=lambda: True)


def test_only_https_is_followed():
    with pytest.raises(AssertionError):
        Published("http://example.org/w.h5", 1, md5="0")
    with pytest.raises(urllib.error.URLError, match="not https"):
        _OnlyHttps().redirect_request(None, None, 302, "", {}, "http://example.org/w.h5")
