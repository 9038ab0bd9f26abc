"""Fixtures on the embedded engines.

`engines`   both engines, started once for each pytest worker
`stack`     a table, a bucket and a queue of the test's own in them; os.environ leads boto3 and PynamoDB there,
            and boto3's default session answers for S3 what SeaweedFS does not (KMS keys)
`module_stack`
            the same for a whole module: each test has a repository of its own in it
`localstack_stack`, `localstack_module_stack`
            as these two, with LocalStack's S3 in place of SeaweedFS: for long tests
`server`    one `moorage serve` for the whole run of a worker; its `url` and `ecr()` are what a client needs
"""

import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import boto3
import pytest
from moorage_local.engines.engines import Engines, running_engines
from moorage_local.stack import environment
from moorage_local.stack.resources import Names
from moorage_local.stack.s3_hooks import s3_as_in_aws
from moorage_local.stack.stack import Stack, create_resources, delete_resources

from tests.support.engines import Server, serving
from tests.support.s3_rules.harness import s3_rules
from tests.support.s3_rules.stores import localstack

# Before any test module makes a client: neither the machine's credentials nor its CA bundle nor its profiles.
environment.isolate(os.environ, environment.aws_environment({}))


@pytest.fixture(scope="session")
def engines() -> Iterator[Engines]:
    """SeaweedFS and ministack, ready; stopped and forgotten at the end of the run.

    What this process sends to SeaweedFS also has to keep the rules of S3 that no local S3 knows (support/s3_rules).
    """
    # Not tmp_path: pytest keeps the last three of those, and gigabytes may have passed through these.
    state = Path(tempfile.mkdtemp(prefix="moorage-test-"))
    try:
        with running_engines(state, os.environ) as running, s3_rules(running.s3_url):
            yield running
    finally:
        shutil.rmtree(state, ignore_errors=True)


@pytest.fixture(scope="session")
def localstack_engines(engines: Engines, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engines]:
    """The same with LocalStack's S3, which reports no events of objects and ends with the run."""
    with localstack(tmp_path_factory.mktemp("localstack")) as url, s3_rules(url):
        yield replace(engines, s3_url=url, object_events=None)


@pytest.fixture
def stack(engines: Engines, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stack]:
    """Fresh resources, and in `stack.variables` (and os.environ) the environment of a Lambda function on them."""
    with _resources(engines, "moorage.local", monkeypatch) as made:
        yield made
    delete_resources(made)


@pytest.fixture(scope="module")
def module_stack(engines: Engines) -> Iterator[Stack]:
    """As `stack`, for a module; os.environ leads there until the module ends."""
    with pytest.MonkeyPatch.context() as variables, _resources(engines, "registry.example", variables) as made:
        yield made
    delete_resources(made)


@pytest.fixture
def localstack_stack(localstack_engines: Engines, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stack]:
    """As `stack`, with LocalStack's S3."""
    with _resources(localstack_engines, "moorage.local", monkeypatch) as made:
        yield made


@pytest.fixture(scope="module")
def localstack_module_stack(localstack_engines: Engines) -> Iterator[Stack]:
    """As `module_stack`, with LocalStack's S3."""
    with (
        pytest.MonkeyPatch.context() as variables,
        _resources(localstack_engines, "registry.example", variables) as made,
    ):
        yield made


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A server that tests share: each should use repositories of its own name."""
    state = Path(tempfile.mkdtemp(prefix="moorage-server-"))
    try:
        with serving(state) as running:
            yield running
    finally:
        shutil.rmtree(state, ignore_errors=True)


@contextmanager
def _resources(engines: Engines, domain_name: str, variables: pytest.MonkeyPatch) -> Iterator[Stack]:
    suffix = uuid.uuid4().hex[:12]
    names = Names(table=f"table-{suffix}", bucket=f"bucket-{suffix}", queue=f"queue-{suffix}")
    made = create_resources(engines, names, domain_name=domain_name, environ={})
    for name, value in made.variables.items():
        variables.setenv(name, value)
    _forget_other_credentials(made.variables["AWS_ACCESS_KEY_ID"], variables)
    with s3_as_in_aws(made):
        yield made


def _forget_other_credentials(key_id: str, variables: pytest.MonkeyPatch) -> None:
    """boto3's default session keeps the credentials of the test that made it, whatever the environment says now."""
    session = boto3.DEFAULT_SESSION
    kept = session.get_credentials() if session is not None else None
    if session is not None and (kept is None or kept.access_key != key_id):
        variables.setattr(boto3, "DEFAULT_SESSION", None)
