"""Collects content that no repository links to. Every step can be repeated, and several runs at one time do no harm.

    a link was removed        if there is no other, let an expiry end after the grace period
    the expiry has ended      1. read the content's record and query its links; stop if there is one, or a later expiry
                              2. close the content's gate, as a run of its own, unless the content has another
                                 object by now: commits that link check the gate
                              3. query the links again: whoever committed before the gate was closed is seen now
                              4. open the gate if there is a link; else remove the record, if it still has its object,
                                 and if the gate has been closed ever since by this run
    the record was removed    delete its object

A crash in between leaves the gate closed. Then a push stores an object of its own, and the stream delivers the change
again (docs/adr/0032).
"""

from moorage.domain.errors import InconsistentRecordsError
from moorage.domain.layer import Blob, ContentId
from moorage.domain.repositories.repository import CLOSED_SECONDS
from moorage.usecases.ports.reaper import ReaperPorts


def schedule_collection(content: ContentId, ports: ReaperPorts) -> bool:
    """Let the collector look at the content after the grace period; False if another layer needs it."""
    if ports.collection.is_linked(content):
        return False
    ports.collection.schedule(content, int(ports.now()) + ports.blob_grace_seconds)
    return True


def collect_content(content: ContentId, ports: ReaperPorts) -> bool:
    """Remove the record of content without links; False if it stays.

    A record of version 1 stays: its layers may have no links. Content whose expiry is still to end stays as well: the
    event of its former expiry was delivered again after a later link was removed.
    """
    collection = ports.collection
    blob, expires_at = collection.get_with_expiry(content)
    is_early = expires_at is not None and expires_at > ports.now()
    if blob is None or blob.is_of_version_1 or is_early or collection.is_linked(content):
        return False
    owner = ports.new_id()
    if not collection.close(blob, owner, int(ports.now()) + CLOSED_SECONDS):
        return False
    if collection.is_linked(content):
        collection.reopen(blob, owner)
        return False
    return collection.remove(blob, owner)


def delete_removed_content(removed: Blob, ports: ReaperPorts) -> None:
    """Delete the object of a record that was removed.

    Raises: InconsistentRecordsError, and deletes nothing, if layers still need the content.
    """
    current = ports.collection.get(removed.id)
    if current is None and ((removed.refs or 0) > 0 or ports.collection.is_linked(removed.id)):
        # A push that committed between the two reads has written a record with an object of its own.
        current = ports.collection.get(removed.id)
        if current is None:
            # Moorage never removes such a record. Layers need this content, so the object is kept.
            raise InconsistentRecordsError(f"the record of {removed.digest} was removed, and layers need it")
    if current is None or current.object_key != removed.object_key:
        delete_content(removed, ports)


def delete_content(blob: Blob, ports: ReaperPorts) -> None:
    """Delete the object, then the record that leads from it to the content."""
    ports.garbage.delete_object(blob.object_key)
    ports.collection.forget_object(blob.object_key)
