"""Removes unused files from installed packages: models of AWS services, and a router, that the functions do not use.

botocore lists every folder of its data when it makes a client, and carries 28 MB of models for some 400 services.
Powertools' event handler, 2.7 MB, is a router with an OpenAPI page; protocols are read by moorage/wire.
Usage: prune.py SITE_PACKAGES
"""

import shutil
import sys
from pathlib import Path

SERVICES_KEPT = frozenset({"dynamodb", "events", "s3", "secretsmanager", "sqs", "sts"})
"""The services that the functions call, and sts, which botocore's credential chain may need."""


def prune(site: Path) -> None:
    shutil.rmtree(site / "bin", ignore_errors=True)
    shutil.rmtree(site / "boto3" / "examples", ignore_errors=True)
    shutil.rmtree(site / "aws_lambda_powertools" / "event_handler")
    for package in ("botocore", "boto3"):
        for folder in (site / package / "data").iterdir():
            if folder.is_dir() and folder.name not in SERVICES_KEPT:
                shutil.rmtree(folder)


if __name__ == "__main__":
    prune(Path(sys.argv[1]))
