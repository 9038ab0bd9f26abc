"""One line for each request: who asked what, the answer, the bytes both ways, the time."""

import logging

from aiohttp import web
from aiohttp.abc import AbstractAccessLogger

from moorage_gateway.process import ACCESS_LOGGER
from moorage_gateway.text import printable

access_logger = logging.getLogger(ACCESS_LOGGER)


class AccessLog(AbstractAccessLogger):
    """`127.0.0.1 "POST / HTTP/1.1" 200 in=28311552 out=320 0.214s UploadLayerPart agent="…"`.

    `in` are the bytes of the request's body, `out` those of the whole answer.
    """

    @property
    def enabled(self) -> bool:
        """Whether anybody reads the lines."""
        return access_logger.isEnabledFor(logging.INFO)

    def log(self, request: web.BaseRequest, response: web.StreamResponse, time: float) -> None:
        """Write the line; `time` in seconds. What comes from the client is escaped."""
        target = request.headers.get("X-Amz-Target", "").rpartition(".")[2]
        access_logger.info(
            '%s "%s %s HTTP/%d.%d" %d in=%d out=%d %.3fs%s agent="%s"',
            request.remote or "-",
            request.method,
            printable(request.raw_path),
            *request.version,
            response.status,
            request.content.total_bytes,
            response.body_length,
            time,
            f" {printable(target)}" if target else "",
            printable(request.headers.get("User-Agent", "-")),
        )
