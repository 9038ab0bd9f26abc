"""boto3, in this process."""

import os
import urllib.request
from typing import Any

import boto3
import botocore
import pytest
from botocore.exceptions import ClientError

from tests.support.clients.sdks.sdk import TIMEOUT_SECONDS, Members, Sdk, SdkError

_OF_EVERY_ANSWER = ("ResponseMetadata", "Error", "message")


class Boto3(Sdk):
    """One client for all threads, as boto3's documentation has it."""

    name = "boto3"

    def start(self) -> None:
        environment = self.environment()
        with pytest.MonkeyPatch.context() as process:
            for name in [*os.environ]:
                process.delenv(name)
            for name, value in environment.items():
                process.setenv(name, value)
            self._client: Any = boto3.Session().client("ecr")

    def call(self, operation: str, **members: Any) -> Members:
        try:
            answer: Members = getattr(self._client, botocore.xform_name(operation))(**members)
        except ClientError as error:
            told: Members = {**error.response}
            shown = {name: value for name, value in told.items() if name not in _OF_EVERY_ANSWER}
            raise SdkError(told["Error"]["Code"], told["Error"]["Message"], shown) from error
        return {name: value for name, value in answer.items() if name != "ResponseMetadata"}

    def all_of(self, operation: str, member: str, page_size: int, **members: Any) -> list[Any]:
        paginator = self._client.get_paginator(botocore.xform_name(operation))
        pages = paginator.paginate(**members, PaginationConfig={"PageSize": page_size})
        return [item for page in pages for item in page[member]]

    def download(self, url: str) -> bytes:
        with urllib.request.urlopen(url, timeout=TIMEOUT_SECONDS) as response:
            return bytes(response.read())
