"""Every setting and every limit, in one place; read once per process from a mapping, never at import.

Each limit of AWS names its source; all other limits are ours.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, field, fields
from typing import Any

from moorage.domain.caller import parse_caller
from moorage.domain.token import TokenKey

MIB = 1024 * 1024

S3_MIN_PART_BYTES = 5 * MIB
"""S3 refuses a smaller part unless it is the last (S3 User Guide, multipart upload limits)."""
S3_MAX_PARTS = 10_000
"""Part numbers run from 1 to 10,000 (S3 User Guide, multipart upload limits)."""
S3_MAX_PUT_BYTES = 5 * 1024 * MIB
"""One PutObject takes at most 5 GB (S3 User Guide, uploading objects)."""
ECR_MAX_PART_BYTES = 20_971_520
"""`max` of LayerPartBlob in the ECR API model."""
ECR_MAX_PARTS = 4_200
"""Layer parts per layer (Amazon ECR service quotas); also keeps a layer's part records in one DynamoDB page."""
ECR_MAX_LAYER_BYTES = 52_000 * MIB
"""Maximum layer size (Amazon ECR service quotas)."""
ECR_MAX_TAGS_PER_IMAGE = 1_000
"""Tags per image (Amazon ECR service quotas)."""
LAMBDA_MAX_ANSWER_BYTES = 6_291_456
"""The answer of a synchronous invocation, with its envelope (AWS Lambda quotas)."""

MAX_PROXY_BLOB_BYTES = 4 * MIB
"""As base64 in its envelope, a body of this size fits into Lambda's answer."""
PARTS_PAGE = 500
"""Presigned URLs in one answer. With a session token, each has up to 2 KB; a Lambda answer has up to 6 MB."""
MAX_HAND_OVERS = 100
"""Runs of one verification. A run of 280 s reads 5 GiB even at 20 MB/s, and a layer has up to 52,000 MiB."""


PART_RESERVATION_SECONDS = 60
"""How long a place in a layer stays reserved for one request: twice the time of a function behind an API."""


STREAM_PART_BYTES = 16 * MIB
"""How a body of any size is cut: 4,200 such parts hold the largest layer. A request keeps up to three in memory.

One is being stored, one is ready, and of the third there are at most S3_MIN_PART_BYTES. A part that is joined to a tail
is copied.
"""


class SettingsError(Exception):
    """Settings are missing or have invalid values; the message lists all of them."""


def _variable(name: str, parse: Callable[[str], Any] = str, **default: Any) -> Any:
    return field(metadata={"name": name, "parse": parse}, **default)


def _account_id(text: str) -> str:
    if not re.fullmatch(r"[0-9]{12}", text):
        raise ValueError("must be 12 digits")
    return text


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError("must be 1 or more")
    return number


def _flag(text: str) -> bool:
    if text not in ("true", "false"):
        raise ValueError("must be true or false")
    return text == "true"


def _token_keys(text: str) -> tuple[TokenKey, ...]:
    pairs = [each.strip().partition(":") for each in text.split(",")]
    return tuple(TokenKey(key_id, bytes.fromhex(secret)) for key_id, _, secret in pairs)


def _subjects(text: str) -> frozenset[str]:
    callers = {each.strip(): parse_caller(each.strip()) for each in text.split(",")}
    if unknown := [arn for arn, caller in callers.items() if caller is None]:
        raise ValueError(f"must be ARNs of roles or users: {', '.join(unknown)}")
    return frozenset(caller.subject for caller in callers.values() if caller)


def _proxied(text: str) -> int:
    size_bytes = int(text)
    if not 0 <= size_bytes <= MAX_PROXY_BLOB_BYTES:
        raise ValueError(f"must be from 0 to {MAX_PROXY_BLOB_BYTES}")
    return size_bytes


