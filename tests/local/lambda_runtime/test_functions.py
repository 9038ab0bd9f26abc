"""Functions are loaded and called as Lambda does it."""

from pathlib import Path

import pytest
from moorage_local.lambda_runtime import functions as lambda_functions
from moorage_local.lambda_runtime.routes import Route, load_functions

SOURCE = """
import os
SEEN_AT_LOAD = os.environ.get("MOORAGE_EXAMPLE")

def handler(event, context):
    return {
        "seen": SEEN_AT_LOAD,
        "event": event,
        "request_id": context.aws_request_id,
        "name": context.function_name,
        "arn": context.invoked_function_arn,
        "memory": context.memory_limit_in_mb,
        "left": context.get_remaining_time_in_millis(),
    }
"""


@pytest.fixture
def functions(tmp_path: Path) -> Path:
    (tmp_path / "example").mkdir()
    (tmp_path / "example" / "app.py").write_text(SOURCE)
    return tmp_path


def test_a_function_reads_its_environment_while_it_is_loaded(functions, monkeypatch):
    monkeypatch.setenv("MOORAGE_EXAMPLE", "first")
    function = lambda_functions.load(functions / "example")
    monkeypatch.setenv("MOORAGE_EXAMPLE", "second")
    assert function({})["seen"] == "first"
    assert lambda_functions.load(functions / "example")({})["seen"] == "second"


def test_each_invocation_has_a_context_of_its_own(functions):
    function = lambda_functions.load(functions / "example", timeout_seconds=2.0)
    first, second = function({"a": 1}), function({"a": 2})
    assert (first["event"], second["event"]) == ({"a": 1}, {"a": 2})
    assert first["request_id"] != second["request_id"]
    assert first["name"] == "example"
    assert first["arn"] == "arn:aws:lambda:us-east-1:000000000000:function:example"
    assert first["memory"] > 0
    assert 0 < first["left"] <= 2000


def test_a_route_whose_function_is_not_there_loads_nothing(functions):
    loaded = load_functions(functions, [Route("GET /", "example"), Route("GET /x", "missing")])
    assert loaded.keys() == {"example"}
