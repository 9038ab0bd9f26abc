"""The account id of a local registry: chosen at the first start, and kept in the state directory."""

import re
from pathlib import Path

from moorage_local.engines.process import EngineError
from moorage_local.stack.environment import REGISTRY_ID

_FILE = "registry-id"
_PATTERN = re.compile(r"[0-9]{12}")


class RegistryIdError(EngineError):
    """The id cannot be used; the message says what to do."""


def check(wanted: str) -> None:
    """Raises: RegistryIdError for anything but 12 digits (ECR API, RegistryId)."""
    if not _PATTERN.fullmatch(wanted):
        raise RegistryIdError(f"a registry id has 12 digits, like an AWS account id; {wanted!r} has not")


def kept_registry_id(state: Path, wanted: str | None) -> str:
    """The id of the registry in this directory; `wanted`, or the default, if it is new.

    Raises: RegistryIdError if the directory has a registry with another id.
    """
    file = state / _FILE
    if wanted is not None:
        check(wanted)
    state.mkdir(parents=True, exist_ok=True)
    try:
        kept = file.read_text()
    except FileNotFoundError:
        # Earlier versions wrote no file, and had one id.
        is_new = not (state / "dynamodb").exists()
        kept = wanted if is_new and wanted is not None else REGISTRY_ID
        new = file.with_suffix(".new")
        new.write_text(kept)
        new.replace(file)
    if wanted not in (None, kept):
        raise RegistryIdError(f"{state} holds the registry {kept}; --registry-id {wanted} needs another --state")
    return kept
