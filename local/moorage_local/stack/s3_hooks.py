"""Behaviour that S3 has and SeaweedFS lacks, as hooks in the functions' clients of S3."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from moorage.bootstrap.clients import S3_HOOKS

from moorage_local.stack.encryption_keys import EncryptionKeys
from moorage_local.stack.stack import Stack


def _set_content_type(params: dict[str, Any], **_: Any) -> None:
    """Give a part a content type: SeaweedFS compresses those without one, which takes as long as storing them."""
    params["headers"].setdefault("Content-Type", "application/octet-stream")


PART_CONTENT_TYPE = ("before-call.s3.UploadPart", _set_content_type)
"""The hook that makes SeaweedFS store parts uncompressed."""


@contextmanager
def s3_as_in_aws(stack: Stack) -> Iterator[None]:
    """Clients of S3 that bootstrap creates inside the block keep the hooks."""
    embedded = stack.engines.object_events is not None and stack.engines.emulator_url is not None
    hooks = [*EncryptionKeys(stack.variables).hooks(), PART_CONTENT_TYPE] if embedded else []
    S3_HOOKS.extend(hooks)
    try:
        yield
    finally:
        for hook in hooks:
            S3_HOOKS.remove(hook)
