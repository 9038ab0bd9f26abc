"""Parts of a body that is in memory, by the `Range` of a request (RFC 9110, section 14)."""

import re

from moorage.wire.http import HttpResponse

_RANGE = re.compile(r"bytes=(?:([0-9]{1,18})-([0-9]{0,18})|-([0-9]{1,18}))")


def ranged(content: bytes, asked: str | None, headers: dict[str, str]) -> HttpResponse:
    """200 with all of it, 206 with the part that is asked for, or 416.

    A value that is not a single range of bytes is ignored, as the RFC allows.
    """
    span = _span(asked or "", len(content))
    if span is None:
        return HttpResponse(200, "", {**headers, "Content-Length": str(len(content))}, content)
    if not span:
        return HttpResponse(416, "", {**headers, "Content-Range": f"bytes */{len(content)}"})
    part = content[span.start : span.stop]
    place = f"bytes {span.start}-{span.stop - 1}/{len(content)}"
    return HttpResponse(206, "", {**headers, "Content-Range": place, "Content-Length": str(len(part))}, part)


def _span(asked: str, size_bytes: int) -> range | None:
    """The positions that a range names, none if it is after the end; None for a value that is not a single range."""
    matched = _RANGE.fullmatch(asked)
    if not matched:
        return None
    first, last, suffix = matched.groups()
    if suffix is not None:
        return range(max(size_bytes - int(suffix), 0), size_bytes)
    if last and int(last) < int(first):
        return None
    return range(int(first), min(int(last) + 1, size_bytes) if last else size_bytes)
