"""`moorage serve --background`, `moorage stop` and `moorage status`, as processes."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from moorage_local.serve import OPEN
from moorage_local.testing import local_ecr_client

from tests.support.command import moorage, run
from tests.support.engines import processes_naming, serving, wait_until_none_names

START = ("serve", "--background", "--port", "0")


@pytest.fixture
def state(tmp_path: Path) -> Iterator[Path]:
    directory = tmp_path / "state"
    yield directory
    for pid in processes_naming(str(directory)):
        os.kill(pid, signal.SIGKILL)


def started(state: Path) -> str:
    """Start a server; its endpoint."""
    code, output, errors = run(*START, "--state", str(state), state=state.parent)
    assert (code, errors) == (0, "")
    line, notice = output.splitlines()
    assert notice == OPEN
    return line.removeprefix("Moorage is listening on ")


def status(state: Path) -> dict[str, object]:
    code, output, errors = run("status", "--state", str(state), "--json", state=state.parent)
    found = json.loads(output)
    assert (code, errors) == (0 if found["running"] else 1, "")
    return found


def stop(state: Path) -> tuple[int, str, str]:
    return run("stop", "--state", str(state), state=state.parent)


def test_it_returns_when_the_server_answers_and_stop_ends_it_cleanly(state: Path):
    before = datetime.now(UTC).replace(microsecond=0)
    url = started(state)
    with urllib.request.urlopen(f"{url}/healthz") as response:
        assert response.status == 200
    local_ecr_client(url).create_repository(repositoryName="kept")
    found = status(state)
    assert (found["running"], found["endpoint"]) == (True, url)
    since = datetime.fromisoformat(str(found["since"]))
    assert before <= since <= before + timedelta(hours=1)
    code, output, _ = run("status", "--state", str(state), state=state.parent)
    assert (code, output) == (
        0,
        f"A server is using {state}: {url} (process {found['pid']}), since {since:%Y-%m-%d %H:%M:%S} UTC.",
    )
    assert stop(state) == (0, f"Stopped the server of {state} (process {found['pid']}).", "")
    assert processes_naming(str(state)) == []
    assert status(state) == {"running": False, "endpoint": None, "pid": None, "since": None}
    names = [one["repositoryName"] for one in local_ecr_client(started(state)).describe_repositories()["repositories"]]
    assert names == ["kept"]
    assert stop(state)[0] == 0


def test_it_has_a_session_of_its_own_and_keeps_no_stream_of_the_caller(state: Path):
    started(state)
    pid = int(str(status(state)["pid"]))
    assert os.getsid(pid) == pid
    log = state / "logs" / "server.log"
    streams = [str(Path(f"/proc/{pid}/fd/{number}").readlink()) for number in range(3)]
    assert streams == [os.devnull, str(log), str(log)]
    assert "Moorage is listening on" in log.read_text()
    assert stop(state)[0] == 0


def test_a_server_in_a_terminal_is_found_and_stopped_too(state: Path):
    with serving(state) as server:
        assert status(state)["pid"] == server.process.pid
        assert stop(state)[0] == 0
        assert server.process.wait(10) == 0


def test_a_server_that_cannot_start_tells_the_reason_and_leaves_nothing(state: Path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        arguments = ("serve", "--background", "--port", str(port), "--state", str(state))
        for _ in range(2):  # the second log is that of the second start alone
            code, output, errors = run(*arguments, state=state.parent)
            assert (code, output) == (1, "")
            assert re.fullmatch(rf"moorage: port {port} of 127\.0\.0\.1: Address already in use; [^\n]+\n", errors)
    assert processes_naming(str(state)) == []
    assert not status(state)["running"]


def test_a_second_server_of_a_directory_is_refused_in_one_line_that_names_the_first(state: Path):
    started(state)
    pid = status(state)["pid"]
    for options in (START, ("serve", "--port", "0")):
        code, output, errors = run(*options, "--state", str(state), state=state.parent)
        assert (code, output) == (1, "")
        assert errors == f"moorage: another Moorage server is using {state} (process {pid})\n"
    assert status(state)["pid"] == pid
    assert stop(state)[0] == 0


def test_what_a_killed_server_left_is_not_taken_for_a_server(state: Path):
    """Its record then names a process that has ended, or another one that has its number."""
    started(state)
    pid = int(str(status(state)["pid"]))
    os.kill(pid, signal.SIGKILL)
    assert wait_until_none_names(str(state)) == []
    record = state / "server.json"
    assert json.loads(record.read_text())["pid"] == pid
    other = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        for named in (pid, other.pid):
            record.write_text(json.dumps({**json.loads(record.read_text()), "pid": named}))
            assert not status(state)["running"]
            assert stop(state) == (0, f"No server is using {state}.", "")
        assert other.poll() is None
    finally:
        other.kill()
        other.communicate()
    started(state)
    assert stop(state)[0] == 0


def test_a_server_that_does_not_end_is_told(state: Path):
    started(state)
    pid = int(str(status(state)["pid"]))
    os.kill(pid, signal.SIGSTOP)
    code, output, errors = run("stop", "--state", str(state), "--wait-seconds", "0.2", state=state.parent)
    assert (code, output) == (1, "")
    assert errors == (
        f"moorage: process {pid} still runs 0.2 s after SIGTERM; `kill -9 {pid}` ends it, and loses nothing that was "
        "acknowledged\n"
    )
    os.kill(pid, signal.SIGCONT)
    assert wait_until_none_names(str(state)) == [], "it got the signal"


def test_a_server_that_is_starting_can_be_stopped(state: Path):
    state.mkdir()
    starting = moorage(*START, "--state", str(state), state=state.parent)
    while not (state / "logs" / "s3.log").exists():
        assert starting.poll() is None
    assert status(state)["running"]
    assert stop(state)[0] == 0
    starting.communicate()
    assert wait_until_none_names(str(state)) == []


@pytest.mark.parametrize("command", ["stop", "status"])
def test_a_directory_that_is_none_of_a_server_is_told_in_one_line(tmp_path: Path, command: str):
    missing = tmp_path / "mistyped"
    code, output, errors = run(command, "--state", str(missing), state=tmp_path)
    assert (code, output, errors) == (2, "", f"moorage: {missing} does not exist\n")
    assert not missing.exists()
    code, output, errors = run(command, "--state", str(tmp_path), state=tmp_path)
    assert (code, output) == (2, "")
    assert errors == f"moorage: {tmp_path} is not the state directory of a Moorage server\n"
