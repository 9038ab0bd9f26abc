"""The input of each ECR operation: what the API model demands of it. Tests hold it against botocore's model."""

from moorage.settings import ECR_MAX_PART_BYTES
from moorage.wire.shapes import Binary, Boolean, Constraint, Integer, Listing, Structure, Text

_NAME = r"[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*"

REGISTRY_ID = Text(pattern="[0-9]{12}")
REPOSITORY_NAME = Text(pattern=rf"{_NAME}(\/{_NAME})*", min=2, max=256)
UPLOAD_ID = Text(pattern="[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}")
LAYER_DIGEST = Text(pattern="[a-zA-Z0-9-_+.]+:[a-fA-F0-9]+")
BYTE_PLACE = Integer(min=0)

_MUTABILITY = ("MUTABLE", "IMMUTABLE", "IMMUTABLE_WITH_EXCLUSION", "MUTABLE_WITH_EXCLUSION")
_FILTER = Structure(
    {
        "filterType": Text(enum=("WILDCARD",)),
        "filter": Text(pattern="^[0-9a-zA-Z._*-]{1,128}$", min=1, max=128),
    },
    frozenset({"filterType", "filter"}),
)
_TAG = Structure({"Key": Text(), "Value": Text()}, frozenset({"Key", "Value"}))
_ENCRYPTION = Structure(
    {"encryptionType": Text(enum=("AES256", "KMS", "KMS_DSSE")), "kmsKey": Text(min=1, max=2048)},
    frozenset({"encryptionType"}),
)


def _input(**members: Constraint) -> Structure:
    """Most operations name a repository of a registry, and demand all else that they name."""
    named = {"registryId": REGISTRY_ID, "repositoryName": REPOSITORY_NAME, **members}
    return Structure(named, frozenset(named) - {"registryId"})


INPUTS = {
    "CreateRepository": Structure(
        {
            "registryId": REGISTRY_ID,
            "repositoryName": REPOSITORY_NAME,
            "tags": Listing(_TAG),
            "imageTagMutability": Text(enum=_MUTABILITY),
            "imageTagMutabilityExclusionFilters": Listing(_FILTER, min=1, max=5),
            "imageScanningConfiguration": Structure({"scanOnPush": Boolean()}),
            "encryptionConfiguration": _ENCRYPTION,
        },
        frozenset({"repositoryName"}),
    ),
    "DescribeRepositories": Structure(
        {
            "registryId": REGISTRY_ID,
            "repositoryNames": Listing(REPOSITORY_NAME, min=1, max=100),
            "nextToken": Text(),
            "maxResults": Integer(min=1, max=1000),
        }
    ),
    "DeleteRepository": Structure(
        {"registryId": REGISTRY_ID, "repositoryName": REPOSITORY_NAME, "force": Boolean()},
        frozenset({"repositoryName"}),
    ),
    "InitiateLayerUpload": _input(),
    "UploadLayerPart": _input(
        uploadId=UPLOAD_ID,
        partFirstByte=BYTE_PLACE,
        partLastByte=BYTE_PLACE,
        layerPartBlob=Binary(max=ECR_MAX_PART_BYTES),
    ),
    "CompleteLayerUpload": _input(uploadId=UPLOAD_ID, layerDigests=Listing(LAYER_DIGEST, min=1, max=100)),
    "BatchCheckLayerAvailability": _input(layerDigests=Listing(Text(max=1000), min=1, max=100)),
    "GetDownloadUrlForLayer": _input(layerDigest=LAYER_DIGEST),
}
