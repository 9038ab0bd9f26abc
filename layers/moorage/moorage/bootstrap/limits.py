"""The limits of the registry, from its settings."""

from moorage import settings as limits
from moorage.settings import Settings
from moorage.usecases.ports import Limits
from moorage.usecases.ports.verification import VerificationLimits


def limits_of(settings: Settings) -> Limits:
    """The limits of the registry."""
    return Limits(
        registry_id=settings.registry_id,
        part_size_bytes=settings.part_size_bytes,
        min_part_bytes=settings.min_part_bytes,
        max_parts=limits.ECR_MAX_PARTS,
        max_layer_bytes=limits.ECR_MAX_LAYER_BYTES,
        max_put_bytes=limits.S3_MAX_PUT_BYTES,
        min_stored_bytes=limits.S3_MIN_PART_BYTES,
        proxy_blob_bytes=settings.proxy_blob_bytes,
        stream_part_bytes=limits.STREAM_PART_BYTES,
        part_reservation_seconds=limits.PART_RESERVATION_SECONDS,
        upload_lifetime_seconds=settings.upload_lifetime_seconds,
        administrators=settings.administrators,
        unused_layer_seconds=settings.unused_layer_seconds,
        creates_on_push=settings.creates_on_push,
        max_tags_per_image=limits.ECR_MAX_TAGS_PER_IMAGE,
        max_answer_bytes=limits.LAMBDA_MAX_ANSWER_BYTES,
        verification=VerificationLimits(
            preferred_part_bytes=settings.direct_part_bytes,
            max_parts=limits.S3_MAX_PARTS,
            parts_page=limits.PARTS_PAGE,
            budget_seconds=settings.verification_budget_seconds,
            lease_seconds=settings.lease_seconds,
            checkpoint_bytes=settings.checkpoint_bytes,
            read_ahead_bytes=settings.range_bytes * settings.ranges_in_flight,
            max_hand_overs=limits.MAX_HAND_OVERS,
        ),
    )
