"""Repairs links, and migrates content whose record counts its layers (version 1)."""

from moorage.domain.layer import Blob, ContentId, Link
from moorage.usecases.fsck._fault import Fault
from moorage.usecases.fsck._subject import LayerKey
from moorage.usecases.fsck._take_inventory import Look
from moorage.usecases.ports.inventory import FsckPorts


def write_link(layer: LayerKey, look: Look, ports: FsckPorts) -> bool:
    """Write the link of a layer; False if the layer has changed, or if its content is being collected."""
    link = look.link_of(look.layers[layer])
    return ports.link_repairs.write_link(link, look.blobs[link.content])


def remove_link(link: Link, ports: FsckPorts) -> bool:
    """Remove a link without a layer; False if it has one by now. The collector then looks at the content."""
    return ports.link_repairs.remove_link(link)


def repair_content(fault: Fault, content: ContentId, look: Look, ports: FsckPorts) -> bool:
    """Migrate the record, or let the collector look at the content after the grace period."""
    if fault is Fault.EARLIER_VERSION:
        return _migrate(look.blobs[content], look, ports)
    _schedule(content, ports)
    return True


def _migrate(blob: Blob, look: Look, ports: FsckPorts) -> bool:
    """Write the links of all its layers first: until then, the collector leaves the record alone."""
    links = look.needed_links.get(blob.id, set())
    for link in links:
        ports.link_repairs.write_link(link, blob)
    is_migrated = ports.link_repairs.migrate(blob)
    if is_migrated and not ports.collection.is_linked(blob.id):
        # The layers that the inventory has seen may be gone: a layer of version 1 leaves no link to follow.
        _schedule(blob.id, ports)
    return is_migrated


def _schedule(content: ContentId, ports: FsckPorts) -> None:
    ports.collection.schedule(content, int(ports.now()) + ports.blob_grace_seconds)
