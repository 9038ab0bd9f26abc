"""The event that a change of an image or of a tag has on the bus (docs/adr/0047)."""

from moorage.domain.events import (
    RegistryEvent,
    image_deleted,
    image_pushed,
    storage_class_changed,
    tag_deleted,
    tag_pushed,
)
from moorage.domain.images.image import Image, ImageTag
from moorage.domain.records import Record


def image_event(before: Record | None, after: Record | None) -> RegistryEvent | None:
    """The event of the change; None if it has none.

    An image that was pushed with a tag has the event of its tag only. A tag that moves has one, for its new image.
    """
    match before, after:
        case None, Image(tag_count=0) as image:
            return image_pushed(image)
        case Image() as image, None:
            return image_deleted(image)
        case Image() as image, Image() as changed if image.storage_class is not changed.storage_class:
            return storage_class_changed(changed)
        case ImageTag() as tag, None:
            return tag_deleted(tag)
        case None | ImageTag(), ImageTag() as tag if before is None or before.digest != tag.digest:
            return tag_pushed(tag)
    return None
