"""What AWS's errors mean: which pass, which are the key service's, and which nobody has thought of."""

import pytest
from botocore import exceptions as botocore_errors
from botocore.exceptions import ClientError
from moorage.adapters.aws_errors import translated_errors
from moorage.domain.errors import EncryptionError, UnavailableError
from pynamodb.exceptions import PutError


def aws_error(code: str, status: int = 400, message: str = "") -> ClientError:
    response = {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(response, "Operation")


@pytest.mark.parametrize(
    "error",
    [
        aws_error("SlowDown", 503),
        aws_error("ThrottlingException"),
        aws_error("KMS.ThrottlingException"),
        aws_error("KMS.DependencyTimeoutException", 503),
        aws_error("ProvisionedThroughputExceededException"),
        aws_error("TransactionConflictException"),
        aws_error("ConditionalRequestConflict", 409),  # S3, while another request writes the same key
        aws_error("InternalError", 200),  # inside a 200 of CompleteMultipartUpload
        aws_error("Surprise", 500),
        aws_error("Surprise", 429),
        botocore_errors.EndpointConnectionError(endpoint_url="https://s3"),
        botocore_errors.ConnectTimeoutError(endpoint_url="https://s3"),
        botocore_errors.ReadTimeoutError(endpoint_url="https://s3"),
        botocore_errors.ConnectionClosedError(endpoint_url="https://s3"),
        botocore_errors.ResponseStreamingError(error="broken"),
        botocore_errors.IncompleteReadError(actual_bytes=1, expected_bytes=2),
        PutError("put", botocore_errors.EndpointConnectionError(endpoint_url="https://dynamodb")),
        PutError("put", aws_error("ThrottlingException")),
    ],
    ids=repr,
)
def test_what_may_succeed_later_is_unavailable(error: Exception):
    with pytest.raises(UnavailableError) as translated, translated_errors():
        raise error
    assert translated.value.__cause__ is error


@pytest.mark.parametrize(
    ("error", "kms_error"),
    [
        (aws_error("KMS.DisabledException"), "DisabledException"),
        (aws_error("KMS.NotFoundException"), "NotFoundException"),
        (aws_error("AccessDenied", 403, "not authorized to perform: kms:GenerateDataKey"), "AccessDeniedException"),
        (aws_error("AccessDeniedException", 400, "no kms:Decrypt"), "AccessDeniedException"),
    ],
)
def test_what_the_key_service_refused_keeps_its_own_code(error: Exception, kms_error: str):
    with pytest.raises(EncryptionError) as translated, translated_errors():
        raise error
    assert translated.value.kms_error == kms_error


@pytest.mark.parametrize(
    "error",
    [
        aws_error("AccessDenied", 403, "not authorized to perform: s3:PutObject"),
        aws_error("ValidationException"),
        PutError("put", aws_error("ValidationException")),
        botocore_errors.NoCredentialsError(),
        ValueError("a bug of ours"),
    ],
    ids=repr,
)
def test_what_nobody_has_thought_of_goes_up_as_it_is(error: Exception):
    with pytest.raises(type(error)) as passed, translated_errors():
        raise error
    assert passed.value is error
