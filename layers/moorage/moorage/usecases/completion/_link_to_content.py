"""A direct upload of what is there already: settled without a look at what it stored, if it stored anything."""

from typing import NoReturn

from moorage.domain.direct_upload import DirectDescriptor
from moorage.domain.upload import Upload
from moorage.usecases.completion._commit_layer import commit_layer
from moorage.usecases.ports import Ports
from moorage.usecases.ports.records import LayerLookup


class ContentNeededError(Exception):
    """The registry does not have the content: it has to come from this upload."""


def link_to_content(upload: Upload, claim: DirectDescriptor, lookup: LayerLookup, ports: Ports) -> Upload | None:
    """Settle an open upload of a layer that the repository has, or of content that the registry has.

    Returns its head as it then is (commit_layer.py). ContentNeededError if there is neither, also if the content is
    removed at this moment.
    """
    if lookup.blob is None and lookup.layer is None:
        raise ContentNeededError
    return commit_layer(upload, claim.digest, lookup, _need_content, ports)


def contradiction(claim: DirectDescriptor, lookup: LayerLookup) -> str | None:
    """Why the claim cannot be true: content with this digest is known, and it is of another size."""
    if lookup.blob is None or lookup.blob.size_bytes == claim.size_bytes:
        return None
    return f"The layer with digest '{claim.digest}' holds {lookup.blob.size_bytes} bytes instead of {claim.size_bytes}"


def _need_content() -> NoReturn:
    raise ContentNeededError
