"""Fetching a published file: https only, bounded, its hash checked before anybody sees it."""

import hashlib
import ssl
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any
from urllib.parse import urlsplit

from engine.errors import UserError
from engine.inspect.inspector import Cancelled

CHUNK = 1 << 18
PATIENCE = 20.0  # s without a byte
Open = Callable[[str], Any]


@dataclass(frozen=True)
class Published:
    """A file that somebody publishes.

    Args:
        url: https.
        most: bytes it may have.
        sha256, md5: of its content, as its publisher names them; at least one is given, both are checked.
    """

    url: str
    most: int
    sha256: str = ""
    md5: str = ""

    def __post_init__(self) -> None:
        assert urlsplit(self.url).scheme == "https"
        assert self.sha256 or self.md5

    def matches(self, data: bytes) -> bool:
        """Whether `data` is the file."""
        found = {"sha256": hashlib.sha256(data), "md5": hashlib.md5(data, usedforsecurity=False)}
        wanted = {"sha256": self.sha256, "md5": self.md5}
        return all(not text or found[name].hexdigest() == text for name, text in wanted.items())


class _OnlyHttps(urllib.request.HTTPRedirectHandler):
    """Follows a redirection only to https."""

    def redirect_request(self, *arguments: Any) -> urllib.request.Request | None:
        """Refuse to go on unencrypted; the address is the last argument."""
        address = str(arguments[-1])
        if urlsplit(address).scheme != "https":
            raise urllib.error.URLError(f"redirected to {address[:80]}, which is not https")
        return super().redirect_request(*arguments)


def _opened(url: str) -> Any:
    return urllib.request.build_opener(_OnlyHttps).open(url, timeout=PATIENCE)  # https is asserted by Published


def fetch(
    wanted: Published,
    what: str,
    hint: str,
    progress: Callable[[int, int], None],
    cancelled: Callable[[], bool],
    open_url: Open = _opened,
) -> bytes:
    """Return the content of a published file.

    Args:
        what: for sentences, e.g. "The weights of VGG-19".
        hint: what to do where it fails.
        progress: called with bytes done, and of how many.
        cancelled: asked between two pieces.
        open_url: opens an address; replaced in tests, which have no network.

    Raises:
        UserError: no connection, too large, or not the published content.
        Cancelled: it is no longer wanted.
    """
    try:
        data = _read(wanted, what, progress, cancelled, open_url)
    except (OSError, HTTPException, ssl.SSLError) as error:
        reason = getattr(error, "reason", None) or error
        host = urlsplit(wanted.url).netloc
        sentence = f"{what} could not be fetched from {host}: {str(reason)[:120]}."
        raise UserError(sentence, f"Go online and try again. {hint}") from None
    if not wanted.matches(data):
        raise UserError(f"{what} arrived damaged: the hash is not the published one.", f"Try again. {hint}")
    return data


def _read(
    wanted: Published, what: str, progress: Callable[[int, int], None], cancelled: Callable[[], bool], open_url: Open
) -> bytes:
    pieces: list[bytes] = []
    done = 0
    with open_url(wanted.url) as answer:
        total = int(answer.headers.get("Content-Length") or 0)
        while piece := answer.read(CHUNK):
            done += len(piece)
            if max(done, total) > wanted.most:
                raise UserError(f"{what} would have {max(done, total):,} bytes; at most {wanted.most:,} are taken.", "")
            pieces.append(piece)
            progress(done, total or wanted.most)
            if cancelled():
                raise Cancelled
    return b"".join(pieces)
