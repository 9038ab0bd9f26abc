"""Deletes one image: marks it, checks that no index names it, removes its tags, and deletes it.

A push that needs the image clears the mark (docs/adr/0045); then the image stays.
"""

from moorage.domain.images.image import Image
from moorage.usecases.images._uses import is_used
from moorage.usecases.ports import Ports
from moorage.usecases.ports.images import MAX_REMOVED_TAGS


def delete_image(image: Image, ports: Ports) -> bool:
    """Delete the image; False if an index names it."""
    marked_at = ports.now()
    if not ports.images.mark(image, marked_at):
        return True
    if is_used(image.repository, image.digest, marked_at, ports.images, ports.removals):
        ports.images.keep_image(image)
        return False
    found = ports.images.read(image.repository, image.digest)
    tags = found.tags if found is not None else ()
    for start in range(0, len(tags), MAX_REMOVED_TAGS):
        ports.images.remove_tags(image, tags[start : start + MAX_REMOVED_TAGS])
    if ports.images.delete(image, marked_at):
        return True
    # Something needs the image now. If it is not an index, it is a push that began after this deletion.
    return not is_used(image.repository, image.digest, marked_at, ports.images, ports.removals)
