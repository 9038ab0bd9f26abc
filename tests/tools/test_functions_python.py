"""`make test` finds the functions' Python, or installs it in the checkout. The download comes from a local mirror."""

import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from tests.support.rie import RUNTIME_PYTHON

CHECKOUT = Path(__file__).parents[2]
SCRIPT = CHECKOUT / "tools" / "functions_python.sh"
VERSION = "3.13"


def base_prefix() -> Path:
    command = [RUNTIME_PYTHON, "-c", "import sys; print(sys.base_prefix)"]
    return Path(subprocess.check_output(command, text=True).strip())


def find(directory: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the script on a machine with nothing but the system's programs and our own Python."""
    programs = directory / "programs"
    programs.mkdir(exist_ok=True)
    found = {name: shutil.which(name) for name in ("bash", "dirname", "env")}
    # Not the one on PATH: it may be pyenv's shim, which needs more than these programs.
    found["python3"] = sys._base_executable  # type: ignore[attr-defined]
    for name, program in found.items():
        assert program is not None, name
        (programs / name).unlink(missing_ok=True)
        (programs / name).symlink_to(program)
    kept = {name: value for name, value in os.environ.items() if name.startswith(("PIP_", "HTTP", "HTTPS", "SSL_"))}
    return subprocess.run(
        ["bash", SCRIPT, VERSION, directory],
        env={**kept, "PATH": str(programs), "HOME": str(directory), **environment},
        capture_output=True,
        text=True,
        timeout=250,
        check=False,
    )


@pytest.fixture
def mirror(tmp_path: Path) -> Path:
    """A list of downloads, as uv reads it, with one archive: this machine's own Python in the usual layout."""
    prefix, archive = base_prefix(), tmp_path / "python.tar.gz"
    unneeded = {"test", "site-packages", "idlelib", "tkinter", "__pycache__"}

    def needed(entry: tarfile.TarInfo) -> tarfile.TarInfo | None:
        return None if unneeded & set(Path(entry.name).parts) else entry

    with tarfile.open(archive, "w:gz", compresslevel=1) as packed:
        for name in (f"bin/python{VERSION}", "bin/python3", f"lib/python{VERSION}"):
            packed.add(prefix / name, f"python/{name}", filter=needed)
        for library in prefix.glob("lib/libpython3*.so*"):
            packed.add(library, f"python/lib/{library.name}")
    download = {
        "name": "cpython",
        "arch": {"family": platform.machine(), "variant": None},
        "os": "linux",
        "libc": "gnu",
        "major": 3,
        "minor": 13,
        "patch": 0,
        "prerelease": "",
        "url": archive.as_uri(),
        "sha256": hashlib.sha256(archive.read_bytes()).hexdigest(),
        "variant": None,
        "build": "20260101",
    }
    downloads = tmp_path / "downloads.json"
    downloads.write_text(json.dumps({f"cpython-3.13.0-linux-{platform.machine()}-gnu": download}))
    return downloads


def test_a_python_on_the_path_is_taken(tmp_path: Path):
    found = find(tmp_path, PATH=f"{base_prefix() / 'bin'}:/usr/bin:/bin")
    assert (found.returncode, found.stdout.strip()) == (0, str(base_prefix() / "bin"))
    assert not (tmp_path / ".python").exists()


def test_one_of_pyenvs_is_taken_where_path_has_none(tmp_path: Path):
    versions = tmp_path / "pyenv" / "versions"
    versions.mkdir(parents=True)
    (versions / f"{VERSION}.0").symlink_to(base_prefix())
    found = find(tmp_path, PYENV_ROOT=str(versions.parent))
    assert found.returncode == 0, found.stderr
    assert (Path(found.stdout.strip()) / f"python{VERSION}").exists()
    assert not (tmp_path / ".python").exists()


def test_where_the_machine_has_none_it_is_installed_in_the_checkout_once(tmp_path: Path, mirror: Path):
    for _ in range(2):
        found = find(tmp_path, UV_PYTHON_DOWNLOADS_JSON_URL=str(mirror))
        assert found.returncode == 0, found.stderr
        assert found.stdout.startswith(f"{tmp_path}/.python/")
        mirror.unlink(missing_ok=True)  # the second time it is there
    assert not (tmp_path / ".local").exists()
    python = Path(found.stdout.strip()) / f"python{VERSION}"
    subprocess.run([python, "-m", "venv", "--without-pip", tmp_path / "venv"], check=True)


def test_where_it_cannot_be_installed_the_last_line_says_what_to_do(tmp_path: Path):
    (tmp_path / "downloads.json").write_text("{}")
    found = find(tmp_path, UV_PYTHON_DOWNLOADS_JSON_URL=str(tmp_path / "downloads.json"))
    assert (found.returncode, found.stdout) == (1, "")
    assert found.stderr.splitlines()[-1] == "Install it yourself, for example with: pyenv install 3.13"
