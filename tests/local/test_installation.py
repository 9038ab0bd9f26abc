"""The wheel as users install it: `moorage serve` and the pytest plugin work outside a checkout, and then offline."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from moorage_local import testing

CHECKOUT = Path(__file__).parents[2]
PIP = {
    "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    "HOME": os.environ.get("HOME", "/"),
    "XDG_CACHE_HOME": os.environ.get("XDG_CACHE_HOME", ""),
}
"""For builds and installations: pip's own cache is used."""
EXAMPLE = """
def test_my_tool(moorage_registry):
    ecr = moorage_registry.ecr()
    ecr.create_repository(repositoryName="app")
    assert [one["repositoryName"] for one in ecr.describe_repositories()["repositories"]] == ["app"]
"""


@dataclass(frozen=True)
class Installation:
    """A virtual environment with the wheel, and a user's environment without anything of the checkout."""

    directory: Path
    environment: Mapping[str, str]

    @property
    def bin(self) -> Path:
        return self.directory / "venv" / "bin"

    def run(self, *command: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            cwd=self.directory,
            env={**self.environment, **environment},
            capture_output=True,
            text=True,
            timeout=280,
            check=False,
        )


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    directory = tmp_path_factory.mktemp("installation")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "MOORAGE", "VIRTUAL"))}
    made = Installation(directory, {**kept, "HOME": str(directory), "XDG_CACHE_HOME": str(directory / "cache")})
    # From a copy: a build leaves files behind, and old ones would go into the wheel.
    for name in ("functions", "layers", "local", "requirements"):
        ignored = shutil.ignore_patterns("__pycache__", "*.egg-info")
        shutil.copytree(CHECKOUT / name, directory / "source" / name, ignore=ignored)
    for name in ("LICENSE", "MANIFEST.in", "README.md", "pyproject.toml", "setup.py"):
        shutil.copy(CHECKOUT / name, directory / "source")
    must_succeed(made.run(sys.executable, "-m", "build", "--outdir", directory, directory / "source", **PIP))
    [wheel] = directory.glob("*.whl")
    must_succeed(made.run(sys.executable, "-m", "venv", directory / "venv"))
    constraints = CHECKOUT / "requirements" / "development.txt"
    install = [made.bin / "python", "-m", "pip", "install", "--quiet", "--constraint", constraints]
    must_succeed(made.run(*install, f"{wheel}[local]", "pytest", **PIP))
    return made


def must_succeed(finished: subprocess.CompletedProcess[str]) -> None:
    assert finished.returncode == 0, finished.stdout + finished.stderr


def test_the_first_start_installs_the_engines_and_later_ones_need_no_network(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(testing.sys, "executable", str(installation.bin / "python"))
    for name in os.environ:
        if name not in installation.environment:
            monkeypatch.delenv(name)
    monkeypatch.chdir(installation.directory)
    offline = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": ""}
    for environment in ({}, offline):
        state = installation.directory / "state"
        with testing.running_registry(state, {**installation.environment, **environment}) as registry:
            before = registry.ecr().describe_repositories()["repositories"]
            registry.ecr().create_repository(repositoryName=f"kept{len(before)}")
            assert registry.stop() == 0
    assert len(before) == 1
    assert [place.name.partition("-")[0] for place in (installation.directory / "cache" / "moorage").iterdir()] == [
        "engines",
        "engines",
    ], "the environment and its lock"


def test_the_plugin_gives_tests_a_registry(installation: Installation):
    (installation.directory / "test_example.py").write_text(EXAMPLE)
    finished = installation.run(installation.bin / "pytest", "-q", "test_example.py")
    assert finished.returncode == 0, finished.stdout + finished.stderr
    assert "1 passed" in finished.stdout


def test_without_a_network_the_first_start_says_what_it_lacks(installation: Installation, tmp_path: Path):
    serve = [installation.bin / "moorage", "serve", "--port", "0", "--state", str(tmp_path / "state")]
    finished = installation.run(*serve, XDG_CACHE_HOME=str(tmp_path), PIP_NO_INDEX="1", PIP_FIND_LINKS="")
    assert finished.returncode == 1
    assert "moorage: the engines cannot be installed: pip ended with 1: " in finished.stderr
    assert "Traceback" not in finished.stderr


def test_the_plugins_example_is_the_documented_one():
    shown = (CHECKOUT / "docs" / "operate" / "testing.md").read_text()
    assert EXAMPLE.strip() in shown
