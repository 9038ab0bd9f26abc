"""The kinds of findings, and what fsck may do about each."""

from dataclasses import dataclass
from enum import StrEnum

from moorage.usecases.fsck._subject import Subject

TTL_SECONDS = 7 * 24 * 3600
"""How long DynamoDB may take to delete an expired item before fsck calls it a fault.

It does so within a few days (DynamoDB Developer Guide, "Using time to live").
"""


class Fault(StrEnum):
    """Kinds of findings.

    The first two groups must never occur; `--repair` writes records of the second again from the image, the tag or the
    layer. The third only costs storage, and `--repair` removes it. `--repair` migrates records of an earlier version. A
    note is not a fault.
    """

    LAYER_WITHOUT_REPOSITORY = "layer-without-repository"
    LAYER_WITHOUT_BLOB = "layer-without-blob"
    BLOB_WITHOUT_CONTENT = "blob-without-content"
    CONTENT_MISMATCH = "content-mismatch"
    IMAGE_WITHOUT_REPOSITORY = "image-without-repository"
    IMAGE_NAMES_MISSING = "image-names-missing"
    IMAGE_WITHOUT_MANIFEST = "image-without-manifest"
    MANIFEST_MISMATCH = "manifest-mismatch"

    TAG_WITHOUT_IMAGE = "tag-without-image"
    MISSING_IMAGE_RECORD = "missing-image-record"
    TAG_COUNT_MISMATCH = "tag-count-mismatch"
    LAYER_WITHOUT_LINK = "layer-without-link"

    UNNEEDED_OBJECT = "unneeded-object"
    UNNEEDED_TAIL = "unneeded-tail"
    UNKNOWN_MULTIPART = "unknown-multipart"
    UNSCHEDULED_BLOB = "unscheduled-blob"
    LINK_WITHOUT_LAYER = "link-without-layer"
    EXPIRED_UPLOAD = "expired-upload"
    ORPHAN_PART = "orphan-part"
    STUCK_DELETION = "stuck-deletion"
    ORPHAN_IMAGE_RECORD = "orphan-image-record"
    EXPIRED_PUSH = "expired-push"

    EARLIER_VERSION = "earlier-version"

    AWAITS_TTL = "awaits-ttl"

    @property
    def is_garbage(self) -> bool:
        """Whether it is only garbage."""
        return self in _GARBAGE

    @property
    def is_restorable(self) -> bool:
        """Whether `--repair` makes it right from what is there."""
        return self in _RESTORABLE

    @property
    def is_earlier_version(self) -> bool:
        """Whether the record is right, and `--repair` migrates it."""
        return self is Fault.EARLIER_VERSION

    @property
    def is_note(self) -> bool:
        """Whether nothing is wrong."""
        return self is Fault.AWAITS_TTL

    @property
    def is_lost_content(self) -> bool:
        """Whether the next push of the digest restores the content: `--repair` marks it as lost."""
        return self in {Fault.BLOB_WITHOUT_CONTENT, Fault.CONTENT_MISMATCH}


_GARBAGE = frozenset(
    {
        Fault.UNNEEDED_OBJECT,
        Fault.UNNEEDED_TAIL,
        Fault.UNKNOWN_MULTIPART,
        Fault.UNSCHEDULED_BLOB,
        Fault.LINK_WITHOUT_LAYER,
        Fault.EXPIRED_UPLOAD,
        Fault.ORPHAN_PART,
        Fault.STUCK_DELETION,
        Fault.ORPHAN_IMAGE_RECORD,
        Fault.EXPIRED_PUSH,
    }
)

_RESTORABLE = frozenset(
    {
        Fault.TAG_WITHOUT_IMAGE,
        Fault.MISSING_IMAGE_RECORD,
        Fault.TAG_COUNT_MISMATCH,
        Fault.LAYER_WITHOUT_LINK,
        Fault.EARLIER_VERSION,
    }
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault: what has it, and a sentence that explains it."""

    fault: Fault
    subject: Subject
    detail: str = ""
