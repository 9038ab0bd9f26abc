"""`docker-credential-moorage`: docker, podman, skopeo and others get a password by themselves whenever they need one.

The protocol (docker/docker-credential-helpers): the first argument is the operation, the input and the output are lines
or JSON. `get` answers a new token of GetAuthorizationToken; nothing is stored anywhere.

    {"credHelpers": {"API.execute-api.eu-west-1.amazonaws.com": "moorage"}}     in ~/.docker/config.json

MOORAGE_ENDPOINT     the URL of the registry's API, where it is not the host that the client names
MOORAGE_TOKEN_SCOPE  pull/team-a/* or push/team-a/web, where IAM allows no other token
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
    """Carry out one operation; its exit status. Errors go to the output: that is where clients look for them."""
    match arguments:
        case ["get"]:
            return _get(given.readline().strip(), output, environment)
        case ["store" | "erase"]:
            given.read()  # nothing is kept, so there is nothing to do
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
    """The registry's API behind a name as clients write it: a host, or a URL, with or without a path."""
    url = server if "://" in server else f"https://{server}"
    host = urlsplit(url).netloc
    scheme = "http" if is_loopback(url) and "://" not in server else urlsplit(url).scheme
    return f"{scheme}://{host}"


if __name__ == "__main__":
    main()
