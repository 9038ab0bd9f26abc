"""What `make build` makes, once for each state of the sources: `.build/functions-<hash>`."""

import fcntl
import hashlib
import os
import platform
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

CHECKOUT = Path(__file__).resolve().parents[2]
SOURCES = ("template.yaml", "build.mk", "functions", "layers")
KEPT_BUILDS = 8
ARCHITECTURE = {"aarch64": "arm64"}.get(platform.machine(), platform.machine())


@dataclass(frozen=True)
class Build:
    """A folder that `sam build` filled, and the template it wrote there."""

    folder: Path

    @property
    def template_file(self) -> Path:
        return self.folder / "template.yaml"

    @property
    def template(self) -> dict[str, Any]:
        """SAM writes the short forms (!Ref) as long ones, so that any YAML reader can read them."""
        template: dict[str, Any] = yaml.safe_load(self.template_file.read_text())
        return template

    def function(self, logical_id: str) -> Path:
        return self.folder / logical_id

    @property
    def layers(self) -> list[Path]:
        """In the order in which Lambda puts them on the path."""
        return [self.folder / name / "python" for name in ("DependenciesLayer", "MoorageLayer")]


def build() -> Build:
    """The build of the sources as they are; made now if it is not there. Safe to call from several processes."""
    builds = CHECKOUT / ".build"
    builds.mkdir(exist_ok=True)
    folder = builds / f"functions-{_fingerprint()}"
    with (builds / "functions.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            unfinished = builds / "functions-unfinished"
            shutil.rmtree(unfinished, ignore_errors=True)
            _make_build(unfinished)
            unfinished.rename(folder)
        os.utime(folder)
        for old in sorted(builds.glob("functions-*"), key=lambda path: path.stat().st_mtime)[:-KEPT_BUILDS]:
            shutil.rmtree(old, ignore_errors=True)
    return Build(folder)


def _make_build(folder: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    command = ["make", "--no-print-directory", "build", f"BUILD_DIR={folder}", f"ARCHITECTURE={ARCHITECTURE}"]
    finished = subprocess.run(command, cwd=CHECKOUT, env=environment, capture_output=True, text=True, check=False)
    if finished.returncode:
        raise RuntimeError(f"{' '.join(command)}\n{finished.stdout[-3000:]}\n{finished.stderr[-5000:]}")


def _fingerprint() -> str:
    hashed = hashlib.sha256(ARCHITECTURE.encode())
    for source in SOURCES:
        path = CHECKOUT / source
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.is_file() and "__pycache__" not in file.parts:
                hashed.update(f"{file.relative_to(CHECKOUT)}\0".encode() + file.read_bytes())
    return hashed.hexdigest()[:16]
