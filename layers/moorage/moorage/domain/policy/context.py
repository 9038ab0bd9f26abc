"""The values of condition keys for a request.

Source: "AWS global condition context keys" (IAM User Guide). A key that is missing here is unknown: see keys.py.
"""

from collections.abc import Mapping
from datetime import UTC, datetime

from moorage.domain.caller import Call, CallerKind
from moorage.domain.policy.keys import Context
from moorage.domain.policy.request import AccessRequest
from moorage.domain.repositories.repository import Repository
from moorage.domain.repositories.resource_tags import ResourceTags

_PRINCIPAL_TYPES = {
    CallerKind.ROOT: "Account",
    CallerKind.USER: "User",
    CallerKind.ROLE: "AssumedRole",
    CallerKind.FEDERATED: "FederatedUser",
    CallerKind.ANONYMOUS: "Anonymous",
}
_TAGS_OF_RESOURCES = ("aws:resourcetag/", "ecr:resourcetag/")


def context_of(request: AccessRequest, now: float, registry_id: str, repository: Repository | None) -> Context:
    """The context of a request at `now` (epoch seconds); for the registry itself, all keys are unknown."""
    if request.call is None:
        return Context()
    prefixes: tuple[str, ...] = ("aws:requesttag/",)
    values = {**_of_caller(request.call), **_of_request(request.call, now), "aws:resourceaccount": (registry_id,)}
    values |= _tagged("aws:requesttag/", request.tags)
    values["aws:tagkeys"] = (*(key for key, _ in request.tags), *request.tag_keys)
    if repository is not None:
        prefixes += _TAGS_OF_RESOURCES
        values |= {key: given for prefix in prefixes[1:] for key, given in _tagged(prefix, repository.tags).items()}
    return Context(values, prefixes)


def _of_caller(call: Call) -> Mapping[str, tuple[str, ...]]:
    caller = call.caller
    is_service = caller.kind is CallerKind.SERVICE
    values: dict[str, tuple[str, ...]] = {
        "aws:principalaccount": _known(caller.account),
        "aws:principalarn": () if is_service else _known(caller.subject),
        "aws:principalisawsservice": ("true" if is_service else "false",),
        "aws:username": _known(caller.subject.rpartition("/")[2] if caller.kind is CallerKind.USER else ""),
    }
    if caller.kind in _PRINCIPAL_TYPES:
        values["aws:principaltype"] = (_PRINCIPAL_TYPES[caller.kind],)
    if caller.organization:
        values["aws:principalorgid"] = (caller.organization,)
    return values


def _of_request(call: Call, now: float) -> Mapping[str, tuple[str, ...]]:
    values: dict[str, tuple[str, ...]] = {
        "aws:currenttime": (datetime.fromtimestamp(now, UTC).isoformat(),),
        "aws:epochtime": (str(int(now)),),
        "aws:requestedregion": _known(call.registry.region),
    }
    if call.source_ip:
        values["aws:sourceip"] = (call.source_ip,)
    if call.user_agent:
        values["aws:useragent"] = (call.user_agent,)
    if call.over_tls is not None:
        values["aws:securetransport"] = ("true" if call.over_tls else "false",)
    return values


def _tagged(prefix: str, tags: ResourceTags) -> Mapping[str, tuple[str, ...]]:
    """Tags whose keys differ in case only are one condition key with several values."""
    values: dict[str, tuple[str, ...]] = {}
    for key, value in tags:
        name = f"{prefix}{key.lower()}"
        values[name] = (*values.get(name, ()), value)
    return values


def _known(text: str) -> tuple[str, ...]:
    return (text,) if text else ()
