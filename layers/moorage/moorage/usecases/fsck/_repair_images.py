"""Repairs the records of images. Every write has the condition that makes it right, so nothing is read again."""

from moorage.usecases.fsck._fault import Fault, Finding
from moorage.usecases.fsck._find_image_faults import subject_of
from moorage.usecases.fsck._take_inventory import Look
from moorage.usecases.ports.inventory import FsckPorts, ImageRow, RowKind


def remove_row(finding: Finding, look: Look, ports: FsckPorts) -> bool:
    """Remove a record that belongs to no image; False if it does by now."""
    row = look.rows.get(ImageRow.parse(finding.subject))
    return row is not None and ports.image_repairs.remove_row(row)


def write_row(finding: Finding, look: Look, ports: FsckPorts) -> bool:
    """Write a record that an image should have; False if the image is another one, or gone."""
    row = ImageRow.parse(finding.subject)
    image = look.images.get((row.repository, row.digest))
    return image is not None and ports.image_repairs.write_row(row, image)


def count_tags(finding: Finding, look: Look, ports: FsckPorts) -> bool:
    """Correct an image's number of tags; False if it has changed."""
    image = next(each for each in look.images.values() if subject_of(each) == finding.subject)
    mine = (RowKind.TAG, image.repository, image.digest)
    number = sum((row.kind, row.repository, row.digest) == mine for row in look.rows)
    return ports.image_repairs.count_tags(image, number)


def remove_push(finding: Finding, look: Look, ports: FsckPorts) -> bool:
    """Remove the record of an interrupted push, as TTL would. The reaper then deletes its object."""
    return ports.image_repairs.remove_push(look.pending[finding.subject], ports.now())


IMAGE_REPAIRS = {
    Fault.TAG_WITHOUT_IMAGE: remove_row,
    Fault.ORPHAN_IMAGE_RECORD: remove_row,
    Fault.MISSING_IMAGE_RECORD: write_row,
    Fault.TAG_COUNT_MISMATCH: count_tags,
    Fault.EXPIRED_PUSH: remove_push,
}
