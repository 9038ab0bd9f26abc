"""Everything a use case may refuse, as one tree; no protocol, status or AWS name in it.

MoorageError
├── RequestError                  the request itself is at fault
│   ├── MalformedRequestError         it cannot be read at all
│   ├── UnknownOperationError         it names an operation that Moorage does not have
│   └── InvalidParameterError         one of its members breaks a constraint
├── InvalidCredentialsError       a password or token that is not accepted
├── AccessDeniedError             the caller may not do this, whether or not it exists
├── RepositoryNotFoundError · RepositoryAlreadyExistsError · RepositoryNotEmptyError
├── UploadNotFoundError
├── InvalidLayerPartError · EmptyUploadError · LayerPartTooSmallError · InvalidLayerError
├── LayerAlreadyExistsError · LayersNotFoundError
├── ImageNotFoundError · ImageAlreadyExistsError · ImageTagAlreadyExistsError · ImageDigestMismatchError
├── ReferencedImagesNotFoundError
├── InUseError                    an image names it, so it cannot be deleted
├── TooManyTagsError · InvalidTagError
├── LifecyclePolicyNotFoundError · LifecyclePreviewNotFoundError · LifecyclePreviewInProgressError
├── TemplateNotFoundError · TemplateAlreadyExistsError
├── ExclusionNotFoundError · ExclusionAlreadyExistsError
├── RepositoryPolicyNotFoundError · RegistryPolicyNotFoundError
├── LimitExceededError
├── EncryptionError               the key service refused
├── UnavailableError              not now: the same request may succeed later
│   └── VerificationInProgressError     its content is being hashed
└── InconsistentRecordsError      stored records contradict each other: for an operator, never the caller's fault

The wording follows what Amazon ECR's callers report, since people search for it.
"""

from collections.abc import Iterable

from moorage.domain.repository import RepositoryId
from moorage.domain.upload import UploadRef

MIB = 1024 * 1024


class MoorageError(Exception):
    """The base of all; `str()` of any of them is fit for the caller's eyes."""


class RequestError(MoorageError):
    """The request itself is at fault, whatever is stored."""


class MalformedRequestError(RequestError):
    """The request cannot be read as its protocol demands."""


class UnknownOperationError(RequestError):
    """The request names an operation that Moorage does not have."""

    def __init__(self, operation: str) -> None:
        super().__init__(f"Moorage has no operation named '{operation}'")
        self.operation = operation


class InvalidParameterError(RequestError):
    """One member of the request breaks a constraint; `member` is its path, `reason` the rest of the sentence."""

    def __init__(self, member: str, reason: str) -> None:
        super().__init__(f"Invalid parameter at '{member}' failed to satisfy constraint: '{reason}'")
        self.member = member


class InvalidCredentialsError(MoorageError):
    """The request's password or token is not accepted; the caller is not told why, the log has it as the cause."""

    def __init__(self) -> None:
        super().__init__("The credentials are not accepted: get a new password by GetAuthorizationToken")


class AccessDeniedError(MoorageError):
    """The caller may not do this. The words are IAM's; they say nothing about what exists or which rule refused."""

    def __init__(self, caller: str, action: str, resource: str) -> None:
        super().__init__(f"User: {caller} is not authorized to perform: {action} on resource: {resource}")
        self.action = action
        self.resource = resource


class RepositoryNotFoundError(MoorageError):
    """No such repository in that registry, or no such registry here (then `repository` may be its id alone)."""

    def __init__(self, repository: RepositoryId | str) -> None:
        registry_id = repository if isinstance(repository, str) else repository.registry_id
        subject = "Any repository" if isinstance(repository, str) else f"The repository with name '{repository.name}'"
        super().__init__(f"{subject} does not exist in the registry with id '{registry_id}'")


class RepositoryAlreadyExistsError(MoorageError):
    """The name is taken."""

    def __init__(self, repository: RepositoryId) -> None:
        super().__init__(
            f"The repository with name '{repository.name}' already exists in the registry with id "
            f"'{repository.registry_id}'"
        )


class RepositoryNotEmptyError(MoorageError):
    """The repository still holds images or layers and the caller did not ask for force."""

    def __init__(self, repository: RepositoryId) -> None:
        super().__init__(
            f"The repository with name '{repository.name}' in registry with id '{repository.registry_id}' cannot be "
            "deleted because it still contains images or layers; use force to delete them with it"
        )


