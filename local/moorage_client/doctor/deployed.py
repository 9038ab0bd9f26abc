"""A deployed stack as CloudFormation describes it, and clients for what is in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

OUTPUTS = frozenset({"BucketName", "CompletionQueueUrl", "Endpoint", "ReaderPolicy", "RegistryId", "TableName"})
"""Every Moorage stack has at least these outputs."""
FUNCTIONS = ("EcrApi", "DirectApi", "OciApi", "CompleteUploads", "RegistryStream", "ApplyLifecycle")
"""The functions' logical ids, without `Function`."""
ALIAS = "live"
_CONFIG = Config(connect_timeout=5, read_timeout=35, retries={"mode": "standard", "total_max_attempts": 3})


class StackError(Exception):
    """There is no such Moorage stack; the message says why."""


class MissingResourceError(Exception):
    """The stack has no resource of this logical id."""


class Clients(dict[str, Any]):
    """A boto3 client for each service, made when it is first used."""

    def __missing__(self, service: str) -> Any:
        make: Any = boto3.client
        self[service] = make(service, config=_CONFIG)
        return self[service]


@dataclass(frozen=True)
class Deployed:
    """`resources` are physical ids by logical id; `role` is the ARN of a role that the caller may assume, or None."""

    name: str
    outputs: Mapping[str, str]
    parameters: Mapping[str, str]
    resources: Mapping[str, str]
    alarms: tuple[str, ...]
    role: str | None = None
    clients: Clients = field(default_factory=Clients, repr=False)

    def client(self, service: str) -> Any:
        """A boto3 client of the caller's credentials."""
        return self.clients[service]

    def function(self, name: str) -> str:
        """The name of a function, by the first part of its logical id. Raises: MissingResourceError."""
        return self.resource(f"{name}Function")

    def resource(self, logical_id: str) -> str:
        """The physical id of a resource. Raises: MissingResourceError."""
        try:
            return self.resources[logical_id]
        except KeyError as error:
            raise MissingResourceError(logical_id) from error


def read_stack(name: str, role: str | None = None) -> Deployed:
    """Ask CloudFormation. Raises: StackError; botocore's errors."""
    client = boto3.client("cloudformation", config=_CONFIG)
    try:
        (stack,) = client.describe_stacks(StackName=name)["Stacks"]
    except ClientError as error:
        if "does not exist" in str(error):
            raise StackError(f"there is no stack {name} in the region {client.meta.region_name}") from error
        raise
    outputs = {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", ())}
    if missing := OUTPUTS - outputs.keys():
        raise StackError(f"the stack {name} is not a Moorage stack: it has no output {', '.join(sorted(missing))}")
    pages = client.get_paginator("list_stack_resources").paginate(StackName=name)
    listed = [each for page in pages for each in page["StackResourceSummaries"]]
    resources = [each for each in listed if not each["ResourceStatus"].startswith("DELETE_")]
    return Deployed(
        name=name,
        outputs=outputs,
        parameters={each["ParameterKey"]: each["ParameterValue"] for each in stack.get("Parameters", ())},
        resources={each["LogicalResourceId"]: each.get("PhysicalResourceId", "") for each in resources},
        alarms=tuple(
            each.get("PhysicalResourceId", each["LogicalResourceId"])
            for each in resources
            if each["ResourceType"] == "AWS::CloudWatch::Alarm"
        ),
        role=role,
    )
