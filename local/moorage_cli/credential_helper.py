"""`docker-credential-moorage`: gives docker, podman, skopeo and other clients a password whenever they need one.

The protocol (docker/docker-credential-helpers): the first argument is the operation, the input and the output are lines
or JSON. `get` prints a new token from GetAuthorizationToken. Nothing is stored.

    {"credHelpers": {"API.execute-api.eu-west-1.amazonaws.com": "moorage"}}     in ~/.docker/config.json

MOORAGE_ENDPOINT     the URL of the registry's API, if it is not the host that the client names
MOORAGE_TOKEN_SCOPE  pull/team-a/* or push/team-a/web, if IAM allows only tokens with a scope
"""

import json
import os
import sys
from collections.abc import Mapping
from typing import TextIO
from urllib.parse import urlsplit

from moorage_client.endpoint import is_loopback

ENDPOINT = "MOORAGE_ENDPOINT"
SCOPE = "MOORAGE_TOKEN_SCOPE"
USAGE = "usage: docker-credential-moorage get|store|erase|list"


def main() -> None:
    """The console script."""
    sys.exit(run(sys.argv[1:], sys.stdin, sys.stdout, os.environ))


def run(arguments: list[str], given: TextIO, output: TextIO, environment: Mapping[str, str]) -> int:
    """Run one operation; returns the exit status. Errors are printed to the output, because clients read them there."""
    match arguments:
        case ["get"]:
            return _get(given.readline().strip(), output, environment)
        case ["store" | "erase"]:
            given.read()  # nothing is stored, so there is nothing to change
            return 0
        case ["list"]:
            print("{}", file=output)
            return 0
        case _:
            print(USAGE, file=output)
            return 2


def _get(server: str, output: TextIO, environment: Mapping[str, str]) -> int:
    # Imported here, so that the other operations start at once.
    from botocore.exceptions import BotoCoreError, ClientError
    from moorage_client.endpoint import EndpointError
    from moorage_client.registry_password import ScopeError, get_password

    try:
        password = get_password(environment.get(ENDPOINT) or endpoint_of(server), environment.get(SCOPE, ""))
    except (BotoCoreError, ClientError, EndpointError, ScopeError) as error:
        print(f"docker-credential-moorage: {error}", file=output)
        return 1
    print(json.dumps({"ServerURL": server, "Username": password.user, "Secret": password.secret}), file=output)
    return 0


def endpoint_of(server: str) -> str:
    """The URL of the registry's API for a server name from a client: a host, or a URL with or without a path."""
    url = server if "://" in server else f"https://{server}"
    host = urlsplit(url).netloc
    scheme = "http" if is_loopback(url) and "://" not in server else urlsplit(url).scheme
    return f"{scheme}://{host}"


if __name__ == "__main__":
    main()
