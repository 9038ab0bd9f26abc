"""Removes what a settled upload has left in S3."""

from moorage.domain.uploads.upload import Upload
from moorage.usecases.ports.reaper import Garbage


def collect_upload(upload: Upload, garbage: Garbage, *, keeps_tails: bool) -> None:
    """Remove what an upload that can never be committed again has left behind; can be repeated.

    The multipart upload comes first: a completion that is still running may turn it into the object.
    `keeps_tails`: this registry takes parts so short that they leave tails.
    """
    if not upload.keeps_object:
        if upload.multipart_id:
            garbage.abort_multipart(upload.object_key, upload.multipart_id)
        garbage.delete_object(upload.object_key)
    if keeps_tails:
        garbage.delete_tails(upload)
