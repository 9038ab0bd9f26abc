"""A file of access keys.

It is JSON. Each key has a secret, and the ARN of the IAM user or role session that owns it:

    {"AKIDEXAMPLE": {"secret": "…", "arn": "arn:aws:iam::000000000000:user/reader"}}

`moorage serve --require-auth` reads it.
"""

import json
from dataclasses import dataclass, field
from pathlib import Path

from moorage.domain.caller import parse_caller

MIN_SECRET_LENGTH = 16


class AccessKeysError(Exception):
    """The file of access keys cannot be used; the text says why."""


@dataclass(frozen=True, slots=True)
class AccessKey:
    """A secret, and the ARN of the user or role session that signs with it."""

    secret: str = field(repr=False)
    arn: str


def load_access_keys(file: Path) -> dict[str, AccessKey]:
    """The keys by their ids. Raises: AccessKeysError, which names the file and the key."""
    try:
        given = json.loads(file.read_text())
        keys = {key_id: AccessKey(str(each["secret"]), str(each["arn"])) for key_id, each in given.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise AccessKeysError(f"{file} is not a file of access keys: {error}") from error
    for key_id, key in keys.items():
        if parse_caller(key.arn) is None:
            raise AccessKeysError(f"{file}: {key_id} has no ARN of a user or role: {key.arn}")
        if len(key.secret) < MIN_SECRET_LENGTH:
            raise AccessKeysError(f"{file}: the secret of {key_id} must have {MIN_SECRET_LENGTH} characters or more")
    return keys
