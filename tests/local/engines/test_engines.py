"""The engines as processes: what they see, where they listen, and what is said when one does not start."""

import sys
from pathlib import Path

import pytest
from moorage_gateway.process import listen
from moorage_local.engines import installation, loopback
from moorage_local.engines.engines import Engines
from moorage_local.engines.process import EngineError, Process
from moorage_local.stack import environment

MACHINE = {
    "PATH": "/bin",
    "AWS_PROFILE": "production",
    "AWS_ACCESS_KEY_ID": "real",
    "AWS_SECRET_ACCESS_KEY": "secret",
    "AWS_SESSION_TOKEN": "token",
    "AWS_REGION": "eu-west-1",
    "AWS_CA_BUNDLE": "/ca.pem",
}


def listening_addresses(pid: int) -> set[str]:
    """The local addresses (hexadecimal, with the port) of a process's listening sockets."""
    sockets = {str(link.readlink()) for link in Path(f"/proc/{pid}/fd").iterdir()}
    found = set()
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]:
            _, local, _, state, *_, inode = line.split()[:10]
            if state == "0A" and f"socket:[{inode}]" in sockets:
                found.add(local)
    return found


def test_engines_listen_on_the_loopback_interface_alone(engines: Engines):
    for process in engines.processes:
        addresses = listening_addresses(process.pid)
        assert addresses
        assert {address.partition(":")[0] for address in addresses} == {"0100007F"}, process.name


def test_nothing_of_the_machines_aws_configuration_reaches_the_embedded_engines():
    seen = environment.aws_environment(MACHINE)
    assert seen["AWS_ACCESS_KEY_ID"] == "moorage"
    assert seen["AWS_REGION"] == "us-east-1"
    assert not seen.keys() & {"AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_CA_BUNDLE"}
    assert environment.engine_environment(MACHINE, home="/state")["HOME"] == "/state"


def test_an_endpoint_of_the_callers_is_spoken_to_with_the_callers_credentials():
    seen = environment.aws_environment({**MACHINE, "AWS_ENDPOINT_URL_S3": "https://s3.example"})
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_REGION", "AWS_CA_BUNDLE"):
        assert seen[name] == MACHINE[name]


def test_isolating_drops_every_aws_variable_and_keeps_the_rest():
    environ = {**MACHINE, "NO_PROXY": "example.org"}
    environment.isolate(environ, {"AWS_REGION": "us-east-1"})
    assert environ == {
        "PATH": "/bin",
        "AWS_REGION": "us-east-1",
        "NO_PROXY": "example.org,127.0.0.1,localhost",
        "no_proxy": "127.0.0.1,localhost",
    }


def test_missing_engines_are_reported_with_the_command_that_installs_them(tmp_path: Path):
    with pytest.raises(EngineError, match="MOORAGE_ENGINES names"):
        installation.engines_directory({"MOORAGE_ENGINES": str(tmp_path)})


def test_engines_may_be_anywhere_that_the_environment_names(tmp_path: Path):
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "weed").touch()
    assert installation.engines_directory({"MOORAGE_ENGINES": str(tmp_path)}) == tmp_path


def test_an_engine_that_ends_early_is_reported_with_the_end_of_its_log(tmp_path: Path):
    command = [sys.executable, "-c", "import sys; print('no such disk'); sys.exit(3)"]
    with (
        Process("example", command, environment={}, log=tmp_path / "log") as process,
        pytest.raises(EngineError, match=r"example ended with code 3:\nno such disk"),
    ):
        process.wait_until(lambda: False)


def test_an_engine_that_ignores_the_request_to_stop_is_stopped_all_the_same(tmp_path: Path):
    stubborn = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(99)"
    )
    log = tmp_path / "log"
    process = Process("example", [sys.executable, "-c", stubborn], environment={}, log=log, stop_within_seconds=0.1)
    process.wait_until(lambda: "up" in log.read_text())
    process.stop()
    assert not process.alive


def test_ports_are_remembered_as_long_as_they_are_free(tmp_path: Path):
    names = ["one", "two"]
    first = loopback.remembered_ports(tmp_path / "ports.json", names)
    assert len(set(first.values())) == 2
    assert loopback.remembered_ports(tmp_path / "ports.json", names) == first
    with listen(first["one"]) as taken:
        taken.listen()
        second = loopback.remembered_ports(tmp_path / "ports.json", names)
    assert second["one"] != first["one"]


def test_a_port_in_use_is_refused_before_anything_is_started():
    with listen(0) as taken:
        taken.listen()
        with pytest.raises(OSError, match="in use"):
            listen(taken.getsockname()[1])
