"""Fixtures on the embedded engines.

`engines`   both engines, started once for each pytest worker
`stack`     a table, a bucket and a queue of the test's own in them; os.environ leads boto3 and PynamoDB there,
            and boto3's default session answers for S3 what SeaweedFS does not (KMS keys)
`module_stack`
            the same for a whole module: each test has a repository of its own in it
`server`    one `moorage serve` for the whole run of a worker; its `url` and `ecr()` are what a client needs
"""

import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from moorage_local.engines.engines import Engines, running_engines
from moorage_local.stack import environment
from moorage_local.stack.resources import Names
from moorage_local.stack.s3_hooks import s3_as_in_aws
from moorage_local.stack.stack import Stack, create_resources, delete_resources

from tests.support.engines import Server, serving

# Before any test module makes a client: neither the machine's credentials nor its CA bundle nor its profiles.
environment.isolate(os.environ, environment.aws_environment({}))


@pytest.fixture(scope="session")
def engines() -> Iterator[Engines]:
    """SeaweedFS and ministack, ready; stopped and forgotten at the end of the run."""
    # Not tmp_path: pytest keeps the last three of those, and gigabytes may have passed through these.
    state = Path(tempfile.mkdtemp(prefix="moorage-test-"))
    try:
        with running_engines(state, os.environ) as running:
            yield running
    finally:
        shutil.rmtree(state, ignore_errors=True)


@pytest.fixture
def stack(engines: Engines, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stack]:
    """Fresh resources, and in `stack.variables` (and os.environ) the environment of a Lambda function on them."""
    suffix = uuid.uuid4().hex[:12]
    names = Names(table=f"table-{suffix}", bucket=f"bucket-{suffix}", queue=f"queue-{suffix}")
    made = create_resources(engines, names, domain_name="moorage.local", environ={})
    for name, value in made.variables.items():
        monkeypatch.setenv(name, value)
    with s3_as_in_aws(made):
        yield made
    delete_resources(made)


@pytest.fixture(scope="module")
def module_stack(engines: Engines) -> Iterator[Stack]:
    """As `stack`, for a module; os.environ leads there until the module ends."""
    suffix = uuid.uuid4().hex[:12]
    names = Names(table=f"table-{suffix}", bucket=f"bucket-{suffix}", queue=f"queue-{suffix}")
    made = create_resources(engines, names, domain_name="registry.example", environ={})
    with pytest.MonkeyPatch.context() as environment, s3_as_in_aws(made):
        for name, value in made.variables.items():
            environment.setenv(name, value)
        yield made
    delete_resources(made)


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A server that tests share: each should use repositories of its own name."""
    state = Path(tempfile.mkdtemp(prefix="moorage-server-"))
    try:
        with serving(state) as running:
            yield running
    finally:
        shutil.rmtree(state, ignore_errors=True)