def _direct_part(text: str) -> int:
    size_bytes = int(text)
    if size_bytes < S3_MIN_PART_BYTES:
        raise ValueError(f"must be {S3_MIN_PART_BYTES} or more")
    return size_bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings of a deployment: its resources, and the limits that clients see."""

    table_name: str = _variable("MOORAGE_TABLE")
    bucket: str = _variable("MOORAGE_BUCKET")
    registry_id: str = _variable("MOORAGE_REGISTRY_ID", _account_id)
    region: str = _variable("AWS_REGION")
    part_size_bytes: int = _variable("MOORAGE_PART_SIZE_BYTES", _positive, default=3 * MIB)
    """The part size that InitiateLayerUpload advertises. It must fit into a request to the function (docs/adr/0002)."""
    upload_lifetime_seconds: int = _variable("MOORAGE_UPLOAD_LIFETIME_SECONDS", _positive, default=24 * 3600)
    download_url_seconds: int = _variable("MOORAGE_DOWNLOAD_URL_SECONDS", _positive, default=3600)
    proxy_blob_bytes: int = _variable("MOORAGE_PROXY_BLOB_BYTES", _proxied, default=0)
    """Blobs of up to this size are answered by the OCI API itself; larger ones are redirected to S3. 0: all of them."""
    part_url_seconds: int = _variable("MOORAGE_PART_URL_SECONDS", _positive, default=900)
    blob_grace_seconds: int = _variable("MOORAGE_BLOB_GRACE_SECONDS", int, default=24 * 3600)
    """How long content without links is kept before the reaper deletes it."""
    unused_layer_seconds: int = _variable("MOORAGE_UNUSED_LAYER_SECONDS", int, default=0)
    """How long a layer that no image uses is kept after it was pushed or last confirmed available; 0 is forever."""
    lifecycle_interval_seconds: int = _variable("MOORAGE_LIFECYCLE_INTERVAL_SECONDS", _positive, default=24 * 3600)
    """From the start of one lifecycle run to the start of the next."""
    verification_budget_seconds: float = _variable("MOORAGE_VERIFICATION_BUDGET_SECONDS", float, default=20.0)
    """How long a synchronous call may verify a layer before it hands over to the queue."""
    direct_part_bytes: int = _variable("MOORAGE_DIRECT_PART_BYTES", _direct_part, default=16 * MIB)
    """The part size of direct uploads. A layer that would have too many parts gets larger ones."""
    lease_seconds: float = _variable("MOORAGE_LEASE_SECONDS", float, default=60.0)
    """The length of a verification's lease. A worker renews it at least three times in this time."""
    checkpoint_bytes: int = _variable("MOORAGE_CHECKPOINT_BYTES", _positive, default=256 * MIB)
    """The maximum that is read again after a crash: bytes hashed since the checkpoint, and bytes read ahead."""
    range_bytes: int = _variable("MOORAGE_RANGE_BYTES", _positive, default=8 * MIB)
    ranges_in_flight: int = _variable("MOORAGE_RANGES_IN_FLIGHT", _positive, default=8)
    """Ranged reads of a streaming checksum: the maximum number in flight or waiting to be hashed."""
    dead_letter_queue_url: str | None = _variable("MOORAGE_SET_ASIDE_QUEUE_URL", default=None)
    """The dead-letter queue for completion messages that can never succeed."""
    completion_queue_url: str | None = _variable("MOORAGE_COMPLETION_QUEUE_URL", default=None)
    event_bus_name: str | None = _variable("MOORAGE_EVENT_BUS", default=None)
    creates_on_push: bool = _variable("MOORAGE_CREATE_ON_PUSH", _flag, default=False)
    """Whether a push creates a repository that no template covers."""
    administrators: frozenset[str] = _variable("MOORAGE_ADMINISTRATORS", _subjects, default=frozenset())
    """Who may use the routes that name no repository, as ARNs of roles and users; empty: whom IAM lets."""
    token_secret_arn: str | None = _variable("MOORAGE_TOKEN_SECRET_ARN", default=None)
    """The secret with the keys of tokens, where `token_keys` gives none."""
    token_keys: tuple[TokenKey, ...] = _variable("MOORAGE_TOKEN_KEYS", _token_keys, default=())
    """The keys of tokens and upload sessions, `id:hex` each: the first signs, the others are still accepted."""
    domain_name: str = _variable("MOORAGE_DOMAIN_NAME", default="moorage.local")
    """The host name in `repositoryUri`, which docker clients use."""

    @property
    def min_part_bytes(self) -> int:
        """The minimum size of a layer part except the last: S3's minimum, or the advertised size if that is smaller."""
        return min(S3_MIN_PART_BYTES, self.part_size_bytes)

    @classmethod
    def from_mapping(cls, environment: Mapping[str, str]) -> "Settings":
        """Read the settings.

        Raises: SettingsError, which names every missing or invalid setting.
        """
        values: dict[str, Any] = {}
        problems: list[str] = []
        for setting in fields(cls):
            name = setting.metadata["name"]
            text = environment.get(name, "")
            if text:
                try:
                    values[setting.name] = setting.metadata["parse"](text)
                except ValueError as error:
                    problems.append(f"{name}={text!r}: {error}")
            elif setting.default is MISSING:
                problems.append(f"{name} is not set")
        if problems:
            raise SettingsError("; ".join(problems))
        return cls(**values)
