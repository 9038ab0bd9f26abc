"""Values for an operation's input, from its shape in botocore's model: allowed ones and forbidden ones."""

import json
import uuid
from collections.abc import Callable, Mapping
from random import Random
from typing import Any

from botocore.model import ListShape, Shape, StringShape, StructureShape

from tests.support.lifecycle import POLICY

Known = Mapping[str, Any]
"""Values for members, by name at any depth: what the registry already has, such as {"repositoryName": "walk/1"}."""
REGISTRY_ID = "000000000000"


ALLOW = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "Pull",
                "Effect": "Allow",
                "Principal": {"AWS": "arn:aws:iam::111122223333:root"},
                "Action": ["ecr:BatchGetImage"],
            }
        ],
    }
)
ALLOW_IN_REGISTRY = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {**json.loads(ALLOW)["Statement"][0], "Resource": "arn:aws:ecr:eu-west-1:000000000000:repository/*"}
        ],
    }
)


def _hex(random: Random, characters: int) -> str:
    return f"{random.getrandbits(4 * characters):0{characters}x}"


EXAMPLES: dict[str, Callable[[Random], Any]] = {
    "RegistryId": lambda _: REGISTRY_ID,
    "RepositoryName": lambda random: f"walk/{_hex(random, 8)}",
    "UploadId": lambda random: str(uuid.UUID(int=random.getrandbits(128))),
    "LayerDigest": lambda random: f"sha256:{_hex(random, 64)}",
    "BatchedOperationLayerDigest": lambda random: f"sha256:{_hex(random, 64)}",
    "ImageDigest": lambda random: f"sha256:{_hex(random, 64)}",
    "ImageTag": lambda random: f"tag-{_hex(random, 8)}",
    "Arn": lambda random: f"arn:aws:ecr:us-east-1:{REGISTRY_ID}:repository/walk/{_hex(random, 8)}",
    "Prefix": lambda random: f"prefix/{_hex(random, 8)}",
    "PrincipalArn": lambda random: f"arn:aws:iam::{REGISTRY_ID}:role/{_hex(random, 8)}",
    "CustomRoleArn": lambda _: f"arn:aws:iam::{REGISTRY_ID}:role/creator",
    "ImageTagMutabilityExclusionFilterValue": lambda random: f"{_hex(random, 4)}*",
    "MediaType": lambda _: "application/vnd.oci.image.layer.v1.tar+gzip",
    "TagKey": lambda random: f"key-{random.randrange(4)}",
    "TagValue": lambda random: _hex(random, 6),
    "LifecyclePolicyText": lambda _: POLICY,
    "LifecyclePolicyTextForRepositoryCreationTemplate": lambda _: POLICY,
    "RepositoryPolicyText": lambda _: ALLOW,
    "RegistryPolicyText": lambda _: ALLOW_IN_REGISTRY,
    "EncryptionConfiguration": lambda _: {"encryptionType": "AES256"},
    "EncryptionConfigurationForRepositoryCreationTemplate": lambda _: {"encryptionType": "AES256"},
}
"""By the shape's name: what its constraints alone don't tell, or what botocore's pattern makes hard to guess."""


def allowed(shape: Shape, random: Random, known: Known, optional_share: float = 0.3) -> Any:
    """A value that the model allows; members that are known are always there, other optional ones sometimes."""
    if shape.name in EXAMPLES:
        return EXAMPLES[shape.name](random)
    if isinstance(shape, StructureShape):
        return {
            name: known[name] if name in known else allowed(member, random, known, optional_share)
            for name, member in shape.members.items()
            if name in known or name in shape.required_members or (_is_free(name) and random.random() < optional_share)
        }
    if isinstance(shape, ListShape):
        count = max(shape.metadata.get("min", 0), random.randrange(1, 3))
        return [allowed(shape.member, random, known, optional_share) for _ in range(count)]
    return _scalar(shape, random)


def _is_free(name: str) -> bool:
    """A page's token can only be answered, and the members of a mutability with exclusions go together."""
    return name not in {"nextToken", "imageTagMutabilityExclusionFilters", "imageTagMutability"}


def _scalar(shape: Shape, random: Random) -> Any:
    low, high = shape.metadata.get("min", 0), shape.metadata.get("max")
    match shape.type_name:
        case "boolean":
            return random.random() < 0.5
        case "integer" | "long":
            return random.randint(low, min(high or 1000, low + 1000))
        case "blob":
            return random.randbytes(random.randint(max(low, 1), 64))
    if isinstance(shape, StringShape) and shape.enum:
        return random.choice(shape.enum)
    assert "pattern" not in shape.metadata, f"write an example of {shape.name} in tests/support/ecr/walk/values.py"
    return _hex(random, max(low, 8))


def forbidden(shape: StructureShape, members: dict[str, Any], random: Random) -> dict[str, Any]:
    """The members with one change: a bad value, a required member left out, or one that no operation has."""
    lot = random.random()
    if lot < 0.1 or not shape.members:
        return {**members, "noSuchMember": 1}
    if lot < 0.3 and shape.required_members:
        left_out = random.choice(sorted(shape.required_members))
        return {name: value for name, value in members.items() if name != left_out}
    name = random.choice(sorted(shape.members))
    return {**members, name: random.choice(_BAD)(shape.members[name])}


_BAD: tuple[Callable[[Shape], Any], ...] = (
    lambda _: None,
    lambda _: 0,
    lambda _: -(2**70),
    lambda _: "",
    lambda _: "NO SUCH\u0000 value \ud83d\ude80",
    lambda _: "x" * 50_000,
    lambda _: [],
    lambda _: [None],
    lambda _: {},
    lambda _: {"unknown": [1]},
    lambda _: True,
    lambda shape: [{"a": 1}] * 3 if shape.type_name == "list" else 1.5,
)