class UploadNotFoundError(MoorageError):
    """No such upload in that repository: never begun, expired, completed, or another repository's.

    `registry_id` alone where the caller named no repository.
    """

    def __init__(self, upload: UploadRef | str, registry_id: str = "") -> None:
        if isinstance(upload, str):
            upload_id, place = upload, "in registry"
        else:
            (registry_id, name), upload_id = upload
            place = f"in the repository with name '{name}' in registry"
        super().__init__(
            f"The upload with id '{upload_id}' {place} with id '{registry_id}' could not be found, or takes no more "
            "requests; initiate a new layer upload"
        )


class InvalidLayerPartError(MoorageError):
    """The part does not continue the layer, or its length contradicts its range.

    `last_valid_byte` is the last byte that counts as received (inclusive), -1 when nothing was: the next
    part starts one after it.
    """

    def __init__(self, reason: str, *, upload: UploadRef, last_valid_byte: int) -> None:
        super().__init__(reason)
        self.upload = upload
        self.last_valid_byte = last_valid_byte


class EmptyUploadError(MoorageError):
    """Completion of an upload that received nothing."""

    def __init__(self, upload: UploadRef) -> None:
        registry_id, name = upload.repository
        super().__init__(
            f"The upload with id '{upload.upload_id}' in the repository with name '{name}' in registry with id "
            f"'{registry_id}' cannot be completed because it does not have any parts"
        )


class LayerPartTooSmallError(MoorageError):
    """A part that is not the last was smaller than the registry takes."""

    def __init__(self, min_part_bytes: int) -> None:
        size = f"{min_part_bytes // MIB}MB" if min_part_bytes % MIB == 0 else f"{min_part_bytes} bytes"
        super().__init__(f"All layer parts except the last part should be at least {size}")


class InvalidLayerError(MoorageError):
    """The bytes are not what the caller says they are, or are no longer what was received."""

    NO_MATCH = "None of the provided layer digests match the calculated layer digest"
    DAMAGED = "The stored parts of this upload are not the ones that were received; initiate a new layer upload"


class LayerAlreadyExistsError(MoorageError):
    """The repository has the layer already, from another upload."""

    def __init__(self, repository: RepositoryId, digest: str) -> None:
        super().__init__(
            f"The layer with digest '{digest}' already exists in the repository with name '{repository.name}' in the "
            f"registry with id '{repository.registry_id}'"
        )


class LayersNotFoundError(MoorageError):
    """The repository does not have these layers; `for_image` where an image that is pushed names them."""

    def __init__(self, repository: RepositoryId, digests: Iterable[str], *, for_image: bool = False) -> None:
        listed, registry = ", ".join(digests), f"in the registry with id '{repository.registry_id}'"
        if for_image:
            text = f"required for pushing image into repository with name '{repository.name}' {registry} do not exist"
        else:
            text = f"do not exist in the repository with name '{repository.name}' {registry}"
        super().__init__(f"Layers with digests '[{listed}]' {text}")
        self.for_image = for_image


class ImageNotFoundError(MoorageError):
    """The repository does not have the image; `image_id` is how its caller named it."""

    def __init__(self, repository: RepositoryId, image_id: object) -> None:
        super().__init__(
            f"The image with imageId {image_id} does not exist within the repository with name '{repository.name}' in "
            f"the registry with id '{repository.registry_id}'"
        )


class ImageAlreadyExistsError(MoorageError):
    """The repository has the image, and the tag, if one was given, points to it."""

    def __init__(self, repository: RepositoryId, digest: str, tag: str | None) -> None:
        tagged = f" and tag '{tag}'" if tag else ""
        super().__init__(
            f"Image with digest '{digest}'{tagged} already exists in the repository with name '{repository.name}' in "
            f"registry with id '{repository.registry_id}'"
        )


class ImageTagAlreadyExistsError(MoorageError):
    """The tag points to another image, and the repository's tag mutability does not let it move."""

    def __init__(self, repository: RepositoryId, tag: str) -> None:
        super().__init__(
            f"The image tag '{tag}' already exists in the '{repository.name}' repository in registry with id "
            f"'{repository.registry_id}' and cannot be overwritten because the tag is immutable"
        )


class ImageDigestMismatchError(MoorageError):
    """The manifest has another digest than its pusher says."""

    def __init__(self, given: str, calculated: str) -> None:
        super().__init__(
            f"The image digest '{given}' does not match the digest that was calculated of the manifest, '{calculated}'"
        )


class ReferencedImagesNotFoundError(MoorageError):
    """The repository does not have these images, which an index names."""

    def __init__(self, repository: RepositoryId, digests: Iterable[str]) -> None:
        super().__init__(
            f"Images with digests '[{', '.join(digests)}]' required for pushing image into repository with name "
            f"'{repository.name}' in the registry with id '{repository.registry_id}' do not exist"
        )


