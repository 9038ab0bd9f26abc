"""A process whose libcrypto exports no sha256 states says so when it starts, and works."""

import json
import logging
from collections.abc import Callable
from dataclasses import replace

import pytest
from moorage.domain.registry import Registry
from moorage.entry._observed import report_hasher
from moorage.entry.batch import queue_handler
from moorage.entry.http import http_handler
from moorage.usecases.ports import Ports
from moorage.wire.direct import protocol as direct
from moorage.wire.ecr import protocol as ecr
from moorage.wire.oci import protocol as oci

from tests.support.fakes.world import REGISTRY_ID, World
from tests.support.template.reading import read_template


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


def test_the_alarm_watches_the_metric_under_its_dimensions(capsys: pytest.CaptureFixture[str]) -> None:
    report_hasher(Bare())  # type: ignore[arg-type]
    (metric,) = [json.loads(line) for line in capsys.readouterr().out.splitlines() if "HashStatesUnavailable" in line]
    (directive,) = metric["_aws"]["CloudWatchMetrics"]
    alarm = read_template()["Resources"]["HashStatesAlarm"]["Properties"]
    assert (directive["Namespace"], directive["Metrics"][0]["Name"]) == (alarm["Namespace"], alarm["MetricName"])
    assert directive["Dimensions"] == [[dimension["Name"] for dimension in alarm["Dimensions"]]]
    assert {"Name": "service", "Value": metric["service"]} in alarm["Dimensions"]
    assert (alarm["Threshold"], alarm["Statistic"], alarm["ComparisonOperator"]) == (0, "Sum", "GreaterThanThreshold")


def test_nothing_is_said_where_states_are_carried(
    world: World, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    report_hasher(world.ports.hasher)
    assert (caplog.records, capsys.readouterr().out) == ([], "")


REGISTRY = Registry(REGISTRY_ID, "eu-west-1", "moorage.local")


def nothing() -> None:
    """Stands for the check of the table's version."""


START: dict[str, Callable[[Ports], object]] = {
    "ecr_api": lambda ports: http_handler(ecr.answer, REGISTRY, ports, nothing),
    "direct_api": lambda ports: http_handler(direct.answer, REGISTRY, ports, nothing),
    "oci_api": lambda ports: http_handler(oci.answer, REGISTRY, ports, nothing),
    "complete_uploads": lambda ports: queue_handler(lambda *_: "", ports.hasher, nothing, failed="Failed"),
}


@pytest.mark.parametrize("function", START)
@pytest.mark.parametrize("carries", [False, True], ids=["without states", "with states"])
def test_every_function_that_hashes_says_it_when_it_starts(
    world: World, caplog: pytest.LogCaptureFixture, function: str, carries: bool
) -> None:
    ports = world.ports if carries else replace(world.ports, hasher=Bare())  # type: ignore[arg-type]
    with caplog.at_level(logging.WARNING, "moorage"):
        START[function](ports)
    assert len(caplog.records) == (0 if carries else 1)
