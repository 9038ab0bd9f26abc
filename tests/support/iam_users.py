"""IAM users of the emulator, and what each of them may do on a deployed stack."""

import json
import uuid
from dataclasses import dataclass
from typing import Any

from botocore.awsrequest import AWSRequest

from tests.support.emulator import Cloud, Stack


@dataclass(frozen=True)
class User:
    """A user with an access key."""

    arn: str
    name: str
    key: tuple[str, str]

    @property
    def credentials(self) -> dict[str, str]:
        """For a boto3 client."""
        return {"aws_access_key_id": self.key[0], "aws_secret_access_key": self.key[1]}


def new_user(cloud: Cloud, *policies: str) -> User:
    """A user with these policies (JSON), and no other."""
    iam, name = cloud.client("iam"), f"user-{uuid.uuid4()}"
    arn = iam.create_user(UserName=name)["User"]["Arn"]
    key = iam.create_access_key(UserName=name)["AccessKey"]
    user = User(arn, name, (key["AccessKeyId"], key["SecretAccessKey"]))
    for policy in policies:
        put_policy(cloud, user, policy)
    return user


def put_policy(cloud: Cloud, user: User, policy: str) -> None:
    """Give one more policy to a user."""
    cloud.client("iam").put_user_policy(UserName=user.name, PolicyName=str(uuid.uuid4()), PolicyDocument=policy)


def new_role(cloud: Cloud, statement: dict[str, str]) -> str:
    """The ARN of a role that everybody in the account may assume, with one statement as its policy."""
    iam, name = cloud.client("iam"), f"role-{uuid.uuid4()}"
    account = cloud.client("sts").get_caller_identity()["Account"]
    trust = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{account}:root"}, "Action": "sts:AssumeRole"}
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=_policy(trust))["Role"]["Arn"]
    iam.put_role_policy(RoleName=name, PolicyName="role", PolicyDocument=_policy(statement))
    return str(role)


def _policy(statement: Any) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def unscoped_ecr(stack: Stack, user: User) -> Any:
    """A client that differs from boto3's in the signature only: every operation goes to `POST /`."""
    client = stack.cloud.client("ecr", endpoint_url=stack.outputs["Endpoint"], **user.credentials)

    def sign(request: AWSRequest, **_: Any) -> None:
        request.context.setdefault("signing", {}).update(signing_name="execute-api")

    client.meta.events.register("before-sign.ecr", sign)
    return client
