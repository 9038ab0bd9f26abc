"""The README's example does what it says."""

import re
from hashlib import sha256
from pathlib import Path

import pytest
from moorage.wire.ecr.operations import HANDLERS

from tests.support.ecr.model import service
from tests.support.engines import Server
from tools.ecr_model.groups import GROUPS
from tools.ecr_model.table import NOT_OURS, NOT_OURS_OPERATIONS, REMARKS, table

README = (Path(__file__).parents[3] / "README.md").read_text()


def test_the_example_pushes_a_layer(server: Server, capsys: pytest.CaptureFixture[str]):
    (example,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    assert "http://127.0.0.1:4510" in example
    exec(example.replace("http://127.0.0.1:4510", server.url), {})
    assert capsys.readouterr().out.strip() == f"sha256:{sha256(b'the bytes of a layer' * 1_000_000).hexdigest()}"


def test_the_table_of_operations_is_the_generated_one():
    assert table() in README, "run `make shapes`"


def test_every_operation_of_the_model_is_in_the_table():
    rows = re.findall(r"^\| (\w+) \| (?:yes|no: \w|not yet)", table(), re.MULTILINE)
    assert sorted(rows) == sorted(service().operation_names)


def test_a_reason_and_a_remark_belong_to_an_operation_that_is_there():
    assert set(REMARKS) <= set(HANDLERS)
    assert not set(NOT_OURS_OPERATIONS) & set(HANDLERS)
    assert not {name for group in NOT_OURS for name in GROUPS[group]} & set(HANDLERS)
