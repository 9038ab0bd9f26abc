"""What S3 does with writes: the bucket's policy has to refuse those that could replace content, and no part.

The object is empty, below `tails/`, which the bucket expires, and is deleted at the end.
"""

import uuid
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from botocore.exceptions import ClientError

from moorage_client.doctor.deployed import Deployed
from moorage_client.doctor.outcome import Outcome, fault, not_checked, ok

BY_POLICY = "explicit deny in a resource-based policy"
"""So S3 words a refusal of the bucket's policy, and not of the caller's own."""
_AWS_HOST = (".amazonaws.com", ".amazonaws.com.cn")


def check_write_once(stack: Deployed) -> Outcome:
    """S3 takes a new object with If-None-Match, and refuses one without."""
    client = stack.client("s3")
    host = urlsplit(client.meta.endpoint_url).hostname or ""
    if not host.endswith(_AWS_HOST):
        return not_checked(f"{host} is not S3: only S3 knows the condition s3:if-none-match", "check in an AWS account")
    return write_once(client, stack.outputs["BucketName"], _key(stack))


def write_once(client: Any, bucket: str, key: str) -> Outcome:
    """The same for any store that evaluates the policy."""
    try:
        client.put_object(Bucket=bucket, Key=key, IfNoneMatch="*")
    except ClientError as error:
        return not_checked(f"S3 refuses a write with If-None-Match: {error}", "allow s3:PutObject to these credentials")
    try:
        client.put_object(Bucket=bucket, Key=f"{key}-replaced")
    except ClientError as error:
        return ok(f"S3 refuses a write without If-None-Match: {error.response['Error'].get('Code')}")
    else:
        return fault("S3 takes a write without If-None-Match: content can be replaced", "check the bucket's policy")
    finally:
        for each in (key, f"{key}-replaced"):
            with suppress(ClientError):  # the lifecycle rule of tails/ deletes what these credentials may not
                client.delete_object(Bucket=bucket, Key=each)


def check_parts(stack: Deployed) -> Outcome:
    """S3 takes a multipart upload and its part, although neither has If-None-Match."""
    client, where = stack.client("s3"), {"Bucket": stack.outputs["BucketName"], "Key": _key(stack)}
    try:
        upload = {**where, "UploadId": client.create_multipart_upload(**where)["UploadId"]}
        try:
            client.upload_part(**upload, PartNumber=1, Body=b"part")
        finally:
            client.abort_multipart_upload(**upload)
    except ClientError as error:
        if BY_POLICY not in str(error):
            raise
        return fault(
            f"the bucket's policy refuses a part of an upload: {error}",
            "its condition s3:ObjectCreationOperation has to leave parts out: deploy the template again",
        )
    return ok("S3 takes parts of multipart uploads")


def _key(stack: Deployed) -> str:
    return f"tails/{stack.outputs['RegistryId']}/moorage-doctor-{uuid.uuid4()}"
