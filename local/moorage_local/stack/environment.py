"""The environment of our processes: without the machine's AWS settings, unless they name an endpoint."""

import os
from collections.abc import Mapping, MutableMapping

REGION = "us-east-1"
REGISTRY_ID = "000000000000"
"""The account of the engines' own credentials, and of a registry that was given no other one."""
REGISTRY_ID_VARIABLE = "MOORAGE_REGISTRY_ID"

S3_ENDPOINT = "AWS_ENDPOINT_URL_S3"
DYNAMODB_ENDPOINT = "AWS_ENDPOINT_URL_DYNAMODB"
"""botocore's variables. If the caller sets one, it replaces an embedded engine."""

_ACCESS_KEY = "AWS_ACCESS_KEY_ID"
_THEIRS = (_ACCESS_KEY, "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_CA_BUNDLE")
_LOCAL_CREDENTIALS = {_ACCESS_KEY: "moorage", "AWS_SECRET_ACCESS_KEY": "moorage-local-secret"}
_NO_FILES = {
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
}
_LOOPBACK = "127.0.0.1,localhost"


def registry_id(environ: Mapping[str, str] = os.environ) -> str:
    """The registry id that an environment names, or the default."""
    return environ.get(REGISTRY_ID_VARIABLE) or REGISTRY_ID


def aws_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """Credentials and region for clients and engines.

    The caller's credentials are used only with an endpoint of the caller's. The embedded engines get invented
    credentials, so that a mistake here can never reach a real account.

    """
    if not (environ.get(S3_ENDPOINT) or environ.get(DYNAMODB_ENDPOINT)):
        return {**_local_credentials(environ), **_NO_FILES, "AWS_REGION": REGION, "AWS_DEFAULT_REGION": REGION}
    theirs = {name: environ[name] for name in _THEIRS if environ.get(name)}
    region = environ.get("AWS_REGION") or REGION
    credentials = {} if _ACCESS_KEY in theirs else _local_credentials(environ)
    return {**theirs, **credentials, **_NO_FILES, "AWS_REGION": region, "AWS_DEFAULT_REGION": region}


def _local_credentials(environ: Mapping[str, str]) -> dict[str, str]:
    """The emulator takes an access key of 12 digits for the caller's account (ministack, multi-tenancy)."""
    account = registry_id(environ)
    return _LOCAL_CREDENTIALS if account == REGISTRY_ID else {**_LOCAL_CREDENTIALS, _ACCESS_KEY: account}


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
