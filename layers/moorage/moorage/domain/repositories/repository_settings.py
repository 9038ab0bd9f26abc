"""Rules for a repository's settings that the API's model cannot express. Creation templates follow them, too."""

from collections.abc import Collection

from moorage.domain.errors import InvalidParameterError
from moorage.domain.repositories.repository import Encryption, TagMutability

MAX_KMS_KEY_BYTES = 512
"""A repository's key is part of sort keys, beside a repository's name of 256 characters; DynamoDB takes 1,024 bytes.

The longest name that AWS knows for a key, the ARN of an alias, has about 330.
"""
MAX_FILTER_WILDCARDS = 2
"""Wildcards in one exclusion filter (ECR User Guide, "Preventing image tags from being overwritten")."""
_WITH_EXCLUSION = {TagMutability.MUTABLE_WITH_EXCLUSION, TagMutability.IMMUTABLE_WITH_EXCLUSION}


def require_valid_filters(mutability: str | None, patterns: Collection[str]) -> None:
    """Refuse exclusion filters that the mode does not have, their absence, and filters of too many wildcards.

    Raises: InvalidParameterError.
    """
    member = "imageTagMutabilityExclusionFilters"
    if (mutability in _WITH_EXCLUSION) != bool(patterns):
        reason = "must be given where imageTagMutability is …_WITH_EXCLUSION, and only there"
        raise InvalidParameterError(member, reason)
    if any(pattern.count("*") > MAX_FILTER_WILDCARDS for pattern in patterns):
        raise InvalidParameterError(member, f"must have at most {MAX_FILTER_WILDCARDS} wildcards in each filter")


def require_valid_encryption(encryption: Encryption) -> None:
    """Refuse a key that the encryption does not use, and a key that is too long to be one.

    Raises: InvalidParameterError.
    """
    member = "encryptionConfiguration.kmsKey"
    if encryption.type == "AES256" and encryption.kms_key:
        raise InvalidParameterError(member, "must not be given with AES256")
    if len(encryption.kms_key.encode()) > MAX_KMS_KEY_BYTES:
        raise InvalidParameterError(member, f"must have at most {MAX_KMS_KEY_BYTES} bytes in UTF-8")
