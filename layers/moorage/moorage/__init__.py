"""Moorage: a serverless, Amazon-ECR-compatible container-layer registry.

    import moorage
    ecr = moorage.client(endpoint_url="https://….execute-api.eu-west-1.amazonaws.com")

is boto3's own ecr client, signing its calls as API Gateway wants them. Programs that cannot be changed get the same
from the environment: AWS_DATA_PATH, set to what `python -c "import moorage; print(moorage.AWS_DATA)"` prints.
"""

from pathlib import Path
from typing import Any

AWS_DATA = Path(__file__).parent / "aws-data"
"""A folder for AWS_DATA_PATH: every botocore client of ecr then signs for API Gateway."""


def client(endpoint_url: str, **options: Any) -> Any:
    """boto3's ecr client for a Moorage behind API Gateway; `options` are those of boto3.client."""
    # Here, so that a Lambda function that imports the package pays for nothing that it does not use.
    from moorage_client.signing import ecr_client

    return ecr_client(endpoint_url, **options)
