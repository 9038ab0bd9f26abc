"""Shapes that several groups of ECR's operations use.

Generated from botocore's model by `make shapes`: do not edit.
"""

from moorage.wire.shapes import IntegerShape, ListShape, StringShape, StructureShape

REGISTRY_ID = StringShape(pattern=r"[0-9]{12}")
REPOSITORY_NAME = StringShape(
    pattern=r"[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*", min=2, max=256
)
IMAGE_TAG = StringShape(min=1, max=300)
IMAGE_IDENTIFIER = StructureShape({"imageDigest": StringShape(), "imageTag": IMAGE_TAG})
IMAGE_IDENTIFIER_LIST = ListShape(IMAGE_IDENTIFIER, min=1, max=100)
CUSTOM_ROLE_ARN = StringShape(max=2048)
TAG = StructureShape({"Key": StringShape(), "Value": StringShape()}, frozenset({"Key", "Value"}))
TAG_LIST = ListShape(TAG)
IMAGE_TAG_MUTABILITY = StringShape(enum=("MUTABLE", "IMMUTABLE", "IMMUTABLE_WITH_EXCLUSION", "MUTABLE_WITH_EXCLUSION"))
IMAGE_TAG_MUTABILITY_EXCLUSION_FILTER_TYPE = StringShape(enum=("WILDCARD",))
IMAGE_TAG_MUTABILITY_EXCLUSION_FILTER_VALUE = StringShape(pattern=r"^[0-9a-zA-Z._*-]{1,128}$", min=1, max=128)
IMAGE_TAG_MUTABILITY_EXCLUSION_FILTER = StructureShape(
    {"filterType": IMAGE_TAG_MUTABILITY_EXCLUSION_FILTER_TYPE, "filter": IMAGE_TAG_MUTABILITY_EXCLUSION_FILTER_VALUE},
    frozenset({"filter", "filterType"}),
)
IMAGE_TAG_MUTABILITY_EXCLUSION_FILTERS = ListShape(IMAGE_TAG_MUTABILITY_EXCLUSION_FILTER, min=1, max=5)
ENCRYPTION_TYPE = StringShape(enum=("AES256", "KMS", "KMS_DSSE"))
REPOSITORY_POLICY_TEXT = StringShape(max=10240)
MAX_RESULTS = IntegerShape(min=1, max=1000)
TAG_STATUS = StringShape(enum=("TAGGED", "UNTAGGED", "ANY"))
FIFTY_MAX_RESULTS = IntegerShape(min=1, max=50)
