"""The policies of docs/operate/access.md do what the page says, as they are printed."""

import json
import re
import tomllib
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest
from moorage.domain.caller import ANONYMOUS, Caller, parse_caller
from moorage.domain.policy.evaluate_policy import Decision, PolicyRequest, evaluate_policies
from moorage.domain.policy.parsing.parse_policy import parse_policy
from moorage_local.access.access_keys import load_access_keys
from moorage_local.stack.environment import REGISTRY_ID as LOCAL_ACCOUNT

from tests.support.template.reading import read_template

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "operate" / "access.md").read_text()
READER, PUSHER, ADMINISTRATOR, PUBLIC, PROD, HELPER, KEYS = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
API = "arn:aws:execute-api:eu-west-1:111122223333:API/$default/"
ARN = "arn:aws:ecr:eu-west-1:111122223333:repository/"


def iam_allows(policy: str, path: str) -> bool:
    """IAM's matching: `*` in a resource stands for anything, slashes included."""
    (statement,) = json.loads(policy)["Statement"]
    assert (statement["Effect"], statement["Action"]) == ("Allow", "execute-api:Invoke")
    resources: Any = statement["Resource"]
    patterns = [resources] if isinstance(resources, str) else resources
    return any(fnmatchcase(f"{API}POST{path}", pattern) for pattern in patterns)


@pytest.mark.parametrize(
    ("path", "reader", "pusher"),
    [
        ("/r/BatchGetImage/team-a/web", True, False),
        ("/r/GetAuthorizationToken/pull/team-a/*", True, False),
        ("/r/PutImage/team-a/web", False, True),
        ("/r/UploadLayerPart/team-a/web/deep", False, True),
        ("/r/GetAuthorizationToken/push/team-a/*", False, True),
        ("/r/BatchGetImage/team-b/web", False, False),
        ("/r/BatchGetImage/team-ab/web", False, False),
        ("/r/GetAuthorizationToken/push/team-b/*", False, False),
        ("/r/GetAuthorizationToken/pull/*", False, False),
        ("/r/DeleteRepository/team-a/web", False, False),
        ("/", False, False),
    ],
)
def test_iam_lets_reader_and_pusher_do_what_the_page_says(path: str, reader: bool, pusher: bool):
    assert (iam_allows(READER, path), iam_allows(PUSHER, path), iam_allows(ADMINISTRATOR, path)) == (
        reader,
        pusher,
        True,
    )


@pytest.mark.parametrize(
    ("printed", "output"), [(READER, "ReaderPolicy"), (PUSHER, "PusherPolicy"), (ADMINISTRATOR, "AdministratorPolicy")]
)
def test_the_page_prints_the_policies_of_the_stacks_outputs(printed: str, output: str):
    text, variables = read_template()["Outputs"][output]["Value"]["Fn::Sub"]
    api = API + ("*" if output == "AdministratorPolicy" else "POST/r")
    assert variables["Api"]["Fn::Sub"].endswith(api.rpartition("API/")[2])
    assert json.loads(text.replace("${Api}", api)) == json.loads(printed)


def decide(policy: str, who: Caller | None, action: str, name: str = "prod/web") -> Decision:
    assert who is not None
    document = parse_policy(policy, needs_resource=policy is PROD)
    return evaluate_policies([document], PolicyRequest(caller=who, action=f"ecr:{action}", resource=f"{ARN}{name}"))


def test_a_public_repository_can_be_pulled_by_everybody_and_nothing_else():
    assert decide(PUBLIC, ANONYMOUS, "BatchGetImage") is Decision.ALLOW
    assert decide(PUBLIC, ANONYMOUS, "PutImage") is Decision.NONE


def test_only_the_release_role_pushes_to_prod():
    release = parse_caller("arn:aws:sts::111122223333:assumed-role/release/run-7")
    other = parse_caller("arn:aws:sts::111122223333:assumed-role/developer/me")
    assert decide(PROD, other, "PutImage") is Decision.DENY
    assert decide(PROD, release, "PutImage") is Decision.NONE
    assert decide(PROD, other, "PutImage", "team-a/web") is Decision.NONE
    assert decide(PROD, other, "BatchGetImage") is Decision.NONE


def test_the_printed_file_of_access_keys_is_one(tmp_path: Path):
    file = tmp_path / "keys.json"
    file.write_text(KEYS)
    assert load_access_keys(file)["AKREADER"].arn == f"arn:aws:iam::{LOCAL_ACCOUNT}:user/reader"


def test_the_printed_helper_is_a_command_of_the_installation():
    (name,) = json.loads(HELPER)["credHelpers"].values()
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["scripts"]
    assert f"docker-credential-{name}" in scripts
