"""Operations of the OCI API, in every shape they take."""

from moorage.domain.images.manifest import OCI_MANIFEST

from tests.support.faults.image_scenarios import CONFIG, LARGE, LAYER, SMALL
from tests.support.faults.registry import Act, Answer, LocalRegistry
from tests.support.images import descriptor, manifest
from tests.support.layers import digest_of

FIRST, SECOND = b"the first chunk of a blob, " * 50, b"the second chunk of a blob, " * 50
WHOLE = FIRST + SECOND


def asking(registry: LocalRegistry, method: str, path: str, body: bytes = b"", **headers: str) -> Act:
    return lambda: registry.oci(method, path, body, **headers)


def session(registry: LocalRegistry, name: str, *chunks: bytes) -> str:
    """A session that has received these chunks; its path."""
    path = _location(registry.oci("POST", f"{name}/blobs/uploads/"))
    for chunk in chunks:
        path = _location(registry.oci("PATCH", path, chunk))
    return path


def _location(answered: Answer) -> str:
    error, headers = answered
    assert error is None, headers
    return str(headers["Location"]).removeprefix("/v2/")


def put_blob(registry: LocalRegistry, name: str, content: bytes) -> str:
    error, body = registry.oci("POST", f"{name}/blobs/uploads/?digest={digest_of(content)}", content)
    assert error is None, body
    return digest_of(content)


def _stock(registry: LocalRegistry, name: str, **images: str) -> None:
    """Images by tag, with their blobs."""
    for blob in (CONFIG, LAYER):
        put_blob(registry, name, blob)
    for tag, content in images.items():
        error, body = registry.oci("PUT", f"{name}/manifests/{tag}", content.encode())
        assert error is None, body


def start(registry: LocalRegistry, name: str) -> Act:
    return asking(registry, "POST", f"{name}/blobs/uploads/")


def start_whole(registry: LocalRegistry, name: str) -> Act:
    """A blob in one request."""
    return asking(registry, "POST", f"{name}/blobs/uploads/?digest={digest_of(FIRST)}", FIRST)


def mount(registry: LocalRegistry, name: str) -> Act:
    """A blob of another repository."""
    registry.must("CreateRepository", repositoryName=f"{name}/other")
    put_blob(registry, f"{name}/other", FIRST)
    return asking(registry, "POST", f"{name}/blobs/uploads/?mount={digest_of(FIRST)}&from={name}/other")


def first_chunk(registry: LocalRegistry, name: str) -> Act:
    """The one that makes the upload's record."""
    return continuing(registry, session(registry, name), FIRST, 0)


def further_chunk(registry: LocalRegistry, name: str) -> Act:
    """One that is joined to the bytes before it."""
    return continuing(registry, session(registry, name, FIRST), SECOND, len(FIRST))


def continuing(registry: LocalRegistry, path: str, chunk: bytes, first: int) -> Act:
    """A chunk that names its range, so that it can be sent again."""
    return asking(registry, "PATCH", path, chunk, content_range=f"{first}-{first + len(chunk) - 1}")


def complete_empty_session(registry: LocalRegistry, name: str) -> Act:
    """POST, then PUT with all bytes."""
    return asking(registry, "PUT", f"{session(registry, name)}?digest={digest_of(FIRST)}", FIRST)


def complete(registry: LocalRegistry, name: str) -> Act:
    """After PATCHes."""
    return asking(registry, "PUT", f"{session(registry, name, FIRST, SECOND)}?digest={digest_of(WHOLE)}")


def complete_with_last_chunk(registry: LocalRegistry, name: str) -> Act:
    """A PUT with bytes, after PATCHes."""
    path = f"{session(registry, name, FIRST)}?digest={digest_of(WHOLE)}"
    return asking(registry, "PUT", path, SECOND, content_range=f"{len(FIRST)}-{len(WHOLE) - 1}")


def complete_falsely(registry: LocalRegistry, name: str) -> Act:
    """With the digest of other bytes."""
    return asking(registry, "PUT", f"{session(registry, name, FIRST)}?digest={digest_of(SECOND)}")


def get_status(registry: LocalRegistry, name: str) -> Act:
    return asking(registry, "GET", session(registry, name, FIRST))


def cancel(registry: LocalRegistry, name: str) -> Act:
    return asking(registry, "DELETE", session(registry, name, FIRST))


def head_blob(registry: LocalRegistry, name: str) -> Act:
    return asking(registry, "HEAD", f"{name}/blobs/{put_blob(registry, name, FIRST)}")


def get_blob(registry: LocalRegistry, name: str) -> Act:
    return asking(registry, "GET", f"{name}/blobs/{put_blob(registry, name, FIRST)}")


def delete_blob(registry: LocalRegistry, name: str) -> Act:
    return asking(registry, "DELETE", f"{name}/blobs/{put_blob(registry, name, FIRST)}")


def put_manifest(registry: LocalRegistry, name: str) -> Act:
    """With a subject."""
    _stock(registry, name)
    about = manifest(CONFIG, LAYER, media_type=OCI_MANIFEST, subject=descriptor("subject"))
    return asking(registry, "PUT", f"{name}/manifests/v1", about.encode())


def put_manifest_with_tags(registry: LocalRegistry, name: str) -> Act:
    """One that is an object, under two tags, one of which another image has."""
    _stock(registry, name, v1=SMALL)
    return asking(registry, "PUT", f"{name}/manifests/{digest_of(LARGE)}?tag=v1,v2", LARGE.encode())


def head_manifest(registry: LocalRegistry, name: str) -> Act:
    _stock(registry, name, v1=SMALL)
    return asking(registry, "HEAD", f"{name}/manifests/v1")


def get_manifest(registry: LocalRegistry, name: str) -> Act:
    """The day's first pull of a manifest that is an object."""
    _stock(registry, name, v1=LARGE)
    return asking(registry, "GET", f"{name}/manifests/v1")


def delete_tag(registry: LocalRegistry, name: str) -> Act:
    _stock(registry, name, v1=SMALL)
    return asking(registry, "DELETE", f"{name}/manifests/v1")


def delete_manifest(registry: LocalRegistry, name: str) -> Act:
    """With its tags."""
    _stock(registry, name, v1=LARGE, v2=LARGE)
    return asking(registry, "DELETE", f"{name}/manifests/{digest_of(LARGE)}")


def list_referrers(registry: LocalRegistry, name: str) -> Act:
    _stock(registry, name, v1=manifest(CONFIG, LAYER, media_type=OCI_MANIFEST, subject=descriptor(SMALL)))
    return asking(registry, "GET", f"{name}/referrers/{digest_of(SMALL)}")


def list_tags(registry: LocalRegistry, name: str) -> Act:
    _stock(registry, name, v1=SMALL, v2=SMALL)
    return asking(registry, "GET", f"{name}/tags/list?n=1")


def list_repositories(registry: LocalRegistry, name: str) -> Act:
    del name
    return asking(registry, "GET", "_catalog?n=1")
