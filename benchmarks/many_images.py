"""A repository with any number of images, as DynamoDB would answer for it: made page by page, kept nowhere."""

import base64
import json
import time
from collections import Counter
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from moorage.adapters.dynamodb.images.mapping import image_item
from moorage.adapters.dynamodb.images.models import ImageTagItem
from moorage.adapters.dynamodb.keys import IMAGE_PREFIX, image_tag_sk, repository_pk
from moorage.domain.digest import Digest
from moorage.domain.images.image import Image
from moorage.domain.images.manifest import DOCKER_MANIFEST
from moorage.domain.repositories.repository import Repository, RepositoryId

MANIFEST_BYTES = 1_500
PAGE_BYTES = 1_000_000
"""What one Query reads at most (DynamoDB service quotas: 1 MB)."""
PUSHED_AT = 1_700_000_000.5
_TAG = "build"
_DIGEST = "d" * 64
"""Stands for an image's digest in the text that all images are made from."""
_HEADERS: Any = {"Content-Type": "application/x-amz-json-1.0"}


class _Raw(BytesIO):
    def stream(self, **_: Any) -> Iterator[bytes]:
        yield self.read()


class PreparedTable:
    """Answers the calls of a client; writes are counted and dropped. `own_seconds` is CPU time spent on answers."""

    def __init__(self, client: Any, images: int, layers: int) -> None:
        self.repository = Repository(id=RepositoryId("000000000000", "many"), incarnation="only", created_at=PUSHED_AT)
        self.calls: Counter[str] = Counter()
        self.own_seconds = 0.0
        self._images = images
        self._pk = repository_pk(self.repository.id)
        items = self._items(layers)
        self._bytes_of_an_image = sum(map(_size_bytes, items))
        self._made_of = ",".join(json.dumps(item, default=_base64) for item in items)
        client.meta.events.register_first("before-send.dynamodb", self._answer)

    def _answer(self, request: AWSPreparedRequest, event_name: str, **_: Any) -> AWSResponse:
        started = time.process_time()
        operation = event_name.rpartition(".")[2]
        self.calls[operation] += 1
        body = self._page(_members(request)) if operation == "Query" else "{}"
        self.own_seconds += time.process_time() - started
        return AWSResponse(request.url, 200, _HEADERS, _Raw(body.encode()))

    def _page(self, asked: dict[str, Any]) -> str:
        key = asked.get("ExclusiveStartKey")
        first = 0 if key is None else int(key["sk"]["S"].removeprefix(f"{IMAGE_PREFIX}sha256:")[:64], 16) + 1
        end = min(first + min(asked["Limit"], PAGE_BYTES // self._bytes_of_an_image * 2) // 2, self._images)
        items = ",".join(self._made_of.replace(_DIGEST, f"{number:064x}") for number in range(first, end))
        page = f'"Items":[{items}],"Count":{2 * (end - first)},"ScannedCount":{2 * (end - first)}'
        if end == self._images:
            return f"{{{page}}}"
        last = json.dumps({"pk": {"S": self._pk}, "sk": {"S": image_tag_sk(f"sha256:{end - 1:064x}", _TAG)}})
        return f'{{{page},"LastEvaluatedKey":{last}}}'

    def _items(self, layers: int) -> list[dict[str, Any]]:
        """An image and its reverse tag record, as DynamoDB returns them, with _DIGEST for what differs."""
        digest = Digest("sha256", _DIGEST)
        image = Image(
            repository=self.repository.id,
            digest=digest,
            push_id=_DIGEST,
            media_type=DOCKER_MANIFEST,
            artifact_type=None,
            manifest_bytes=MANIFEST_BYTES,
            size_bytes=100_000_000,
            pushed_at=PUSHED_AT,
            layers=tuple(Digest("sha256", f"{number:064x}") for number in range(layers)),
            content=b"x" * MANIFEST_BYTES,
            tag_count=1,
        )
        tag = ImageTagItem(self._pk, image_tag_sk(digest, _TAG), tag=_TAG)
        return [record.to_dynamodb_dict() for record in (image_item(image), tag)]


def _members(request: AWSPreparedRequest) -> dict[str, Any]:
    assert isinstance(request.body, str | bytes)
    return dict(json.loads(request.body))


def _size_bytes(item: dict[str, Any]) -> int:
    """Nearly DynamoDB's: the bytes of names and values."""
    return sum(len(name) + len(str(value)) for name, typed in item.items() for value in typed.values())


def _base64(value: bytes) -> str:
    return base64.b64encode(value).decode()
