"""What a registry acknowledged, kept outside of it: a client that writes down each answer, and compares later.

One client has one repository and one request at a time. So of a request without an answer there are two outcomes for
each tag, image and layer that it names: as before, or as asked. Everything else must be as acknowledged.
"""

import json
import random
import urllib.request
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from tests.support import layers
from tests.support.images import manifest
from tests.support.layers import digest_of
from tests.support.open_upload import NoAnswerError, OpenUpload

CHUNKS = 5
"""So many chunks make a layer."""
TAGS = ("stable", "latest", "v1", "v2")
NO_RETRIES = {"retries": {"total_max_attempts": 1}, "connect_timeout": 5, "read_timeout": 60}
Contents = dict[str, str | None]
"""`layer D`: its digest; `image D`: its digest; `tag T`: the digest that it points to. None or absent: not there."""


@dataclass
class Ledger:
    """One client's. `acknowledged` is what must be there; `pending` is what the unanswered request asked for."""

    repository: str
    random: random.Random
    acknowledged: Contents = field(default_factory=dict)
    pending: Contents = field(default_factory=dict)
    answers: Counter[str] = field(default_factory=Counter)
    """How many requests of each kind were acknowledged."""
    _layers: dict[str, bytes] = field(default_factory=dict)
    _manifests: dict[str, str] = field(default_factory=dict)
    _upload: OpenUpload = field(init=False)

    def __post_init__(self) -> None:
        self._upload = OpenUpload(self.repository, self.random)

    def write_until_it_fails(self, ecr: Any) -> None:
        """Change things, until a request has no answer, or the answer of a registry that is failing."""
        try:
            while True:
                self._change(ecr)
        except (BotoCoreError, NoAnswerError):
            return
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] < 500:
                raise

    def differences(self, ecr: Any) -> tuple[list[str], list[str]]:
        """What was lost, and what is wrong. The outcome of the unanswered request counts as acknowledged afterwards."""
        found = self._found(ecr)
        lost: list[str] = []
        wrong: list[str] = []
        for name in sorted(self.acknowledged.keys() | found.keys()):
            wanted, actual = self.acknowledged.get(name), found.get(name)
            if actual == wanted or (name in self.pending and actual == self.pending[name]):
                continue
            (lost if actual is None else wrong).append(f"{self.repository}: {name} is {actual} instead of {wanted}")
        wrong += [
            f"{self.repository}: {name} points to {digest}, which is not there"
            for name, digest in found.items()
            if name.startswith("tag ") and f"image {digest}" not in found
        ]
        if self._upload.chunks >= CHUNKS and f"layer {digest_of(self._upload.acknowledged)}" in found:
            self._upload.forget()  # the answer of its completion did not come
        elif broken_upload := self._upload.difference(ecr.meta.endpoint_url):
            wrong.append(broken_upload)
        self.acknowledged, self.pending = found, {}
        return lost, wrong

    def _change(self, ecr: Any) -> None:
        images = self._names("image ")
        changes: list[Callable[[Any], tuple[str, Contents, Callable[[], object]]]] = [self._new_layer, self._chunk]
        if self._names("layer "):
            changes += [self._new_image] * 2
        if images:
            changes += [self._moved_tag] * 2
        if len(images) > 2:
            changes += [self._deleted_image]
        if self._names("tag "):
            changes += [self._deleted_tag]
        kind, self.pending, send = self.random.choice(changes)(ecr)
        send()
        self.acknowledged |= self.pending
        self.pending = {}
        self.answers[kind] += 1

    def _new_layer(self, ecr: Any) -> tuple[str, Contents, Callable[[], object]]:
        content = self.random.randbytes(self.random.randint(1, 50_000))
        digest = digest_of(content)
        self._layers[digest] = content
        return "layer", {f"layer {digest}": digest}, lambda: layers.push(ecr, self.repository, content)

    def _chunk(self, ecr: Any) -> tuple[str, Contents, Callable[[], object]]:
        """The next chunk of the upload that stays open for long, or its completion."""
        url, upload = ecr.meta.endpoint_url, self._upload
        if upload.chunks < CHUNKS:
            return "chunk", {}, lambda: upload.send_chunk(url)
        digest = digest_of(upload.acknowledged)
        self._layers[digest] = upload.acknowledged
        return "upload completed", {f"layer {digest}": digest}, lambda: upload.complete(url)

    def _new_image(self, ecr: Any) -> tuple[str, Contents, Callable[[], object]]:
        contents = [self._layers[digest] for digest in self._names("layer ")]
        config, *others = self.random.choices(contents, k=self.random.randint(1, 4))
        text = manifest(config, *others, annotations={"number": str(self.random.random())})
        self._manifests[digest_of(text)] = text
        return self._put(ecr, "image", digest_of(text))

    def _moved_tag(self, ecr: Any) -> tuple[str, Contents, Callable[[], object]]:
        return self._put(ecr, "tag moved", self.random.choice(self._names("image ")))

    def _put(self, ecr: Any, kind: str, digest: str) -> tuple[str, Contents, Callable[[], object]]:
        tag = self.random.choice(TAGS)

        def send() -> None:
            try:
                ecr.put_image(repositoryName=self.repository, imageManifest=self._manifests[digest], imageTag=tag)
            except ecr.exceptions.ImageAlreadyExistsException:
                assert self.acknowledged.get(f"tag {tag}") == digest

        return kind, {f"image {digest}": digest, f"tag {tag}": digest}, send

    def _deleted_image(self, ecr: Any) -> tuple[str, Contents, Callable[[], object]]:
        digest = self.random.choice(self._names("image "))
        gone: Contents = dict.fromkeys([f"image {digest}", *self._tags_of(digest)])
        return "image deleted", gone, lambda: self._delete(ecr, {"imageDigest": digest})

    def _deleted_tag(self, ecr: Any) -> tuple[str, Contents, Callable[[], object]]:
        """The last tag of an image takes the image with it."""
        name = self.random.choice(self._names("tag "))
        digest = self.acknowledged[f"tag {name}"]
        gone: Contents = {f"tag {name}": None}
        if self._tags_of(digest) == [f"tag {name}"]:
            gone[f"image {digest}"] = None
        return "tag deleted", gone, lambda: self._delete(ecr, {"imageTag": name})

    def _delete(self, ecr: Any, image_id: Mapping[str, str]) -> None:
        answer = ecr.batch_delete_image(repositoryName=self.repository, imageIds=[image_id])
        assert answer["failures"] == []

    def _names(self, kind: str) -> list[str]:
        return [name.removeprefix(kind) for name, value in self.acknowledged.items() if value and name.startswith(kind)]

    def _tags_of(self, digest: str | None) -> list[str]:
        return [f"tag {tag}" for tag in self._names("tag ") if self.acknowledged[f"tag {tag}"] == digest]

    def _found(self, ecr: Any) -> Contents:
        """What the registry has now; layers and manifests are there if they have their bytes."""
        found: Contents = {f"layer {digest}": digest for digest in self._layers if self._has_layer(ecr, digest)}
        pages = ecr.get_paginator("list_images").paginate(repositoryName=self.repository)
        for image_id in (each for page in pages for each in page["imageIds"]):
            digest = image_id["imageDigest"]
            if "imageTag" in image_id:
                found[f"tag {image_id['imageTag']}"] = digest
            asked = {"imageDigest": digest}
            images = ecr.batch_get_image(repositoryName=self.repository, imageIds=[asked])["images"]
            if images and images[0]["imageManifest"] == self._manifests.get(digest):
                found[f"image {digest}"] = digest
        return found

    def _has_layer(self, ecr: Any, digest: str) -> bool:
        try:
            url = ecr.get_download_url_for_layer(repositoryName=self.repository, layerDigest=digest)["downloadUrl"]
        except ecr.exceptions.LayersNotFoundException:
            return False
        with urllib.request.urlopen(url) as response:
            return bool(response.read() == self._layers[digest])


def broken(findings: str) -> list[dict[str, Any]]:
    """What `moorage fsck --json` found that is more than garbage."""
    return [finding for finding in json.loads(findings) if not finding["garbage"]]
