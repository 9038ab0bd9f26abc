"""Access keys for `moorage serve --require-auth`."""

import json
from pathlib import Path

from moorage_local.access.sigv4 import AccessKey
from moorage_local.stack.environment import REGISTRY_ID

ACCESS_KEYS = {
    "administrator": ("AKADMIN", AccessKey("administrator-secret", f"arn:aws:iam::{REGISTRY_ID}:user/administrator")),
    "reader": ("AKREADER", AccessKey("reader-secret-000000", f"arn:aws:iam::{REGISTRY_ID}:user/reader")),
    "foreign": ("AKFOREIGN", AccessKey("foreign-secret-00000", "arn:aws:iam::999999999999:user/foreign")),
}
"""Who it is: the id and the key."""


def write_access_keys(directory: Path) -> Path:
    """A file with all of them."""
    file = directory / "access-keys.json"
    keys = {key_id: {"secret": key.secret, "arn": key.arn} for key_id, key in ACCESS_KEYS.values()}
    file.write_text(json.dumps(keys))
    return file
