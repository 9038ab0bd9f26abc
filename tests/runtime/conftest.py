"""Built functions under RIE, with real engines behind them."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from moorage_local.engines.engines import Engines
from moorage_local.stack import resources

from tests.support import lambda_build, rie


@pytest.fixture(scope="session")
def build() -> lambda_build.Build:
    return lambda_build.build()


@pytest.fixture(scope="session")
def environment(engines: Engines, build: lambda_build.Build) -> dict[str, str]:
    """What the template gives each function, with the engines' names in it."""
    names = resources.Names("runtime", "runtime-layers", "runtime-completions")
    resources.create_store(names, engines.variables)
    values = {
        "MOORAGE_TABLE": names.table,
        "MOORAGE_BUCKET": names.bucket,
        "MOORAGE_REGISTRY_ID": "000000000000",
        "MOORAGE_PART_SIZE_BYTES": "3145728",
        "MOORAGE_UPLOAD_LIFETIME_SECONDS": "86400",
        "MOORAGE_BLOB_GRACE_SECONDS": "86400",
        "MOORAGE_UNUSED_LAYER_SECONDS": "0",
        "MOORAGE_PROXY_BLOB_BYTES": "0",
        "MOORAGE_ADMINISTRATORS": "",
        "MOORAGE_TOKEN_SECRET_ARN": "arn:aws:secretsmanager:us-east-1:000000000000:secret:moorage-tokens",
        "MOORAGE_COMPLETION_QUEUE_URL": resources.create_queue(names, engines.variables),
        "MOORAGE_EVENT_BUS": "default",
        "MOORAGE_DOMAIN_NAME": "local.execute-api.localhost",
        "POWERTOOLS_LOG_LEVEL": "INFO",
    }
    declared = build.template["Globals"]["Function"]["Environment"]["Variables"]
    assert set(declared) == set(values), "the template gives the functions other variables than this test"
    return {**engines.variables, **values}


@pytest.fixture
def start(
    build: lambda_build.Build, environment: dict[str, str], tmp_path: Path
) -> Iterator[Callable[..., rie.LambdaRuntime]]:
    """Start a built function; it ends with the test."""
    started: list[rie.LambdaRuntime] = []

    def one(logical_id: str, *, variables: dict[str, str] | None = None, **limits: int) -> rie.LambdaRuntime:
        log = tmp_path / f"{logical_id}-{len(started)}.log"
        started.append(rie.of_function(build, logical_id, {**environment, **(variables or {})}, log, **limits))
        return started[-1]

    yield one
    for runtime in started:
        runtime.stop()
