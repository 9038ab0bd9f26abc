"""Converts the items of one BatchGetItem to the results that use cases need."""

from collections.abc import Collection, Iterator

from moorage.adapters.dynamodb.images.mapping import image_of
from moorage.adapters.dynamodb.images.models import ImageItem, ImageTagItem, TagItem
from moorage.adapters.dynamodb.item import Item
from moorage.adapters.dynamodb.keys import image_sk
from moorage.adapters.dynamodb.layers.mapping import digests_with_content, layer_of
from moorage.adapters.dynamodb.layers.models import LayerItem
from moorage.adapters.dynamodb.registry.models import ExclusionItem
from moorage.adapters.dynamodb.repositories.policies import repositories_in
from moorage.domain.digest import Digest
from moorage.domain.images.image import Image, TaggedImage
from moorage.usecases.ports.images import Lookup


def lookup_of(items: list[Item], contents: Collection[Digest]) -> Lookup:
    """The repository, and those of the requested records that exist."""
    there = digests_with_content(items)
    images = [image_of(item) for item in items if isinstance(item, ImageItem)]
    layers = [item for item in items if isinstance(item, LayerItem)]
    found = iter(repositories_in(items))
    return Lookup(
        repository=next(found, None),
        images={image.digest: image for image in images},
        tags={item.tag: Digest.of(item.digest) for item in items if isinstance(item, TagItem)},
        layers={layer.digest: layer for layer in map(layer_of, layers)},
        marked=frozenset(Digest.of(item.digest) for item in layers if item.deleting_at is not None),
        lost=frozenset(digest for digest in contents if str(digest) not in there),
        is_excluded=any(isinstance(item, ExclusionItem) for item in items),
    )


def tagged_images(items: Iterator[Item]) -> Iterator[TaggedImage]:
    """Each image with the tags that follow it; tags whose image was removed in between are skipped."""
    image: Image | None = None
    tags: list[str] = []
    for item in items:
        if isinstance(item, ImageItem):
            if image is not None:
                yield TaggedImage(image, tuple(tags))
            image, tags = image_of(item), []
        elif isinstance(item, ImageTagItem) and image is not None and item.sk.startswith(f"{image_sk(image.digest)}#"):
            tags.append(item.tag)
    if image is not None:
        yield TaggedImage(image, tuple(tags))
