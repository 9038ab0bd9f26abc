"""What the user's environment contains, and where the state is kept, does not harm `moorage serve`."""

import os
import stat
from pathlib import Path

import pytest

from tests.support.command import run
from tests.support.engines import serving

BROKEN = [
    {"HTTP_PROXY": "http://127.0.0.1:9", "http_proxy": "http://127.0.0.1:9", "NO_PROXY": "", "no_proxy": ""},
    {"ALL_PROXY": "socks5://127.0.0.1:9", "HTTPS_PROXY": "://", "AWS_PROFILE": "nobody", "AWS_CA_BUNDLE": "/nowhere"},
    {"AWS_CONFIG_FILE": "/dev/full", "AWS_ENDPOINT_URL": "http://127.0.0.1:9", "AWS_REGION": "mars-north-1"},
    {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii", "TZ": "Nowhere/None"},
]
NAMES = [b"with space", b"percent%20", "Ümläut".encode(), b"line\nbreak", b"[bracket] 'quote' \"2\""]


@pytest.mark.parametrize("environment", BROKEN)
def test_the_users_environment_does_not_keep_it_from_serving(tmp_path: Path, environment: dict[str, str]):
    with serving(tmp_path / "state", environment) as server:
        server.ecr(proxies={}).create_repository(repositoryName="served")
        status, output, errors = run("fsck", "--state", str(tmp_path / "state"), state=tmp_path, **environment)
        assert (status, "Nothing is wrong" in output) == (0, True), errors
        assert server.stop() == 0


@pytest.mark.parametrize("name", NAMES)
def test_the_state_may_be_in_a_directory_of_any_name(tmp_path: Path, name: bytes):
    state = tmp_path / os.fsdecode(name)
    for _ in range(2):
        with serving(state) as server:
            names = [one["repositoryName"] for one in server.ecr().describe_repositories()["repositories"]]
            server.ecr().create_repository(repositoryName=f"kept{len(names)}")
    assert names == ["kept0"]


@pytest.mark.parametrize("kind", ["a file", "below a file", "read only"])
def test_a_state_that_cannot_be_used_is_named_in_one_line(tmp_path: Path, kind: str):
    place = tmp_path / "place"
    if kind == "read only":
        place = Path("/proc/moorage")
    else:
        place.touch(stat.S_IRUSR)
        place = place / "state" if kind == "below a file" else place
    status, output, errors = run("serve", "--port", "0", "--state", str(place), state=tmp_path)
    assert (status, output) == (1, "")
    assert errors.startswith("moorage: ")
    assert str(place) in errors
    assert errors.count("\n") == 1


def test_a_state_whose_name_seaweedfs_cannot_take_is_refused_in_one_line(tmp_path: Path):
    place = tmp_path / os.fsdecode(b"latin-\xe9")
    status, output, errors = run("serve", "--port", "0", "--state", str(place), state=tmp_path)
    assert (status, output) == (1, "")
    assert r"latin-\xe9' has a name that is not UTF-8" in errors
    assert errors.count("\n") == 1
