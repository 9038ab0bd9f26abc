"""All rules, and what each S3 does instead where it does not keep one.

The tests run every rule on every S3 and compare what they see with this list, so it is neither too short nor too long.
The harness is SeaweedFS with the rules that no S3 here keeps (harness.py).
"""

from tests.support.s3_rules import checksums, conditions, listing, multipart, presigned
from tests.support.s3_rules.rule import ACCEPTED, Rule

SECTIONS = {
    "Multipart uploads": multipart.RULES,
    "Checksums": checksums.RULES,
    "Conditional requests": conditions.RULES,
    "Lists, ranges and deletions": listing.RULES,
    "Signatures": presigned.RULES,
}
RULES: tuple[Rule, ...] = tuple(rule for rules in SECTIONS.values() for rule in rules)
NOT_ALWAYS = "sometimes several"
"""A race that ends differently from run to run: it is listed, and no test asserts it."""
HARNESS = "the harness"
ENFORCED = (
    "no_gaps_with_checksums",
    "from_one_with_checksums",
    "the_signed_hash_of_the_body",
    "one_of_many_completions",
)
"""What the harness enforces."""

_SEAWEEDFS = {
    "no_gaps_with_checksums": ACCEPTED,
    "from_one_with_checksums": ACCEPTED,
    "no_part_zero": "InvalidPart",
    "no_part_10001": "InvalidPart",
    "replaced_parts_are_gone": ACCEPTED,
    "size_of_the_object": ACCEPTED,
    "a_sha256_that_is_none": "BadDigest",
    "parts_have_the_uploads_checksum": ACCEPTED,
    "the_completion_repeats_sha256s": "BadDigest",
    "a_full_sha256": "no type, the hash of the bytes",
    "a_crc_without_being_asked": "no type, no CRC64NVME",
    "list_parts_shows_checksums": "no SHA-256",
    "the_signed_hash_of_the_body": ACCEPTED,
    "put_only_if_there": "PreconditionFailed",
    "one_of_many_completions": NOT_ALWAYS,
    "keys_in_binary_order": "/ - A _ a é",
    "uploads_by_key": "in another order",
    "no_bucket_with_objects": ACCEPTED,
}
_MOTO = {
    "parts_in_order": ACCEPTED,
    "no_gaps_with_checksums": ACCEPTED,
    "from_one_with_checksums": ACCEPTED,
    "no_part_zero": "NoSuchUpload",
    "no_part_after_completion": "500",
    "no_part_after_abort": "500",
    "no_completion_after_abort": "500",
    "an_upload_has_one_key": ACCEPTED,
    "size_of_the_object": ACCEPTED,
    "sha256_of_a_part": ACCEPTED,
    "crc_of_a_part": ACCEPTED,
    "md5_of_a_part": ACCEPTED,
    "a_md5_that_is_none": ACCEPTED,
    "a_sha256_that_is_none": ACCEPTED,
    "sha256_of_an_object": ACCEPTED,
    "md5_of_an_object": ACCEPTED,
    "a_refused_object_is_not_stored": ACCEPTED,
    "parts_have_the_uploads_checksum": ACCEPTED,
    "parts_have_no_other_checksum": ACCEPTED,
    "the_completion_repeats_sha256s": ACCEPTED,
    "the_completion_lists_sha256s": ACCEPTED,
    "a_composite_sha256": "no type, the hash of the hashes",
    "a_full_sha256": "no type, none",
    "no_full_sha256_of_parts": ACCEPTED,
    "a_crc_without_being_asked": "no type, no CRC64NVME",
    "a_full_crc_is_checked": ACCEPTED,
    "the_completion_has_the_uploads_type": ACCEPTED,
    "list_parts_shows_checksums": "no SHA-256",
    "the_signed_hash_of_the_body": ACCEPTED,
    "uploads_by_key": "in another order",
    "deletions_at_once": ACCEPTED,
    "the_signature_counts": ACCEPTED,
    "the_method_counts": ACCEPTED,
    "the_key_counts": ACCEPTED,
    "urls_expire": ACCEPTED,
    "urls_last_a_week": ACCEPTED,
    "the_length_counts": ACCEPTED,
    "the_part_number_counts": ACCEPTED,
    "signed_headers_are_needed": ACCEPTED,
    "signed_headers_count": ACCEPTED,
    "amz_headers_are_signed": ACCEPTED,
    "a_url_with_a_checksum": ACCEPTED,
    "the_secret_counts": ACCEPTED,
    "one_of_many_completions": NOT_ALWAYS,
}
_LOCALSTACK = {
    "no_gaps_with_checksums": ACCEPTED,
    "from_one_with_checksums": ACCEPTED,
    "the_completion_has_the_uploads_type": "InvalidRequest",
    "the_signed_hash_of_the_body": ACCEPTED,
    "delete_only_if_match": "NotImplemented",
    "deletions_at_once": ACCEPTED,
    "urls_last_a_week": ACCEPTED,
    "the_secret_counts": ACCEPTED,
    "anonymous_requests": ACCEPTED,
    "one_of_many_completions": NOT_ALWAYS,
}
DIFFERENCES: dict[str, dict[str, str]] = {
    "SeaweedFS": _SEAWEEDFS,
    "moto": _MOTO,
    "LocalStack": _LOCALSTACK,
    HARNESS: {name: seen for name, seen in _SEAWEEDFS.items() if name not in ENFORCED},
}
"""S3 → rule → what it does instead."""


def seen_on(engine: str, rule: Rule) -> str:
    """What a rule's check sees there."""
    return DIFFERENCES[engine].get(rule.name, rule.expected)
