"""The README's example does what it says."""

import re
from hashlib import sha256
from pathlib import Path

import pytest
from moorage.wire.ecr.operations import OPERATIONS

from tests.support.engines import Server

README = (Path(__file__).parents[3] / "README.md").read_text()


def test_the_example_pushes_a_layer(server: Server, capsys: pytest.CaptureFixture[str]):
    (example,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    assert "http://127.0.0.1:4510" in example
    exec(example.replace("http://127.0.0.1:4510", server.url), {})
    assert capsys.readouterr().out.strip() == f"sha256:{sha256(b'the bytes of a layer' * 1_000_000).hexdigest()}"


def test_every_operation_is_in_the_table():
    rows = re.findall(r"^\| \**(\w+)\** \|", README, re.MULTILINE)
    assert set(rows) - {"operation"} == set(OPERATIONS)
