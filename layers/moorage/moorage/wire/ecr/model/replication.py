"""ECR's operations on replication: inputs and declared exceptions.

Generated from botocore's model by `make shapes`: do not edit.
"""

from moorage.wire.ecr.model.shared import FIFTY_MAX_RESULTS, IMAGE_IDENTIFIER, MAX_RESULTS, REGISTRY_ID, REPOSITORY_NAME
from moorage.wire.shapes import BooleanShape, ListShape, StringShape, StructureShape

REPLICATION_BACKFILL_ID = StringShape(
    pattern=r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"
)
REPLICATION_BACKFILL_RESULT_STATUS = StringShape(enum=("COMPLETE", "FAILED"))
REGION = StringShape(pattern=r"[0-9a-z-]{2,25}", min=2, max=25)
REPLICATION_DESTINATION = StructureShape(
    {"region": REGION, "registryId": REGISTRY_ID}, frozenset({"region", "registryId"})
)
REPLICATION_DESTINATION_LIST = ListShape(REPLICATION_DESTINATION, max=100)
REPOSITORY_FILTER_VALUE = StringShape(
    pattern=r"^(?:[a-z0-9]+(?:[._-][a-z0-9]*)*/)*[a-z0-9]*(?:[._-][a-z0-9]*)*$", min=2, max=256
)
REPOSITORY_FILTER_TYPE = StringShape(enum=("PREFIX_MATCH",))
REPOSITORY_FILTER = StructureShape(
    {"filter": REPOSITORY_FILTER_VALUE, "filterType": REPOSITORY_FILTER_TYPE}, frozenset({"filter", "filterType"})
)
REPOSITORY_FILTER_LIST = ListShape(REPOSITORY_FILTER, min=1, max=100)
DELETE_REPLICATION = StructureShape({"enabled": BooleanShape()}, frozenset({"enabled"}))
REPLICATION_RULE = StructureShape(
    {
        "destinations": REPLICATION_DESTINATION_LIST,
        "repositoryFilters": REPOSITORY_FILTER_LIST,
        "deleteReplication": DELETE_REPLICATION,
    },
    frozenset({"destinations"}),
)
REPLICATION_RULE_LIST = ListShape(REPLICATION_RULE, max=25)
REPLICATION_CONFIGURATION = StructureShape({"rules": REPLICATION_RULE_LIST}, frozenset({"rules"}))

INPUTS: dict[str, StructureShape] = {
    "DescribeImageReplicationStatus": StructureShape(
        {"repositoryName": REPOSITORY_NAME, "imageId": IMAGE_IDENTIFIER, "registryId": REGISTRY_ID},
        frozenset({"imageId", "repositoryName"}),
    ),
    "DescribeReplicationBackfillResults": StructureShape(
        {
            "registryId": REGISTRY_ID,
            "replicationBackfillId": REPLICATION_BACKFILL_ID,
            "resultStatusFilter": REPLICATION_BACKFILL_RESULT_STATUS,
            "maxResults": MAX_RESULTS,
            "nextToken": StringShape(),
        },
        frozenset({"replicationBackfillId"}),
    ),
    "ListReplicationBackfills": StructureShape(
        {"registryId": REGISTRY_ID, "maxResults": FIFTY_MAX_RESULTS, "nextToken": StringShape()}
    ),
    "PutReplicationConfiguration": StructureShape(
        {"replicationConfiguration": REPLICATION_CONFIGURATION}, frozenset({"replicationConfiguration"})
    ),
    "StartReplicationBackfill": StructureShape(
        {"registryId": REGISTRY_ID, "destination": REPLICATION_DESTINATION}, frozenset({"destination"})
    ),
    "StopReplicationBackfill": StructureShape(
        {"registryId": REGISTRY_ID, "replicationBackfillId": REPLICATION_BACKFILL_ID},
        frozenset({"replicationBackfillId"}),
    ),
}
ERRORS: dict[str, frozenset[str]] = {
    "DescribeImageReplicationStatus": frozenset(
        {
            "ImageNotFoundException",
            "InvalidParameterException",
            "RepositoryNotFoundException",
            "ServerException",
            "ValidationException",
        }
    ),
    "DescribeReplicationBackfillResults": frozenset(
        {"InvalidParameterException", "ReplicationBackfillNotFoundException", "ServerException", "ValidationException"}
    ),
    "ListReplicationBackfills": frozenset({"InvalidParameterException", "ServerException", "ValidationException"}),
    "PutReplicationConfiguration": frozenset({"InvalidParameterException", "ServerException", "ValidationException"}),
    "StartReplicationBackfill": frozenset(
        {
            "InvalidParameterException",
            "LimitExceededException",
            "ReplicationBackfillInProgressException",
            "ServerException",
            "ValidationException",
        }
    ),
    "StopReplicationBackfill": frozenset(
        {
            "InvalidParameterException",
            "ReplicationBackfillInvalidStatusException",
            "ReplicationBackfillNotFoundException",
            "ServerException",
            "ValidationException",
        }
    ),
}
