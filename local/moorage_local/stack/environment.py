"""What our processes see of the environment: none of the machine's AWS settings, unless it names an endpoint."""

import os
from collections.abc import Mapping, MutableMapping

REGION = "us-east-1"
REGISTRY_ID = "000000000000"
"""The account id that the embedded engines answer with."""

S3_ENDPOINT = "AWS_ENDPOINT_URL_S3"
DYNAMODB_ENDPOINT = "AWS_ENDPOINT_URL_DYNAMODB"
"""botocore's own names: set by the caller, they replace an embedded engine."""

_THEIRS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_CA_BUNDLE")
_LOCAL_CREDENTIALS = {"AWS_ACCESS_KEY_ID": "moorage", "AWS_SECRET_ACCESS_KEY": "moorage-local-secret"}
_NO_FILES = {
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
}
_LOOPBACK = "127.0.0.1,localhost"


def aws_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """Credentials and region for clients and engines alike.

    The caller's own credentials count only together with an endpoint of the caller's; the embedded engines get made-up
    ones, so that a mistake here can never reach a real account.
    """
    if not (environ.get(S3_ENDPOINT) or environ.get(DYNAMODB_ENDPOINT)):
        return {**_LOCAL_CREDENTIALS, **_NO_FILES, "AWS_REGION": REGION, "AWS_DEFAULT_REGION": REGION}
    theirs = {name: environ[name] for name in _THEIRS if environ.get(name)}
    region = environ.get("AWS_REGION") or REGION
    credentials = {} if "AWS_ACCESS_KEY_ID" in theirs else _LOCAL_CREDENTIALS
    return {**theirs, **credentials, **_NO_FILES, "AWS_REGION": region, "AWS_DEFAULT_REGION": region}


def engine_environment(environ: Mapping[str, str], home: str) -> dict[str, str]:
    """All an engine sees: a search path, a home without anybody's configuration, and credentials."""
    return {"PATH": environ.get("PATH", os.defpath), "HOME": home, **aws_environment(environ)}


def isolate(environ: MutableMapping[str, str], variables: Mapping[str, str]) -> None:
    """Drop every AWS variable of the machine from `environ` (profiles, CA bundles, tokens …), then set `variables`."""
    for name in [name for name in environ if name.startswith("AWS_")]:
        del environ[name]
    environ.update(variables)
    # Loopback never goes through a proxy; clients read either spelling.
    for name in ("NO_PROXY", "no_proxy"):
        environ[name] = ",".join(filter(None, [environ.get(name, ""), _LOOPBACK]))
