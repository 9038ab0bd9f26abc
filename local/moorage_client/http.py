"""HTTP clients that the user's environment cannot break: no proxy to this machine, and one clear line for a bad one."""

import urllib.request

import httpx

from moorage_client.endpoint import is_loopback


class ClientSetupError(Exception):
    """The environment asks for a proxy or certificates that cannot be used."""


def http_client(url: str, timeout: httpx.Timeout, max_connections: int = 10) -> httpx.Client:
    """A client for requests to the host of `url`. Proxies and certificates of the environment are used for others.

    Raises: ClientSetupError.
    """
    limits = httpx.Limits(max_connections=max_connections)
    try:
        return httpx.Client(timeout=timeout, limits=limits, trust_env=not is_loopback(url))
    except (ImportError, OSError, ValueError) as error:
        names = "HTTP_PROXY, HTTPS_PROXY, ALL_PROXY, NO_PROXY, SSL_CERT_FILE and SSL_CERT_DIR"
        raise ClientSetupError(f"the environment's {names} cannot be used: {error}") from error


def proxy_for(url: str) -> str | None:
    """The proxy that the environment names for this URL."""
    host = httpx.URL(url).host
    if is_loopback(url) or urllib.request.proxy_bypass(host):
        return None
    proxies = urllib.request.getproxies()
    return proxies.get(httpx.URL(url).scheme) or proxies.get("all")
