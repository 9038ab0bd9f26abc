"""fsck: compare the table with the bucket while the registry is in use; remove garbage on request."""

from collections.abc import Iterator
from dataclasses import dataclass

from moorage.domain.images.image import digest_of
from moorage.domain.layer import ContentId
from moorage.domain.schema import SCHEMA_VERSION
from moorage.usecases.completion._running_digest import streamed_digest
from moorage.usecases.fsck._fault import Fault, Finding
from moorage.usecases.fsck._find_faults import find_faults
from moorage.usecases.fsck._repair import mark_lost, repair
from moorage.usecases.fsck._take_inventory import Look, Progress, take_inventory
from moorage.usecases.ports.content import StoredPartsDamagedError
from moorage.usecases.ports.inventory import FsckPorts
from moorage.usecases.require_schema import require_schema


@dataclass(frozen=True, slots=True, kw_only=True)
class Fsck:
    """`verify` reads and hashes all content.

    `repair` removes garbage, corrects the records that belong to images and layers, marks lost content, and migrates
    records of an earlier version.
    """

    verify: bool = False
    repair: bool = False
    min_multipart_age_seconds: float = 3600.0


@dataclass(frozen=True, slots=True)
class Examined:
    """A finding, and whether it was removed or corrected."""

    finding: Finding
    repaired: bool = False

    @property
    def awaits_migration(self) -> bool:
        """Whether the record still has an earlier version."""
        return self.finding.fault.is_earlier_version and not self.repaired


def fsck(command: Fsck, ports: FsckPorts, progress: Progress) -> list[Examined]:
    """Everything that is wrong. Raises: LaterSchemaError.

    The registry is in use, so one inventory may see half of a commit. Only faults that two inventories in a row show
    are findings.
    """
    require_schema(ports.schema)
    look = take_inventory(ports.inventory, progress)
    findings = _findings(command, look, ports)
    if findings:
        look = take_inventory(ports.inventory, progress)
        again = set(_findings(command, look, ports))
        findings = [finding for finding in findings if finding in again]
    if command.verify:
        findings += _content_mismatches(look, ports, progress)
        findings += _manifest_mismatches(look, ports, progress)
    if command.repair:
        for finding in findings:
            if finding.fault.is_lost_content and isinstance(finding.subject, ContentId):
                mark_lost(look.blobs[finding.subject], ports)
    examined = [Examined(finding, command.repair and repair(finding, look, ports)) for finding in findings]
    if command.repair and not any(each.awaits_migration for each in examined):
        ports.schema.raise_to(SCHEMA_VERSION)
    return examined


def _findings(command: Fsck, look: Look, ports: FsckPorts) -> list[Finding]:
    return list(find_faults(look, ports.now(), command.min_multipart_age_seconds))


def _content_mismatches(look: Look, ports: FsckPorts, progress: Progress) -> Iterator[Finding]:
    for subject, blob in look.blobs.items():
        try:
            chunks = _counted(ports.content.stream(blob.object_key, None), progress)
            actual = streamed_digest(chunks, blob.digest.algorithm)
        except StoredPartsDamagedError:
            continue  # missing content is a separate finding
        if actual != blob.digest:
            yield Finding(Fault.CONTENT_MISMATCH, subject, f"{blob.object_key} hashes to {actual}")


def _manifest_mismatches(look: Look, ports: FsckPorts, progress: Progress) -> Iterator[Finding]:
    for subject, image in look.images.items():
        if image.object_key is None:
            continue
        try:
            content = b"".join(_counted(ports.content.stream(image.object_key, None), progress))
        except StoredPartsDamagedError:
            continue  # a missing manifest is a separate finding
        actual = digest_of(content, image.digest.algorithm)
        if actual != image.digest:
            yield Finding(Fault.MANIFEST_MISMATCH, subject, f"{image.object_key} hashes to {actual}")


def _counted(chunks: Iterator[bytes], progress: Progress) -> Iterator[bytes]:
    for chunk in chunks:
        progress("bytes", len(chunk))
        yield chunk
