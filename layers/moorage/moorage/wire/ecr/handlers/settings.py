"""Handlers of ECR's operations on the registry's settings. Each calls its use case."""

from moorage.domain.caller import Call
from moorage.usecases.ports import Ports
from moorage.usecases.settings.account_settings import PutAccountSetting, get_account_setting, put_account_setting
from moorage.usecases.settings.describe_registry import describe_registry
from moorage.usecases.settings.pull_time_exclusions import (
    ListPullTimeExclusions,
    deregister_pull_time_exclusion,
    list_pull_time_exclusions,
    register_pull_time_exclusion,
)
from moorage.wire.ecr.model.registry import PRINCIPAL_ARN
from moorage.wire.operation import Handler, Members
from moorage.wire.page_tokens import PageTokens

_TOKENS = PageTokens("ListPullTimeUpdateExclusions", PRINCIPAL_ARN)


def _describe_registry(_: Members, _call: Call, ports: Ports) -> Members:
    registry = describe_registry(ports)
    return {
        "registryId": registry.registry_id,
        "replicationConfiguration": {"rules": list(registry.replication_rules)},
    }


def _get_account_setting(members: Members, _call: Call, ports: Ports) -> Members:
    return {"name": members["name"], "value": get_account_setting(members["name"], ports)}


def _put_account_setting(members: Members, _call: Call, ports: Ports) -> Members:
    put_account_setting(PutAccountSetting(members["name"], members["value"]), ports)
    return {"name": members["name"], "value": members["value"]}


def _register_exclusion(members: Members, _call: Call, ports: Ports) -> Members:
    exclusion = register_pull_time_exclusion(members["principalArn"], ports)
    return {"principalArn": exclusion.principal_arn, "createdAt": exclusion.created_at}


def _deregister_exclusion(members: Members, _call: Call, ports: Ports) -> Members:
    deregister_pull_time_exclusion(members["principalArn"], ports)
    return {"principalArn": members["principalArn"]}


def _list_exclusions(members: Members, _call: Call, ports: Ports) -> Members:
    # The model lets an answer have 100 members, although a request may ask for 1,000.
    limit = min(members.get("maxResults", 100), 100)
    page = list_pull_time_exclusions(ListPullTimeExclusions(after=_TOKENS.position(members), limit=limit), ports)
    output: Members = {"pullTimeUpdateExclusions": [each.principal_arn for each in page.found]}
    if page.next_after:
        output["nextToken"] = _TOKENS.write(members, page.next_after)
    return output


HANDLERS: dict[str, Handler[Members]] = {
    "DescribeRegistry": _describe_registry,
    "GetAccountSetting": _get_account_setting,
    "PutAccountSetting": _put_account_setting,
    "RegisterPullTimeUpdateExclusion": _register_exclusion,
    "DeregisterPullTimeUpdateExclusion": _deregister_exclusion,
    "ListPullTimeUpdateExclusions": _list_exclusions,
}
