"""Repairs the records of images. Every write has the condition that makes it right, so nothing is read again."""

from moorage.usecases.fsck._fault import Fault
from moorage.usecases.fsck._subject import ImageKey, ImageSubject, PushKey
from moorage.usecases.fsck._take_inventory import Look
from moorage.usecases.ports.inventory import FsckPorts, ImageRow, RowKind


def repair_image(fault: Fault, subject: ImageSubject, look: Look, ports: FsckPorts) -> bool:
    """Write or remove what the subject names; False if it has changed."""
    match subject:
        case ImageKey() as key:
            return _count_tags(key, look, ports)
        case ImageRow() as row:
            is_missing = fault is Fault.MISSING_IMAGE_RECORD
            return _write_row(row, look, ports) if is_missing else _remove_row(row, look, ports)
        case PushKey(push_id):
            # As TTL would. The reaper then deletes its object.
            return ports.image_repairs.remove_push(look.pending[push_id], ports.now())


def _remove_row(row: ImageRow, look: Look, ports: FsckPorts) -> bool:
    """Remove a record that belongs to no image; False if it does by now."""
    found = look.rows.get(row)
    return found is not None and ports.image_repairs.remove_row(found)


def _write_row(row: ImageRow, look: Look, ports: FsckPorts) -> bool:
    """Write a record that an image should have; False if the image is another one, or gone."""
    image = look.images.get(ImageKey(row.repository, row.digest))
    return image is not None and ports.image_repairs.write_row(row, image)


def _count_tags(key: ImageKey, look: Look, ports: FsckPorts) -> bool:
    """Correct an image's number of tags; False if it has changed."""
    mine = (RowKind.TAG, key.repository, key.digest)
    number = sum((row.kind, row.repository, row.digest) == mine for row in look.rows)
    return ports.image_repairs.count_tags(look.images[key], number)
