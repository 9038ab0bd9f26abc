"""Every operation in every shape it takes: what is prepared, what is then done, and what its retry may answer."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import count

from moorage.domain.digest import Digest
from moorage.domain.layer import ContentId
from moorage.domain.repositories.repository import CLOSED_SECONDS, RepositoryId

from tests.support.faults import image_scenarios as images
from tests.support.faults import lifecycle_scenarios as lifecycle
from tests.support.faults import oci_scenarios as oci
from tests.support.faults import read_scenarios as read
from tests.support.faults import settings_scenarios as settings
from tests.support.faults import whole_layer_scenarios as whole
from tests.support.faults.queue_scenarios import complete_by_event, complete_by_request
from tests.support.faults.registry import Act, Answer, LocalRegistry, part_members
from tests.support.layers import digest_of

ONE = b"the first part of a layer, " * 50
TWO = b"the second part of a layer, " * 50
SMALL_PARTS = 1024
"""Advertised where parts are to be coalesced: the engine takes any last part, and every part here is one."""
_numbers = count()


@dataclass(frozen=True, slots=True)
class Scenario:
    """`prepare` sets the stage in a repository of its own and returns the act, which can be repeated.

    The name begins with the operation, and its shape follows after a comma.
    """

    name: str
    prepare: Callable[[LocalRegistry, str], Act]
    retry_may_answer: frozenset[str | None] = frozenset({None})
    part_size_bytes: int = 10 * 1024 * 1024

    @property
    def operation(self) -> str:
        """The operation of an API, in its own spelling; or what else runs, in lower case."""
        return self.name.partition(",")[0]


def repository_name() -> str:
    """A name that no other case has."""
    return f"faults/case{next(_numbers)}"


def _create(registry: LocalRegistry, name: str) -> Act:
    return lambda: registry.call("CreateRepository", repositoryName=f"{name}/new")


def _initiate(registry: LocalRegistry, name: str) -> Act:
    return lambda: registry.call("InitiateLayerUpload", repositoryName=name)


def _part(registry: LocalRegistry, name: str) -> Act:
    upload_id, _ = registry.upload(name)
    return lambda: registry.call("UploadLayerPart", **part_members(name, upload_id, 0, ONE))


def _coalesced_part(registry: LocalRegistry, name: str) -> Act:
    upload_id, _ = registry.upload(name, ONE)
    return lambda: registry.call("UploadLayerPart", **part_members(name, upload_id, len(ONE), TWO))


def _complete(registry: LocalRegistry, name: str) -> Act:
    upload_id, digest = registry.upload(name, ONE)
    return lambda: registry.complete(name, upload_id, digest)


def _complete_coalesced(registry: LocalRegistry, name: str) -> Act:
    upload_id, digest = registry.upload(name, ONE, TWO)
    return lambda: registry.complete(name, upload_id, digest)


def _complete_overwritten(registry: LocalRegistry, name: str) -> Act:
    upload_id, digest = registry.upload(name, ONE)
    registry.overwrite_part(upload_id)
    return lambda: registry.complete(name, upload_id, digest)


def _complete_without_state(registry: LocalRegistry, name: str) -> Act:
    upload_id, digest = registry.upload(name, ONE)
    registry.lose_hash_state(upload_id)
    return lambda: registry.complete(name, upload_id, digest)


def _complete_linked(registry: LocalRegistry, name: str) -> Act:
    registry.must("CreateRepository", repositoryName=f"{name}/other")
    registry.push(f"{name}/other", ONE)
    return _complete(registry, name)


def _complete_superseded(registry: LocalRegistry, name: str) -> Act:
    registry.push(name, ONE)
    return _complete(registry, name)


def _delete(registry: LocalRegistry, name: str) -> Act:
    registry.push(name, ONE)
    registry.push(name, TWO)
    registry.upload(name, ONE + TWO)
    registry.send_direct(name, ONE + TWO, ONE + TWO)
    return lambda: registry.call("DeleteRepository", repositoryName=name, force=True)


def _reap_superseded(registry: LocalRegistry, name: str) -> Act:
    _complete_superseded(registry, name)()
    return _reaping(registry)


def _reap_expired(registry: LocalRegistry, name: str) -> Act:
    registry.upload(name, ONE, TWO)
    registry.reap()
    registry.expire(registry.settings.upload_lifetime_seconds + 1)
    return _reaping(registry)


def _reap_unreferenced(registry: LocalRegistry, name: str) -> Act:
    registry.push(name, ONE)
    registry.must("DeleteRepository", repositoryName=name, force=True)
    return _reaping(registry)


def _reap_expired_blob(registry: LocalRegistry, name: str) -> Act:
    _reap_unreferenced(registry, name)()
    registry.expire(registry.settings.blob_grace_seconds + 1)
    return _reaping(registry)


def _reap_linked_blob(registry: LocalRegistry, name: str) -> Act:
    _reap_unreferenced(registry, name)()
    registry.must("CreateRepository", repositoryName=name)
    registry.push(name, ONE)
    registry.reap()
    registry.expire(registry.settings.blob_grace_seconds + 1)
    return _reaping(registry)


def _complete_collected(registry: LocalRegistry, name: str) -> Act:
    """The collector has looked for links and closed the content, and has not removed it yet."""
    registry.push(name, ONE)
    content = ContentId(registry.settings.registry_id, Digest.of(digest_of(ONE)), "")
    blob = registry.reaper.collection.get(content)
    assert blob is not None
    registry.must("DeleteRepository", repositoryName=name, force=True)
    registry.reap()
    registry.must("CreateRepository", repositoryName=name)
    registry.reaper.collection.close(blob, "a run that has not ended", int(registry.now) + CLOSED_SECONDS)
    return _complete(registry, name)


def _reap_deleting(registry: LocalRegistry, name: str) -> Act:
    registry.push(name, ONE)
    registry.upload(name, TWO)
    registry.reap()
    registry.ports.repositories.begin_deletion(
        RepositoryId(registry.settings.registry_id, name), forced=True, closed_until=int(registry.now)
    )
    return _reaping(registry)


def _initiate_direct(registry: LocalRegistry, name: str) -> Act:
    claim = {"repositoryName": name, "layerDigest": digest_of(ONE), "layerSize": len(ONE)}
    return lambda: registry.direct("POST", "", **claim)


def _list_direct(registry: LocalRegistry, name: str) -> Act:
    upload_id = registry.send_direct(name, ONE, ONE)
    return lambda: registry.direct("GET", f"/{upload_id}/parts")


def _describe_direct(registry: LocalRegistry, name: str) -> Act:
    upload_id = registry.send_direct(name, ONE, ONE)
    return lambda: registry.direct("GET", f"/{upload_id}")


def _abandon_direct(registry: LocalRegistry, name: str) -> Act:
    upload_id = registry.send_direct(name, ONE, ONE)
    return lambda: registry.direct("DELETE", f"/{upload_id}")


def _complete_direct(registry: LocalRegistry, name: str) -> Act:
    upload_id = registry.send_direct(name, ONE, ONE)
    return lambda: registry.direct("POST", f"/{upload_id}/completion")


def _complete_direct_by_ecr(registry: LocalRegistry, name: str) -> Act:
    upload_id = registry.send_direct(name, ONE, ONE)
    return lambda: registry.complete(name, upload_id, digest_of(ONE))


def _complete_direct_falsely(registry: LocalRegistry, name: str) -> Act:
    upload_id = registry.send_direct(name, ONE, bytes(reversed(ONE)))
    return lambda: registry.complete(name, upload_id, digest_of(ONE))


def _reap_failed_direct(registry: LocalRegistry, name: str) -> Act:
    _complete_direct_falsely(registry, name)()
    return _reaping(registry)


def _reaping(registry: LocalRegistry) -> Act:
    def act() -> Answer:
        registry.reap()
        return None, {}

    return act


SCENARIOS = (
    # A client's own retry after a lost answer meets its own repository, as with ECR.
    Scenario("CreateRepository", _create, frozenset({None, "RepositoryAlreadyExistsException"})),
    Scenario("InitiateLayerUpload", _initiate),
    Scenario("InitiateLayerUpload, creates its repository", settings.create_on_push),
    Scenario("UploadLayerPart", _part),
    Scenario("UploadLayerPart, coalesced", _coalesced_part, part_size_bytes=SMALL_PARTS),
    Scenario("CompleteLayerUpload", _complete),
    Scenario("CompleteLayerUpload, coalesced", _complete_coalesced, part_size_bytes=SMALL_PARTS),
    Scenario("CompleteLayerUpload, part replaced", _complete_overwritten, frozenset({"InvalidLayerException"})),
    Scenario("CompleteLayerUpload, tail", _complete, part_size_bytes=SMALL_PARTS),
    Scenario("CompleteLayerUpload, hash state lost", _complete_without_state),
    Scenario("CompleteLayerUpload, blob in another repository", _complete_linked),
    Scenario("CompleteLayerUpload, content being collected", _complete_collected),
    Scenario("CompleteLayerUpload, layer there", _complete_superseded, frozenset({"LayerAlreadyExistsException"})),
    Scenario("DeleteRepository", _delete, frozenset({None, "RepositoryNotFoundException"})),
    Scenario("PutImage", images.put, images.ALREADY),
    Scenario("PutImage, large manifest", images.put_large),
    Scenario("PutImage, index", images.put_index, images.ALREADY),
    Scenario("PutImage, tag moves", images.move_tag, images.ALREADY),
    Scenario("BatchGetImage", images.get),
    Scenario("DescribeImages", images.describe),
    Scenario("ListImages", images.list_ids),
    Scenario("DeleteRepository, images", images.delete_repository, frozenset({None, "RepositoryNotFoundException"})),
    Scenario("BatchCheckLayerAvailability", read.check_layers),
    Scenario("GetDownloadUrlForLayer", read.get_download_url),
    Scenario("BatchDeleteImage, tag", read.delete_tag),
    Scenario("BatchDeleteImage, digest", read.delete_image),
    Scenario(
        "UpdateImageStorageClass", read.archive, frozenset({None, "ImageStorageClassUpdateNotSupportedException"})
    ),
    Scenario("ListImageReferrers", read.list_referrers),
    Scenario("DescribeRepositories", read.of_registry("DescribeRepositories", maxResults=1)),
    Scenario("DescribeRepositories, names", read.describe),
    Scenario("GetRepositoryPolicy", read.in_repository("GetRepositoryPolicy")),
    Scenario(
        "GetRegistryPolicy", read.of_registry("GetRegistryPolicy"), frozenset({"RegistryPolicyNotFoundException"})
    ),
    Scenario("GetLifecyclePolicy", read.in_repository("GetLifecyclePolicy")),
    Scenario("GetLifecyclePolicyPreview", read.in_repository("GetLifecyclePolicyPreview")),
    Scenario("DescribeRepositoryCreationTemplates", read.of_registry("DescribeRepositoryCreationTemplates")),
    Scenario("GetAccountSetting", read.of_registry("GetAccountSetting", name="BLOB_MOUNTING")),
    Scenario("ListPullTimeUpdateExclusions", read.of_registry("ListPullTimeUpdateExclusions")),
    Scenario("TagResource", settings.tag),
    Scenario("UntagResource", settings.untag),
    Scenario("ListTagsForResource", settings.list_tags),
    Scenario("PutImageTagMutability", settings.put_mutability),
    Scenario("PutImageScanningConfiguration", settings.put_scanning),
    Scenario(
        "CreateRepositoryCreationTemplate",
        settings.create_template,
        frozenset({None, "TemplateAlreadyExistsException"}),
    ),
    Scenario("UpdateRepositoryCreationTemplate", settings.update_template),
    Scenario(
        "DeleteRepositoryCreationTemplate", settings.delete_template, frozenset({None, "TemplateNotFoundException"})
    ),
    Scenario("PutAccountSetting", settings.put_setting),
    Scenario(
        "RegisterPullTimeUpdateExclusion",
        settings.register_exclusion,
        frozenset({None, "ExclusionAlreadyExistsException"}),
    ),
    Scenario(
        "DeregisterPullTimeUpdateExclusion",
        settings.deregister_exclusion,
        frozenset({None, "ExclusionNotFoundException"}),
    ),
    Scenario("SetRepositoryPolicy", settings.set_repository_policy),
    Scenario(
        "DeleteRepositoryPolicy",
        settings.delete_repository_policy,
        frozenset({None, "RepositoryPolicyNotFoundException"}),
    ),
    Scenario("PutRegistryPolicy", settings.put_registry_policy),
    Scenario("DeleteRegistryPolicy", settings.put_and_delete_registry_policy),
    Scenario("PutLifecyclePolicy", settings.put_policy),
    Scenario("DeleteLifecyclePolicy", settings.delete_policy, frozenset({None, "LifecyclePolicyNotFoundException"})),
    Scenario("StartLifecyclePolicyPreview", settings.start_preview),
    Scenario("lifecycle run, preview", lifecycle.finish_preview),
    Scenario("lifecycle run, expire", lifecycle.expire),
    Scenario("lifecycle run, archive", lifecycle.archive),
    Scenario("lifecycle run, unlink", lifecycle.unlink),
    Scenario("lifecycle run, objects without records", lifecycle.abandon),
    Scenario("InitiateDirectUpload", _initiate_direct),
    Scenario("InitiateDirectUpload, mount", whole.mount, frozenset({None, "LayerAlreadyExistsException"})),
    Scenario("whole layer", whole.store_whole, frozenset({None, "LayerAlreadyExistsException"})),
    Scenario("whole layer, other bytes", whole.store_other_bytes, frozenset({"InvalidLayerException"})),
    Scenario(
        "whole layer, blob in another repository",
        whole.store_whole_of_known_content,
        frozenset({None, "LayerAlreadyExistsException"}),
    ),
    Scenario("ListDirectParts", _list_direct),
    Scenario("DescribeDirectUpload", _describe_direct),
    Scenario("AbandonDirectUpload", _abandon_direct, frozenset({None, "UploadNotFoundException"})),
    Scenario("CompleteDirectUpload", _complete_direct),
    Scenario("CompleteLayerUpload, direct", _complete_direct_by_ecr),
    Scenario("CompleteLayerUpload, direct and false", _complete_direct_falsely, frozenset({"InvalidLayerException"})),
    Scenario("StartBlobUpload", oci.start),
    Scenario("StartBlobUpload, whole blob", oci.start_whole),
    Scenario("StartBlobUpload, mount", oci.mount),
    Scenario("AppendToBlobUpload, first chunk", oci.first_chunk),
    Scenario("AppendToBlobUpload, further chunk", oci.further_chunk),
    Scenario("CompleteBlobUpload, whole blob", oci.complete_empty_session),
    Scenario("CompleteBlobUpload", oci.complete),
    Scenario("CompleteBlobUpload, last chunk", oci.complete_with_last_chunk),
    Scenario("CompleteBlobUpload, false", oci.complete_falsely, frozenset({"DIGEST_INVALID"})),
    Scenario("GetBlobUploadStatus", oci.get_status),
    Scenario("CancelBlobUpload", oci.cancel, frozenset({None, "BLOB_UPLOAD_UNKNOWN"})),
    Scenario("GetBlobProperties", oci.head_blob),
    Scenario("GetBlob", oci.get_blob),
    Scenario("DeleteBlob", oci.delete_blob, frozenset({None, "BLOB_UNKNOWN"})),
    Scenario("PutManifest", oci.put_manifest),
    Scenario("PutManifest, tags", oci.put_manifest_with_tags),
    Scenario("GetManifestProperties", oci.head_manifest),
    Scenario("GetManifest", oci.get_manifest),
    Scenario("DeleteManifest, tag", oci.delete_tag, frozenset({None, "MANIFEST_UNKNOWN"})),
    Scenario("DeleteManifest", oci.delete_manifest, frozenset({None, "MANIFEST_UNKNOWN"})),
    Scenario("ListReferrers", oci.list_referrers),
    Scenario("ListTags", oci.list_tags),
    Scenario("ListRepositories", oci.list_repositories),
    Scenario("queue, a request that is handed over", complete_by_request),
    Scenario("queue, S3's event", complete_by_event),
    Scenario("reaper, failed direct upload", _reap_failed_direct),
    Scenario("reaper, superseded upload", _reap_superseded),
    Scenario("reaper, expired upload", _reap_expired, part_size_bytes=SMALL_PARTS),
    Scenario("reaper, unreferenced blob", _reap_unreferenced),
    Scenario("reaper, ended expiry", _reap_expired_blob),
    Scenario("reaper, ended expiry of linked content", _reap_linked_blob),
    Scenario("reaper, repository being deleted", _reap_deleting),
)
