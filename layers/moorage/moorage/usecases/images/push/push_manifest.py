"""Push a manifest under its digest and any number of tags. To push it again changes nothing and succeeds."""

from contextlib import suppress
from dataclasses import dataclass

from moorage.domain.digest import Digest
from moorage.domain.errors import ImageAlreadyExistsError
from moorage.domain.images.image import digest_of
from moorage.domain.images.manifest import parse_manifest
from moorage.domain.repositories.repository import RepositoryId
from moorage.usecases.images.push.put_image import PutImage, put_image
from moorage.usecases.ports import Ports


@dataclass(frozen=True, slots=True, kw_only=True)
class PushManifest:
    """The manifest's bytes; media type and digest as the caller wrote them, None where it left them out."""

    repository: RepositoryId
    content: bytes
    media_type: str | None = None
    digest: Digest | None = None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PushedManifest:
    """`subject` is the manifest that it is about, if it names one."""

    digest: Digest
    subject: Digest | None


def push_manifest(command: PushManifest, ports: Ports) -> PushedManifest:
    """Put the image once for each tag: the first makes it, the others only move a tag.

    Raises: what put_image raises, except ImageAlreadyExistsError.
    """
    for tag in command.tags or (None,):
        put = PutImage(
            repository=command.repository,
            content=command.content,
            media_type=command.media_type,
            tag=tag,
            digest=str(command.digest) if command.digest else None,
        )
        with suppress(ImageAlreadyExistsError):
            put_image(put, ports)
    subject = parse_manifest(command.content, command.media_type).subject
    return PushedManifest(command.digest or digest_of(command.content), subject)
