"""A process whose libcrypto exports no sha256 states says so when it starts, and works."""

import json
import logging

import pytest
from moorage.entry._observed import report_hasher

from tests.support.fakes.world import World


class Bare:
    """Implements the port `Hasher` as a libcrypto without the functions does."""

    def carries(self) -> bool:
        return False


def test_it_is_a_warning_and_a_metric(caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]) -> None:
    with caplog.at_level(logging.WARNING, "moorage"):
        report_hasher(Bare())  # type: ignore[arg-type]
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    metrics = [json.loads(line) for line in capsys.readouterr().out.splitlines() if "HashStatesUnavailable" in line]
    assert [metric["HashStatesUnavailable"] for metric in metrics] == [[1.0]]
    assert metrics[0]["_aws"]["CloudWatchMetrics"][0]["Namespace"] == "Moorage"


def test_nothing_is_said_where_states_are_carried(
    world: World, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    report_hasher(world.ports.hasher)
    assert (caplog.records, capsys.readouterr().out) == ([], "")
