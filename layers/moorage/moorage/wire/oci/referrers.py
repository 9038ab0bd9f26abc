"""The handler of the OCI protocol for referrers: the manifests with a given subject, as an image index."""

import json
from dataclasses import replace
from urllib.parse import quote, urlencode

from moorage.domain.caller import Call
from moorage.domain.digest import Digest
from moorage.domain.images.image import Image
from moorage.domain.images.manifest import OCI_INDEX, annotations_of
from moorage.usecases.images.batch_get_image import content_of
from moorage.usecases.images.listing.list_image_referrers import ListImageReferrers, list_image_referrers
from moorage.usecases.ports import Ports
from moorage.wire.http import HttpResponse
from moorage.wire.oci._members import OciAnswer, repository_of, shape
from moorage.wire.operation import Members, Operation

PAGE = 50
"""Referrers that are read together."""
MAX_READS = 10
"""Pages that are read for one answer, where a filter leaves few of each."""
MAX_INDEX_BYTES = 4 * 1024 * 1024
"""The specification's limit for a manifest, which this answer is. The rest follows on the next page."""


def _list_referrers(members: Members, call: Call, ports: Ports) -> OciAnswer:
    # Of a plus sign in a media type, a query that was not escaped leaves a space.
    types = frozenset(one for one in members.get("artifactType", "").replace(" ", "+").split(",") if one)
    query = ListImageReferrers(
        repository=repository_of(members, call),
        subject=str(members["subject"]),
        artifact_types=types,
        start=members.get("start"),
        limit=PAGE,
    )
    descriptors, following = _one_answer(query, ports)
    headers = {"Content-Type": OCI_INDEX}
    if types:
        headers["OCI-Filters-Applied"] = "artifactType"
    if following is not None:
        headers["Link"] = _next_page(query, following)
    body = {"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": descriptors}
    return OciAnswer(HttpResponse(200, json.dumps(body), headers))


def _one_answer(query: ListImageReferrers, ports: Ports) -> tuple[list[Members], Digest | None]:
    """Descriptors of a page or somewhat more, and the digest with which the next answer starts."""
    descriptors, size_bytes, start = list[Members](), 0, query.start
    for _ in range(MAX_READS):
        page = list_image_referrers(replace(query, start=start), ports)
        for image in page.images:
            descriptor = _descriptor(image, ports)
            size_bytes += len(json.dumps(descriptor))
            if descriptors and size_bytes > MAX_INDEX_BYTES:
                return descriptors, image.digest
            descriptors.append(descriptor)
        start = page.next_start
        if start is None or len(descriptors) >= PAGE:
            break
    return descriptors, start


def _descriptor(image: Image, ports: Ports) -> Members:
    annotations = annotations_of(content_of(image, ports))
    return {
        "mediaType": image.media_type,
        "digest": str(image.digest),
        "size": image.manifest_bytes,
        **({"artifactType": image.artifact_type} if image.artifact_type else {}),
        **({"annotations": annotations} if annotations else {}),
    }


def _next_page(query: ListImageReferrers, start: Digest) -> str:
    types = {"artifactType": ",".join(sorted(query.artifact_types))} if query.artifact_types else {}
    path = f"/v2/{query.repository.name}/referrers/{query.subject}"
    return f'<{path}?{urlencode({**types, "start": str(start)}, quote_via=quote)}>; rel="next"'


OPERATIONS = (
    Operation(
        "ListReferrers",
        shape("repositoryName", "subject", optional=("artifactType", "start")),
        _list_referrers,
        frozenset(),
        "ecr:ListImageReferrers",
    ),
)
