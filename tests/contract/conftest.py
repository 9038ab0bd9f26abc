"""Resources for a whole module of contract tests: each test has a repository of its own in them."""

import uuid
from collections.abc import Iterator

import pytest
from moorage_local.engines.engines import Engines
from moorage_local.stack import resources
from moorage_local.stack.aws_session import s3_as_in_aws
from moorage_local.stack.resources import Names
from moorage_local.stack.stack import Stack, create_resources


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
    resources.remove(names, made.variables)
