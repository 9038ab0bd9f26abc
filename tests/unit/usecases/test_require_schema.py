"""A table of a later version is refused before any request is answered."""

from types import SimpleNamespace

import pytest
from moorage.domain.errors import LaterSchemaError, UnavailableError
from moorage.domain.schema import SCHEMA_VERSION
from moorage.entry.batch import queue_handler, stream_handler
from moorage.entry.http import http_handler
from moorage.entry.schedule import schedule_handler
from moorage.usecases.require_schema import require_once, require_schema

from tests.support.fakes.world import World

CONTEXT = SimpleNamespace(
    function_name="f", memory_limit_in_mb=1, invoked_function_arn="a", aws_request_id="r", function_version="1"
)


class MemorySchema:
    """Implements the port `Schema`, and counts how often it is read."""

    def __init__(self, version: int) -> None:
        self.recorded, self.reads = version, 0

    def version(self) -> int:
        self.reads += 1
        return self.recorded

    def raise_to(self, version: int) -> None:
        self.recorded = max(self.recorded, version)


@pytest.mark.parametrize("version", range(1, SCHEMA_VERSION + 1))
def test_a_table_of_this_or_an_earlier_version_is_accepted(version: int) -> None:
    require_schema(MemorySchema(version))


def test_the_message_says_what_to_do() -> None:
    text = f"version {SCHEMA_VERSION + 1}, and this Moorage knows versions up to {SCHEMA_VERSION}: deploy a newer"
    with pytest.raises(LaterSchemaError, match=text):
        require_schema(MemorySchema(SCHEMA_VERSION + 1))


def test_the_version_is_read_until_it_is_accepted() -> None:
    schema = MemorySchema(SCHEMA_VERSION + 1)
    check = require_once(schema)
    for _ in range(2):
        with pytest.raises(LaterSchemaError):
            check()
    schema.recorded = SCHEMA_VERSION
    for _ in range(3):
        check()
    assert schema.reads == 3


def test_a_version_that_cannot_be_read_now_is_read_with_the_next_request() -> None:
    schema = MemorySchema(SCHEMA_VERSION + 1)
    check = require_once(schema)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(schema, "version", _unavailable)
        check()  # no exception: what the request itself reads fails, with an error that its client knows
    with pytest.raises(LaterSchemaError):
        check()


def _unavailable() -> int:
    raise UnavailableError


def test_no_function_does_anything_with_a_table_that_it_refuses(world: World) -> None:
    check = require_once(MemorySchema(SCHEMA_VERSION + 1))
    done: list[object] = []
    hasher = world.ports.hasher
    handlers = [
        http_handler(lambda *given: done.append(given), None, world.ports, check),  # type: ignore[arg-type,return-value]
        queue_handler(lambda *given: str(done.append(given)), hasher, check, failed="Failed"),
        stream_handler(lambda *given: str(done.append(given)), check, failed="Failed"),
        schedule_handler(lambda given: (bool(done.append(given)), {}), check, prefix="Run"),
    ]
    for handler in handlers:
        with pytest.raises(LaterSchemaError):
            handler({"Records": [{}]}, CONTEXT)  # type: ignore[arg-type]
    assert not done
