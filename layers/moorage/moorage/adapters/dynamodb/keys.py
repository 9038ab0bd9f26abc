"""The keys of all records in the table.

    entity       pk                                sk
    Repository   REPO#{registryId}#{name}          #META
    Layer        REPO#{registryId}#{name}          LAYER#{digest}
    Blob         BLOB#{registryId}#{digest}        #META, or #{encryption} where a repository has its own
    Object       OBJECT#{objectKey}                CONTENT
    Link         BLOB#{registryId}#{digest}        LINK#{encryption}#{name of the repository}
    Expiry       BLOB#{registryId}#{digest}        EXPIRY#{encryption}
    Gate         BLOB#{registryId}#{digest}        COLLECTING#{objectKey}#{shard:02}
    Gate         REPO#{registryId}#{name}          CLOSED#{incarnation}#{shard:02}
    Pointer      REPO#{registryId}#{name}          UPLOAD#{uploadId}
    Upload       UPLOAD#{uploadId}                 #HEAD
    Part         UPLOAD#{uploadId}                 PART#{part_number:05}
    Image        REPO#{registryId}#{name}          IMAGE#{digest}
    Tag          REPO#{registryId}#{name}          TAG#{tag}; the reverse record is IMAGE#{digest}#TAG#{tag}
    Use          REPO#{registryId}#{name}          USE#{digest that is named}#{digest of the image}
    Pending      REPO#{registryId}#{name}          PUSH#{pushId}: a manifest's object, until its image is committed
    Referrer     REPO#{registryId}#{name}          REFERRER#{digest of the subject}#{digest}
    Schema       SCHEMA                            VERSION
    Template     REGISTRY#{registryId}             TEMPLATE#{prefix}
    Setting      REGISTRY#{registryId}             SETTING#{name}
    Exclusion    REGISTRY#{registryId}             EXCLUSION#{principalArn}
    Run          REGISTRY#{registryId}             LIFECYCLE#RUN
    Pending      REGISTRY#{registryId}             PENDING#{name}
    Policy       REGISTRY#{registryId}             POLICY
    Policy       REPO#{registryId}#{name}          LIFECYCLE#POLICY
    Evaluation   REPO#{registryId}#{name}          LIFECYCLE#{PREVIEW or RUN}
    Decisions    REPO#{registryId}#{name}          LIFECYCLE#{PREVIEW or RUN}#{evaluationId}#{page:05}

`expires_at` is the table's TTL attribute: on uploads, their parts and pointers from the start, on a gate from the
moment it is closed, on an expiry, and on a blob of version 1 while no layer refers to it.
"""

from moorage.domain.repositories.repository import RepositoryId

META = "#META"
HEAD = "#HEAD"
LAYER_PREFIX = "LAYER#"
LINK_PREFIX = "LINK#"
EXPIRY_PREFIX = "EXPIRY#"
PART_PREFIX = "PART#"
IMAGE_PREFIX = "IMAGE#"
TAG_PREFIX = "TAG#"
USE_PREFIX = "USE#"
PUSH_PREFIX = "PUSH#"
REFERRER_PREFIX = "REFERRER#"
UPLOAD_PREFIX = "UPLOAD#"
TEMPLATE_PREFIX = "TEMPLATE#"
EXCLUSION_PREFIX = "EXCLUSION#"
PENDING_PREFIX = "PENDING#"
LIFECYCLE_POLICY = "LIFECYCLE#POLICY"
REGISTRY_POLICY = "POLICY"
LIFECYCLE_RUN = "LIFECYCLE#RUN"
REGISTRY_INDEX = "registry"


def repository_pk(repository: RepositoryId) -> str:
    """Partition of a repository and everything in it."""
    return f"REPO#{repository.registry_id}#{repository.name}"


def repository_of_pk(pk: str) -> RepositoryId:
    """The repository whose partition this is."""
    _, registry_id, name = pk.split("#", 2)
    return RepositoryId(registry_id, name)


def layer_sk(digest: object) -> str:
    """Sort key of a layer."""
    return f"{LAYER_PREFIX}{digest}"


def blob_pk(registry_id: str, digest: object) -> str:
    """Partition of a digest's content in a registry."""
    return f"BLOB#{registry_id}#{digest}"


def blob_sk(sharing_id: str) -> str:
    """Sort key of the content that repositories with this encryption share."""
    return f"#{sharing_id}" if sharing_id else META


def link_sk(sharing_id: str, repository_name: str = "") -> str:
    """Sort key of a repository's link to content; without its name, the prefix of all links to it."""
    return f"{LINK_PREFIX}{sharing_id}#{repository_name}"


def expiry_sk(sharing_id: str) -> str:
    """Sort key of the time after which the collector looks whether content has links."""
    return f"{EXPIRY_PREFIX}{sharing_id}"


def upload_pk(upload_id: str) -> str:
    """Partition of an upload and its parts. Ids are compared without regard to case, as UUIDs are."""
    return f"{UPLOAD_PREFIX}{upload_id.lower()}"


def pointer_sk(upload_id: str) -> str:
    """Sort key of an upload's pointer, in its repository's partition."""
    return f"{UPLOAD_PREFIX}{upload_id.lower()}"


def part_sk(part_number: int) -> str:
    """Sort key of a stored part: in the layer's order."""
    return f"{PART_PREFIX}{part_number:05}"


def image_sk(digest: object) -> str:
    """Sort key of an image."""
    return f"{IMAGE_PREFIX}{digest}"


def tag_sk(tag: str) -> str:
    """Sort key of a tag."""
    return f"{TAG_PREFIX}{tag}"


def image_tag_sk(digest: object, tag: str) -> str:
    """Sort key of the reverse tag record. It sorts directly after its image and before the next image."""
    return f"{image_sk(digest)}#{tag_sk(tag)}"


def use_sk(named: object, digest: object = "") -> str:
    """Sort key of a use; without the image's digest, the prefix of all uses of what is named."""
    return f"{USE_PREFIX}{named}#{digest}"


def push_sk(push_id: str) -> str:
    """Sort key of a manifest's object whose image is not committed yet."""
    return f"{PUSH_PREFIX}{push_id}"


def referrer_sk(subject: object, digest: object = "") -> str:
    """Sort key of a referrer; without its digest, the prefix of all referrers of the subject."""
    return f"{REFERRER_PREFIX}{subject}#{digest}"


def registry_pk(registry_id: str) -> str:
    """Partition of what a registry's users set for all of it."""
    return f"REGISTRY#{registry_id}"


def template_sk(prefix: str) -> str:
    """Sort key of a repository creation template."""
    return f"{TEMPLATE_PREFIX}{prefix}"


def setting_sk(name: str) -> str:
    """Sort key of an account setting."""
    return f"SETTING#{name}"


def exclusion_sk(principal_arn: str) -> str:
    """Sort key of a pull time update exclusion."""
    return f"{EXCLUSION_PREFIX}{principal_arn}"


def evaluation_sk(kind: str) -> str:
    """Sort key of a preview, or of a run's evaluation."""
    return f"LIFECYCLE#{kind}"


def evaluation_page_sk(kind: str, evaluation_id: str, number: int) -> str:
    """Sort key of a page of its decisions."""
    return f"{evaluation_sk(kind)}#{evaluation_id}#{number:05}"


def pending_sk(repository_name: str) -> str:
    """Sort key of a preview that is not complete."""
    return f"{PENDING_PREFIX}{repository_name}"
