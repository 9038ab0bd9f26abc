"""What rivals for images do, and what must hold once they are done."""

import json
from dataclasses import replace
from itertools import chain

from moorage.bootstrap.lifecycle import compose_lifecycle
from moorage.usecases.lifecycle.apply_lifecycle import apply_lifecycle

from tests.support.faults.registry import Act, Answer, LocalRegistry
from tests.support.images import manifest
from tests.support.layers import digest_of

NAME = "race"
CONFIG, LAYER = b"a config of rivals", b"a layer of rivals"
IMAGE = manifest(CONFIG, LAYER)
WEEK = 7 * 86_400


def stocked() -> LocalRegistry:
    """A registry with a config and a layer in one repository."""
    made = LocalRegistry()
    made.must("CreateRepository", repositoryName=NAME)
    for content in (CONFIG, LAYER):
        made.push(NAME, content)
    return made


def putting(registry: LocalRegistry, content: str, tag: str | None = None) -> Act:
    """PutImage."""
    tagged = {} if tag is None else {"imageTag": tag}
    return lambda: registry.call("PutImage", repositoryName=NAME, imageManifest=content, **tagged)


def deleting(registry: LocalRegistry, **image_id: str) -> Act:
    """BatchDeleteImage of one id."""
    return lambda: registry.call("BatchDeleteImage", repositoryName=NAME, imageIds=[image_id])


def run_lifecycle(registry: LocalRegistry, unused_layer_seconds: int = 0) -> Act:
    """A scheduled run that is due now."""
    registry.reap()
    registry.expire(WEEK)  # and what is over goes: nothing but the run is left to do
    now = registry.now

    def act() -> Answer:
        ports = replace(compose_lifecycle(registry.settings), now=lambda: now)
        report = apply_lifecycle(now + 600, replace(ports, unused_layer_seconds=unused_layer_seconds, workers=4))
        assert report.tally.failed_repositories == 0, report
        return None, {}

    return act


def images(registry: LocalRegistry) -> dict[str, list[str]]:
    """Digest → tags, as DescribeImages says; and each tag leads BatchGetImage to the same image."""
    described = registry.must("DescribeImages", repositoryName=NAME, maxResults=1000)["imageDetails"]
    found = {each["imageDigest"]: each.get("imageTags", []) for each in described}
    for digest, tags in found.items():
        for image_id in ({"imageDigest": digest}, *({"imageTag": tag} for tag in tags)):
            pulled = registry.must("BatchGetImage", repositoryName=NAME, imageIds=[image_id])
            assert [each["imageId"]["imageDigest"] for each in pulled["images"]] == [digest], pulled
    return found


def tags_in(found: dict[str, list[str]]) -> list[str]:
    """All tags, in order."""
    return sorted(chain.from_iterable(found.values()))


def require_whole(registry: LocalRegistry, *contents: str) -> None:
    """Whatever these images name can be pulled."""
    for content in contents:
        document = json.loads(content)
        for blob in (document["config"], *document["layers"]) if "config" in document else ():
            assert digest_of(registry.download(NAME, blob["digest"])) == blob["digest"]
        children = [{"imageDigest": child["digest"]} for child in document.get("manifests", ())]
        if children:
            assert registry.must("BatchGetImage", repositoryName=NAME, imageIds=children)["failures"] == []
