"""IAM: whether a policy that names operations and repositories is compared with the path of the request.

A session of restricted credentials gets the stack's own ReaderPolicy for a prefix of the doctor's. One request must be
let in, and three must be refused. No repository of this prefix exists, so that nothing is read: an error of ECR's means
that the request was let in.
"""

import uuid
from typing import Any

from botocore.credentials import Credentials
from botocore.exceptions import ClientError

from moorage_client.doctor.api_requests import call, is_from_function
from moorage_client.doctor.deployed import Deployed
from moorage_client.doctor.outcome import Outcome, fault, not_checked, ok

_PLACEHOLDER = "team-a/"
_SESSION_SECONDS = 900
_ROLE_ADVICE = "give --role, the ARN of a role that these credentials may assume and that has AdministratorPolicy"


def check_repository_policies(stack: Deployed) -> Outcome:
    """Whether the policy of one prefix allows its paths under the greedy route, and no others."""
    prefix = f"moorage-doctor-{uuid.uuid4()}"
    policy = stack.outputs["ReaderPolicy"].replace(_PLACEHOLDER, f"{prefix}/")
    try:
        unrestricted, reader = _session(stack, None), _session(stack, policy)
    except ClientError as error:
        return not_checked(f"no session with a policy of its own: {error}", _ROLE_ADVICE)
    if not _is_let_in(stack, "BatchGetImage", f"{prefix}/web", unrestricted):
        return not_checked("IAM refuses the requests of these credentials anyway", _ROLE_ADVICE)
    return _compare(stack, prefix, reader)


def _compare(stack: Deployed, prefix: str, reader: Credentials) -> Outcome:
    wrong = [
        f"{operation} of {name.replace(prefix, 'team-a')} is {'refused' if is_allowed else 'let in'}"
        for operation, name, is_allowed in (
            ("BatchGetImage", f"{prefix}/web", True),
            ("BatchGetImage", f"{prefix}/web/deep", True),
            ("PutImage", f"{prefix}/web", False),
            ("BatchGetImage", "moorage-doctor-other/web", False),
            ("BatchGetImage", f"{prefix}-other/web", False),
        )
        if _is_let_in(stack, operation, name, reader) is not is_allowed
    ]
    if wrong:
        return fault(
            f"with the ReaderPolicy of team-a, {'; '.join(wrong)}",
            "do not rely on IAM for single repositories: use policies of the registry (docs/operate/access.md)",
        )
    return ok("IAM lets a reader of one prefix pull there, and refuses pushes and other prefixes")


def _is_let_in(stack: Deployed, operation: str, name: str, credentials: Credentials) -> bool:
    members: dict[str, Any] = {"repositoryName": name}
    members |= {"imageManifest": "{}"} if operation == "PutImage" else {"imageIds": [{"imageTag": "none"}]}
    return is_from_function(*call(stack, f"/r/{operation}/{name}", operation, credentials, **members))


def _session(stack: Deployed, policy: str | None) -> Credentials:
    """Temporary credentials of the role, or else of the calling user, restricted by a policy."""
    sts, name = stack.client("sts"), "moorage-doctor"
    options: dict[str, Any] = {"DurationSeconds": _SESSION_SECONDS}
    if stack.role:
        options |= {"RoleArn": stack.role, "RoleSessionName": name} | ({"Policy": policy} if policy else {})
        found = sts.assume_role(**options)["Credentials"]
    else:
        found = sts.get_federation_token(Name=name, Policy=policy or stack.outputs["AdministratorPolicy"], **options)
        found = found["Credentials"]
    return Credentials(found["AccessKeyId"], found["SecretAccessKey"], found["SessionToken"])
