"""Moorage: a serverless, Amazon-ECR-compatible container-layer registry.

    import moorage
    ecr = moorage.client(endpoint_url="https://….execute-api.eu-west-1.amazonaws.com")

is boto3's ecr client with the signatures that API Gateway requires. For programs that cannot be changed, set the
environment variable AWS_DATA_PATH to the output of `python -c "import moorage; print(moorage.AWS_DATA)"`.
"""

from pathlib import Path
from typing import Any

AWS_DATA = Path(__file__).parent / "aws-data"
"""A folder for AWS_DATA_PATH. With it, botocore's ecr clients sign for API Gateway."""


def client(endpoint_url: str, **options: Any) -> Any:
    """boto3's ecr client for a Moorage behind API Gateway; `options` are those of boto3.client."""
    # Imported here, so that a Lambda function does not import what it does not use.
    from moorage_client.signing import ecr_client

    return ecr_client(endpoint_url, **options)
