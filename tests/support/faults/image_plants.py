"""Each fault of images that fsck knows, planted in a table that is right."""

from collections.abc import Callable
from dataclasses import dataclass

import boto3
from moorage.usecases.fsck._fault import Fault

from tests.support.faults.fsck import change, put, remove, repository_pk
from tests.support.faults.registry import LocalRegistry
from tests.support.images import descriptor, index, manifest
from tests.support.layers import digest_of

NAME = "examined/images"
CONFIG, LAYER = b"a config that fsck examines", b"a layer that fsck examines"
CHILD = manifest(CONFIG, LAYER)
LARGE = manifest(CONFIG, LAYER, annotations={"a": "x" * 70_000})
ABOUT = manifest(CONFIG, LAYER, subject=descriptor(CHILD))
ALL = index([CHILD])
Plant = Callable[[LocalRegistry], None]
DAY = 86_400


def stocked() -> LocalRegistry:
    """An image, an artifact about it, an index of it, and an image with a large manifest; nothing is wrong."""
    registry = LocalRegistry()
    registry.must("CreateRepository", repositoryName=NAME)
    for layer in (CONFIG, LAYER):
        registry.push(NAME, layer)
    for content, tag in ((CHILD, "v1"), (ABOUT, "sbom"), (ALL, "all"), (LARGE, "large")):
        registry.must("PutImage", repositoryName=NAME, imageManifest=content, imageTag=tag)
    registry.must("PutImage", repositoryName=NAME, imageManifest=CHILD, imageTag="v2")
    registry.reap()
    registry.expire(2 * DAY)
    return registry


def _row(sk: str) -> Plant:
    return lambda registry: remove(registry, repository_pk(registry, NAME), sk)


def _manifest_key(registry: LocalRegistry) -> str:
    return next(each.object_key for each in registry.fsck_ports.inventory.objects() if each.is_manifest)


def _lose_manifest(registry: LocalRegistry) -> None:
    boto3.client("s3").delete_object(Bucket=registry.settings.bucket, Key=_manifest_key(registry))


def _replace_manifest(registry: LocalRegistry) -> None:
    put(registry, _manifest_key(registry), bytes(reversed(LARGE.encode())))


def _damage_manifest(registry: LocalRegistry) -> None:
    image = f"IMAGE#{digest_of(CHILD)}"
    change(registry, repository_pk(registry, NAME), image, "SET content = :other", other={"B": b"{}"})


def _miscount(registry: LocalRegistry) -> None:
    image = f"IMAGE#{digest_of(CHILD)}"
    change(registry, repository_pk(registry, NAME), image, "SET tag_count = :many", many={"N": "7"})


def _stray_manifest(registry: LocalRegistry) -> None:
    put(registry, f"manifests/{registry.settings.registry_id}/stray", b"{}")


def _interrupt_push(registry: LocalRegistry) -> None:
    """TTL has not removed its record for a week."""
    interrupt_push(registry, days=8)


def interrupt_push(registry: LocalRegistry, days: int) -> None:
    """A push that ended after its manifest was stored, and whose record has been expired for so long."""
    registry.must("PutImage", repositoryName=NAME, imageManifest=LARGE.replace("x", "y"))
    key = "00000000-0000-4000-8000-000000000000"
    values = {
        "kind": {"S": "pending_manifest"},
        "digest": {"S": digest_of(LARGE)},
        "push": {"S": key},
        "object": {"S": f"manifests/{registry.settings.registry_id}/{key}"},
        "end": {"N": str(int(registry.now - days * DAY))},
    }
    expression = "SET kind = :kind, digest = :digest, push_id = :push, object_key = :object, expires_at = :end"
    change(registry, repository_pk(registry, NAME), f"PUSH#{key}", expression, **values)
    put(registry, values["object"]["S"], b"{}")


def _without_image(registry: LocalRegistry) -> None:
    """The image that `all` points to is gone: its tag, its reverse tag record and its use are left."""
    remove(registry, repository_pk(registry, NAME), f"IMAGE#{digest_of(ALL)}")


@dataclass(frozen=True, slots=True)
class Planted:
    """`plant` does the damage; `found` are the subjects that fsck names, shortened to how they begin."""

    fault: Fault
    name: str
    plant: Plant

    def __str__(self) -> str:
        return f"{self.fault}, {self.name}"


USE = f"USE#{digest_of(LAYER)}#{digest_of(CHILD)}"
BROKEN = (
    Planted(Fault.IMAGE_WITHOUT_REPOSITORY, "no repository", _row("#META")),
    Planted(Fault.IMAGE_NAMES_MISSING, "layer", _row(f"LAYER#{digest_of(LAYER)}")),
    Planted(Fault.IMAGE_NAMES_MISSING, "child", _row(f"IMAGE#{digest_of(CHILD)}")),
    Planted(Fault.IMAGE_WITHOUT_MANIFEST, "object deleted", _lose_manifest),
    Planted(Fault.MANIFEST_MISMATCH, "object replaced", _replace_manifest),
    Planted(Fault.MANIFEST_MISMATCH, "record changed", _damage_manifest),
)
REPAIRABLE = (
    Planted(Fault.TAG_WITHOUT_IMAGE, "image removed", _without_image),
    Planted(Fault.ORPHAN_IMAGE_RECORD, "use of a removed image", _without_image),
    Planted(Fault.ORPHAN_IMAGE_RECORD, "referrer of a removed image", _row(f"IMAGE#{digest_of(ABOUT)}")),
    Planted(Fault.ORPHAN_IMAGE_RECORD, "reverse tag record without tag", _row("TAG#v2")),
    Planted(Fault.MISSING_IMAGE_RECORD, "use", _row(USE)),
    Planted(Fault.MISSING_IMAGE_RECORD, "referrer", _row(f"REFERRER#{digest_of(CHILD)}#{digest_of(ABOUT)}")),
    Planted(Fault.MISSING_IMAGE_RECORD, "reverse tag record", _row(f"IMAGE#{digest_of(CHILD)}#TAG#v2")),
    Planted(Fault.TAG_COUNT_MISMATCH, "count", _miscount),
    Planted(Fault.UNNEEDED_OBJECT, "manifest that no image has", _stray_manifest),
    Planted(Fault.EXPIRED_PUSH, "interrupted push", _interrupt_push),
)
IMAGE_FAULTS = {each.fault for each in (*BROKEN, *REPAIRABLE)} - {Fault.UNNEEDED_OBJECT}