class InUseError(MoorageError):
    """An image of the repository names this layer or image, so it cannot be deleted."""

    def __init__(self, repository: RepositoryId, digest: str) -> None:
        super().__init__(
            f"'{digest}' cannot be deleted from the repository with name '{repository.name}' in the registry with id "
            f"'{repository.registry_id}' because an image names it; delete that image first"
        )


class TooManyTagsError(MoorageError):
    """More tags than a repository may have."""


class InvalidTagError(MoorageError):
    """A tag's key or value breaks one of the rules in domain/resource_tags.py."""


class LifecyclePolicyNotFoundError(MoorageError):
    """The repository has no lifecycle policy."""

    def __init__(self, repository: RepositoryId) -> None:
        super().__init__(
            f"Lifecycle policy does not exist for the repository with name '{repository.name}' in the registry with "
            f"id '{repository.registry_id}'"
        )


class LifecyclePreviewNotFoundError(MoorageError):
    """No preview was started for the repository, or none that is still kept."""

    def __init__(self, repository: RepositoryId) -> None:
        super().__init__(
            f"Lifecycle policy preview does not exist for the repository with name '{repository.name}' in the "
            f"registry with id '{repository.registry_id}'; start one"
        )


class LifecyclePreviewInProgressError(MoorageError):
    """The repository's images are being evaluated for an earlier preview."""

    def __init__(self, repository: RepositoryId) -> None:
        super().__init__(
            f"A lifecycle policy preview is in progress for the repository with name '{repository.name}' in the "
            f"registry with id '{repository.registry_id}'"
        )


class TemplateNotFoundError(MoorageError):
    """The registry has no repository creation template for this prefix."""

    def __init__(self, registry_id: str, prefix: str) -> None:
        super().__init__(
            f"The repository creation template with prefix '{prefix}' does not exist in the registry with id "
            f"'{registry_id}'"
        )


class TemplateAlreadyExistsError(MoorageError):
    """The registry has a repository creation template for this prefix."""

    def __init__(self, registry_id: str, prefix: str) -> None:
        super().__init__(
            f"The repository creation template with prefix '{prefix}' already exists in the registry with id "
            f"'{registry_id}'"
        )


class ExclusionNotFoundError(MoorageError):
    """The principal is not in the registry's list of pull time update exclusions."""

    def __init__(self, registry_id: str, principal_arn: str) -> None:
        super().__init__(
            f"The pull time update exclusion for principal '{principal_arn}' does not exist in the registry with id "
            f"'{registry_id}'"
        )


class ExclusionAlreadyExistsError(MoorageError):
    """The principal is in the registry's list of pull time update exclusions."""

    def __init__(self, registry_id: str, principal_arn: str) -> None:
        super().__init__(
            f"The pull time update exclusion for principal '{principal_arn}' already exists in the registry with id "
            f"'{registry_id}'"
        )


class RepositoryPolicyNotFoundError(MoorageError):
    """The repository has no policy."""

    def __init__(self, repository: RepositoryId) -> None:
        super().__init__(
            f"Repository policy does not exist for the repository with name '{repository.name}' in the registry with "
            f"id '{repository.registry_id}'"
        )


class RegistryPolicyNotFoundError(MoorageError):
    """The registry has no policy."""

    def __init__(self, registry_id: str) -> None:
        super().__init__(f"Registry policy does not exist in the registry with id '{registry_id}'")


class LimitExceededError(MoorageError):
    """A documented limit of the registry or of the storage below it is reached."""


class EncryptionError(MoorageError):
    """The key service refused; `kms_error` is its own error code."""

    def __init__(self, kms_error: str) -> None:
        super().__init__(f"The operation failed due to a KMS exception: {kms_error}")
        self.kms_error = kms_error


class UnavailableError(MoorageError):
    """Throttled, out of reach or in conflict with another request: the same request may succeed later."""

    def __init__(self, reason: str = "The registry is busy; try the same request again") -> None:
        super().__init__(reason)


class VerificationInProgressError(UnavailableError):
    """The content is being hashed: the same request finds it further on, or done.

    `leased_until` (epoch seconds) is given where another worker is at it, which may have died; without it, the
    work was handed over.
    """

    def __init__(self, verified_bytes: int, size_bytes: int, leased_until: float | None = None) -> None:
        super().__init__(
            f"{verified_bytes} of {size_bytes} bytes of the layer are verified; try the same request again"
        )
        self.verified_bytes = verified_bytes
        self.size_bytes = size_bytes
        self.leased_until = leased_until


class InconsistentRecordsError(MoorageError):
    """Stored records contradict each other; the text names them for an operator and is not shown to callers."""
