"""PutImage: make a manifest an image of its repository, and let a tag point to it.

1. Read the manifest: what it names, and its digest.
2. Look up the repository, the image, the tag and everything that the manifest names: one read for each 100 records.
   A read that has room for more records also reads the layers' content records; step 5 reads the others.
3. If the image exists, only write the tag. If it is archived, restore it first.
4. Record, for everything that is named, that this image uses it. Store the manifest, if it is too large for a record.
5. Read again what the manifest names. A removal first marks a layer or an image and then looks for uses, so the push
   sees the mark, or the removal sees the use. The push clears a mark. A layer that is gone now is missing.
6. Commit image, tag and referrer in one transaction.

After a conflict, continue at 2. A crash after 4 leaves uses without an image. They only concern removals, which ignore
them after a day.
"""

from dataclasses import dataclass, replace

from moorage.domain.digest import HEX_LENGTHS, SHA256, Digest, parse_digest
from moorage.domain.errors import (
    ImageAlreadyExistsError,
    ImageDigestMismatchError,
    ImageTagAlreadyExistsError,
    InvalidParameterError,
    LimitExceededError,
    RepositoryNotFoundError,
    UnavailableError,
)
from moorage.domain.images.image import TAG_PATTERN, Image, digest_of, is_immutable, is_tag
from moorage.domain.images.manifest import Manifest, parse_manifest
from moorage.domain.lifecycle.policy import StorageClass
from moorage.domain.repositories.repository import Encryption, Repository, RepositoryId
from moorage.usecases.access.authorize import authorize, require_possible
from moorage.usecases.images.push._new_image import build_image, pending_manifest, require_named
from moorage.usecases.ports import Ports
from moorage.usecases.ports.images import READ_TOGETHER, Commit, Lookup, NewTag, Wanted

ATTEMPTS = 40
"""Maximum number of rounds of one push. Each round that fails means that a concurrent push has succeeded."""

BESIDE = 4
"""Records that the first lookup reads besides what is named: the repository, the registry's policy, image and tag."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PutImage:
    """The manifest's bytes; media type and digest as the caller wrote them, None where it left them out."""

    repository: RepositoryId
    content: bytes
    media_type: str | None = None
    tag: str | None = None
    digest: str | None = None


def put_image(command: PutImage, ports: Ports) -> Image:
    """The image that the repository has now.

    Raises: AccessDeniedError, InvalidParameterError, ImageDigestMismatchError, RepositoryNotFoundError,
    ImageAlreadyExistsError, ImageTagAlreadyExistsError, LayersNotFoundError,
    ReferencedImagesNotFoundError, LimitExceededError.
    """
    if command.tag is not None and not is_tag(command.tag):
        raise InvalidParameterError("imageTag", f"must satisfy regular expression '{TAG_PATTERN}'")
    manifest = parse_manifest(command.content, command.media_type)
    digest = _digest(command)
    push = _Push(command, manifest, digest, ports.new_id())
    for _ in range(ATTEMPTS):
        if (image := _try_to_put(push, ports)) is not None:
            return image
    raise UnavailableError


@dataclass(slots=True)
class _Push:
    """One push through all of its rounds; `image` is what it commits, once its uses are recorded."""

    command: PutImage
    manifest: Manifest
    digest: Digest
    push_id: str
    image: Image | None = None

    @property
    def room(self) -> int:
        """How many records more the first lookup reads at no more requests."""
        return -(len(self.manifest.layers) + len(self.manifest.children) + BESIDE) % READ_TOGETHER


def _digest(command: PutImage) -> Digest:
    given = None if command.digest is None else parse_digest(command.digest, HEX_LENGTHS)
    digest = digest_of(command.content, given.algorithm if given else SHA256)
    if command.digest is not None and given != digest:
        raise ImageDigestMismatchError(command.digest, str(digest))
    return digest


def _try_to_put(push: _Push, ports: Ports) -> Image | None:
    """One round; None after a conflict."""
    command, manifest = push.command, push.manifest
    wanted = Wanted(
        digests=(push.digest, *manifest.children),
        tags=(command.tag,) if command.tag else (),
        layers=manifest.layers,
        contents=manifest.layers[: push.room],
    )
    require_possible(command.repository, ports)
    found = ports.images.look_up(command.repository, wanted)
    repository = authorize(command.repository, found.repository, ports)
    if repository.encryption != wanted.encryption:
        found = replace(found, lost=frozenset())  # that content is not the repository's
    present = found.images.get(push.digest)
    if present is not None and present.is_archived:
        return _restore(push, present, found, ports)
    new = _new_tag(push, found, repository, ports)
    if present is None:
        outcome = _commit_new(push, found, repository, new, ports)
    elif present.push_id == push.push_id:
        return present  # committed by an earlier round whose answer was lost
    else:
        outcome = _tag_present(present, repository, new, ports)
    if outcome is Commit.CLOSED:
        raise RepositoryNotFoundError(command.repository)
    return (present or push.image) if outcome is Commit.DONE else None


def _restore(push: _Push, present: Image, found: Lookup, ports: Ports) -> Image | None:
    """A push restores an archived image (Amazon ECR User Guide, "Archiving an image"). None: its tag is not written."""
    is_restored = ports.images.change_storage_class(present, StorageClass.STANDARD, ports.now())
    tag = push.command.tag
    is_tagged = tag is None or found.tags.get(tag) == push.digest
    return replace(present, storage_class=StorageClass.STANDARD) if is_restored and is_tagged else None


def _new_tag(push: _Push, found: Lookup, repository: Repository, ports: Ports) -> NewTag | None:
    """The change of the tag; None if no tag is written."""
    tag = push.command.tag
    before = found.tags.get(tag) if tag else None
    present = found.images.get(push.digest)
    if present and present.push_id != push.push_id and (tag is None or before == push.digest):
        raise ImageAlreadyExistsError(repository.id, str(push.digest), tag)
    if tag is None:
        return None
    if before not in (None, push.digest) and is_immutable(tag, repository):
        raise ImageTagAlreadyExistsError(repository.id, tag)
    return NewTag(tag=tag, moved_from=before, max_tags=ports.limits.max_tags_per_image)


def _tag_present(present: Image, repository: Repository, new: NewTag | None, ports: Ports) -> Commit:
    if new is None or (present.deleting_at is not None and not ports.images.keep_image(present)):
        return Commit.CONFLICT
    if present.tag_count >= new.max_tags:
        raise LimitExceededError(f"An image can have at most {new.max_tags} tags")
    return ports.images.add_tag(repository, present, new)


def _commit_new(push: _Push, found: Lookup, repository: Repository, new: NewTag | None, ports: Ports) -> Commit:
    require_named(push.manifest, found, repository.id, ports)
    if push.image is None:
        image = build_image(push.command.content, push.manifest, found, push.digest, push.push_id, ports)
        pending = pending_manifest(image, ports)
        if not ports.images.record_uses(repository, image, pending):
            return Commit.CLOSED
        if pending is not None:
            ports.manifests.put_manifest(pending.object_key, push.command.content, repository.encryption)
        seen = push.room if repository.encryption == Encryption() else 0
        wanted = Wanted(
            digests=push.manifest.children,
            layers=push.manifest.layers,
            contents=push.manifest.layers[seen:],
            encryption=repository.encryption,
        )
        require_named(push.manifest, ports.images.look_up(repository.id, wanted), repository.id, ports)
        push.image = replace(image, tag_count=0 if new is None else 1)
    return ports.images.commit(repository, push.image, new)
