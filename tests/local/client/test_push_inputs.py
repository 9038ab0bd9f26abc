"""What people give to `moorage push` besides a plain file, and from which environment."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.command import digest_of, moorage, push_arguments, run
from tests.support.engines import Server


def test_a_pipe_is_refused_with_what_to_do(server: Server, repository: str, tmp_path: Path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    status, output, errors = run(*push_arguments(pipe, repository, server), state=tmp_path)
    assert (status, output) == (2, "")
    assert "a pipe can be read only once, and a push reads twice: write it to a file first" in errors


@pytest.mark.parametrize(
    ("path", "reason"), [("/dev/null", "it is a device"), ("/dev/zero", "it is a device"), ("/tmp", "a directory")]
)
def test_a_path_that_is_not_a_file_is_refused_and_named(
    server: Server, repository: str, tmp_path: Path, path: str, reason: str
):
    status, output, errors = run(*push_arguments(Path(path), repository, server), state=tmp_path)
    assert (status, output) == (2, "")
    assert f"{path} cannot be pushed: " in errors
    assert reason in errors


def test_an_empty_file_is_refused(server: Server, repository: str, tmp_path: Path):
    (tmp_path / "empty").touch()
    status, _, errors = run(*push_arguments(tmp_path / "empty", repository, server), state=tmp_path)
    assert status == 2
    assert "it is empty, and a layer has at least one byte" in errors


@pytest.mark.parametrize("endpoint", ["127.0.0.1:4510", "http://127.0.0.1:4510/v2", "http://127.0.0.1:99999"])
def test_an_invalid_endpoint_ends_the_command_in_one_line(tmp_path: Path, endpoint: str):
    (tmp_path / "layer").write_bytes(b"layer")
    arguments = ["push", str(tmp_path / "layer"), "--repository", "any", "--endpoint", endpoint]
    status, output, errors = run(*arguments, state=tmp_path)
    assert (status, output) == (2, "")
    assert errors.startswith("moorage: the endpoint ")
    assert errors.count("\n") == 1


@pytest.mark.parametrize(
    "environment",
    [
        {"HTTP_PROXY": "http://127.0.0.1:9", "http_proxy": "http://127.0.0.1:9", "NO_PROXY": "", "no_proxy": ""},
        {"ALL_PROXY": "socks5://127.0.0.1:9", "SSL_CERT_FILE": "/nowhere"},
        {"AWS_PROFILE": "nobody", "AWS_CONFIG_FILE": "/dev/full", "AWS_CA_BUNDLE": "/nowhere"},
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii", "TERM": "nothing"},
    ],
)
def test_nothing_in_the_environment_keeps_a_push_from_this_machines_registry(
    server: Server, repository: str, tmp_path: Path, environment: dict[str, str]
):
    file = tmp_path / "läyer"
    file.write_bytes(os.urandom(1000))
    status, output, errors = run(*push_arguments(file, repository, server), state=tmp_path, **environment)
    assert (status, output) == (0, digest_of(file)), errors


@pytest.mark.parametrize("closed", ["<&-", "2>&-", "<&- 2>&-"])
def test_a_closed_stream_does_not_harm_a_push(server: Server, repository: str, tmp_path: Path, closed: str):
    file = tmp_path / "layer"
    file.write_bytes(os.urandom(1000))
    arguments = push_arguments(file, repository, server)
    command = ["sh", "-c", f'exec "$@" {closed}', "sh", sys.executable, "-m", "moorage_cli", *arguments]
    environment = {**os.environ, "XDG_STATE_HOME": str(tmp_path)}
    finished = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert (finished.returncode, finished.stdout.strip()) == (0, digest_of(file)), finished.stderr


def test_without_a_place_for_the_journal_a_push_works_and_says_what_it_lacks(
    server: Server, repository: str, tmp_path: Path
):
    file = tmp_path / "layer"
    file.write_bytes(os.urandom(1000))
    status, output, errors = run(*push_arguments(file, repository, server), state=file)
    assert (status, output) == (0, digest_of(file)), errors
    assert "could not resume, because the journal cannot be written" in errors


def test_where_the_output_is_no_terminal_progress_comes_in_whole_lines(server: Server, repository: str, tmp_path: Path):
    file = tmp_path / "layer"
    file.write_bytes(os.urandom(1_000_000))
    _, _, errors = run(*push_arguments(file, repository, server), state=tmp_path)
    assert errors.splitlines() == [f"{step} 100 %, 1.0 MB of 1.0 MB" for step in ("hash", "upload", "verify")]


def test_two_processes_that_push_one_file_both_succeed(server: Server, repository: str, layer: Path, tmp_path: Path):
    both = [moorage(*push_arguments(layer, repository, server), state=tmp_path) for _ in range(2)]
    for process in both:
        output, errors = process.communicate(timeout=120)
        assert (process.returncode, output.strip()) == (0, digest_of(layer)), errors
