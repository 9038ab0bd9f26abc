"""The environment of our processes: without the machine's AWS settings, unless they name an endpoint."""

import os
from collections.abc import Mapping, MutableMapping

REGION = "us-east-1"
REGISTRY_ID = "000000000000"
"""The account id that the embedded engines use."""

S3_ENDPOINT = "AWS_ENDPOINT_URL_S3"
DYNAMODB_ENDPOINT = "AWS_ENDPOINT_URL_DYNAMODB"
"""botocore's variables. If the caller sets one, it replaces an embedded engine."""

_THEIRS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_CA_BUNDLE")
_LOCAL_CREDENTIALS = {"AWS_ACCESS_KEY_ID": "moorage", "AWS_SECRET_ACCESS_KEY": "moorage-local-secret"}
_NO_FILES = {
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
}
_LOOPBACK = "127.0.0.1,localhost"


def aws_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """Credentials and region for clients and engines.

    The caller's credentials are used only with an endpoint of the caller's. The embedded engines get invented
    credentials, so that a mistake here can never reach a real account.

    """
    if not (environ.get(S3_ENDPOINT) or environ.get(DYNAMODB_ENDPOINT)):
        return {**_LOCAL_CREDENTIALS, **_NO_FILES, "AWS_REGION": REGION, "AWS_DEFAULT_REGION": REGION}
    theirs = {name: environ[name] for name in _THEIRS if environ.get(name)}
    region = environ.get("AWS_REGION") or REGION
    credentials = {} if "AWS_ACCESS_KEY_ID" in theirs else _LOCAL_CREDENTIALS
    return {**theirs, **credentials, **_NO_FILES, "AWS_REGION": region, "AWS_DEFAULT_REGION": region}


def engine_environment(environ: Mapping[str, str], home: str) -> dict[str, str]:
    """The whole environment of an engine: a search path, an empty home folder, and credentials."""
    return {"PATH": environ.get("PATH", os.defpath), "HOME": home, **aws_environment(environ)}


def leave_users_environment(environ: MutableMapping[str, str]) -> dict[str, str]:
    """Drop what the user's environment says of AWS and of proxies to this machine; returns it as it was.

    Call it before the first AWS client is made: a profile that is missing, or a proxy, would break it.
    """
    users = dict(environ)
    isolate(environ, aws_environment(users))
    return users


def isolate(environ: MutableMapping[str, str], variables: Mapping[str, str]) -> None:
    """Drop every AWS variable of the machine from `environ` (profiles, CA bundles, tokens …), then set `variables`."""
    for name in [name for name in environ if name.startswith("AWS_")]:
        del environ[name]
    environ.update(variables)
    # Requests to loopback must not use a proxy. Clients read either spelling.
    for name in ("NO_PROXY", "no_proxy"):
        environ[name] = ",".join(filter(None, [environ.get(name, ""), _LOOPBACK]))
