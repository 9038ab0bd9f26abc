"""All errors of the use cases, as one tree. They do not depend on a protocol, an HTTP status or AWS.

MoorageError
├── RequestError                  the request itself is at fault
│   ├── MalformedRequestError         it cannot be read at all
│   ├── UnknownOperationError         it names an operation that Moorage does not have
│   └── InvalidParameterError         one of its members breaks a constraint
├── InvalidCredentialsError       a password or token that is not accepted
├── AccessDeniedError             the caller may not do this; the message does not say whether the resource exists
├── RepositoryNotFoundError · RepositoryAlreadyExistsError · RepositoryNotEmptyError
├── UploadNotFoundError
├── InvalidLayerPartError · EmptyUploadError · LayerPartTooSmallError · InvalidLayerError
├── LayerAlreadyExistsError · LayersNotFoundError · LayerInaccessibleError
├── ImageNotFoundError · ImageAlreadyExistsError · ImageTagAlreadyExistsError · ImageDigestMismatchError
├── ReferencedImagesNotFoundError
├── InUseError                    the layer or image cannot be deleted, because an image names it
├── TooManyTagsError · InvalidTagError
├── LifecyclePolicyNotFoundError · LifecyclePreviewNotFoundError · LifecyclePreviewInProgressError
├── TemplateNotFoundError · TemplateAlreadyExistsError
├── ExclusionNotFoundError · ExclusionAlreadyExistsError
├── RepositoryPolicyNotFoundError · RegistryPolicyNotFoundError
├── LimitExceededError
├── EncryptionError               the key service refused
├── UnavailableError              a temporary failure: the same request may succeed later
│   └── VerificationInProgressError     the layer's content is being hashed
├── LaterSchemaError              the table was migrated by a newer Moorage: for an operator, raised before any request
└── InconsistentRecordsError      stored records contradict each other: for an operator, never the caller's fault

The messages follow those that users of Amazon ECR report, so that a search for a message finds known answers.
"""

from moorage.domain.errors.base import (
    AccessDeniedError,
    EncryptionError,
    InconsistentRecordsError,
    InvalidCredentialsError,
    InvalidParameterError,
    LaterSchemaError,
    LimitExceededError,
    MalformedRequestError,
    MoorageError,
    RequestError,
    UnavailableError,
    UnknownOperationError,
    VerificationInProgressError,
)
from moorage.domain.errors.images import (
    ImageAlreadyExistsError,
    ImageDigestMismatchError,
    ImageNotFoundError,
    ImageTagAlreadyExistsError,
    InUseError,
    ReferencedImagesNotFoundError,
)
from moorage.domain.errors.layers import (
    EmptyUploadError,
    InvalidLayerError,
    InvalidLayerPartError,
    LayerAlreadyExistsError,
    LayerInaccessibleError,
    LayerPartTooSmallError,
    LayersNotFoundError,
    UploadNotFoundError,
)
from moorage.domain.errors.registry import (
    ExclusionAlreadyExistsError,
    ExclusionNotFoundError,
    RegistryPolicyNotFoundError,
    TemplateAlreadyExistsError,
    TemplateNotFoundError,
)
from moorage.domain.errors.repositories import (
    InvalidTagError,
    LifecyclePolicyNotFoundError,
    LifecyclePreviewInProgressError,
    LifecyclePreviewNotFoundError,
    RepositoryAlreadyExistsError,
    RepositoryNotEmptyError,
    RepositoryNotFoundError,
    RepositoryPolicyNotFoundError,
    TooManyTagsError,
)

__all__ = [
    "AccessDeniedError",
    "EmptyUploadError",
    "EncryptionError",
    "ExclusionAlreadyExistsError",
    "ExclusionNotFoundError",
    "ImageAlreadyExistsError",
    "ImageDigestMismatchError",
    "ImageNotFoundError",
    "ImageTagAlreadyExistsError",
    "InUseError",
    "InconsistentRecordsError",
    "InvalidCredentialsError",
    "InvalidLayerError",
    "InvalidLayerPartError",
    "InvalidParameterError",
    "InvalidTagError",
    "LaterSchemaError",
    "LayerAlreadyExistsError",
    "LayerInaccessibleError",
    "LayerPartTooSmallError",
    "LayersNotFoundError",
    "LifecyclePolicyNotFoundError",
    "LifecyclePreviewInProgressError",
    "LifecyclePreviewNotFoundError",
    "LimitExceededError",
    "MalformedRequestError",
    "MoorageError",
    "ReferencedImagesNotFoundError",
    "RegistryPolicyNotFoundError",
    "RepositoryAlreadyExistsError",
    "RepositoryNotEmptyError",
    "RepositoryNotFoundError",
    "RepositoryPolicyNotFoundError",
    "RequestError",
    "TemplateAlreadyExistsError",
    "TemplateNotFoundError",
    "TooManyTagsError",
    "UnavailableError",
    "UnknownOperationError",
    "UploadNotFoundError",
    "VerificationInProgressError",
]
