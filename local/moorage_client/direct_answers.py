"""What answers of the direct upload API and of S3 mean to those that send a layer straight to S3."""

ALREADY_THERE = "LayerAlreadyExistsException"
"""The code if the repository has the layer."""
EXPIRED = 403
"""S3's status for a URL that has expired."""
NO_SUCH_UPLOAD = 404
"""S3's status once the multipart upload was completed or aborted."""
PRECONDITION_FAILED = 412
"""S3's status if the object is there: an earlier attempt, whose answer was lost, has stored it, and S3 verified it."""
OTHER_BYTES = 400
"""S3's status if the bytes do not hash to the SHA-256 that came with them."""
