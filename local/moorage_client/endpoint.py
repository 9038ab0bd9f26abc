"""The URL of a registry's API, as users give it."""

from urllib.parse import urlsplit

_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class EndpointError(ValueError):
    """The text is not a valid endpoint; the message says why."""


def parse_endpoint(text: str) -> str:
    """The endpoint without a slash at its end.

    Raises: EndpointError if it has no scheme, no host, an invalid port, a path or anything else than an address.
    """
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as error:
        raise EndpointError(f"the endpoint {text!r} is not a URL: {error}") from error
    if parts.scheme not in ("http", "https") or "://" not in text:
        raise EndpointError(f"the endpoint {text!r} has no scheme: write http://{text} or https://{text}")
    if not parts.hostname or port == 0 or not _is_host(parts.netloc):
        raise EndpointError(f"the endpoint {text!r} names no host")
    if "@" in parts.netloc:
        raise EndpointError("the endpoint contains a user name or password: credentials come from boto3's sources")
    if parts.path not in ("", "/") or parts.query or parts.fragment:
        address = f"{parts.scheme}://{parts.netloc}"
        raise EndpointError(f"the endpoint {text!r} has a path: give the address alone, {address}")
    return f"{parts.scheme}://{parts.netloc}"


def _is_host(text: str) -> bool:
    return text.isascii() and text.isprintable() and " " not in text


def is_loopback(url: str) -> bool:
    """Whether the URL is on this machine: no proxy is used, and signatures are not needed."""
    try:
        return urlsplit(url).hostname in _LOOPBACK
    except ValueError:
        return False
