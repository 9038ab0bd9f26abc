"""`make demo` as a newcomer runs it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.parametrize(("skopeo", "client"), [(True, "skopeo"), (False, "plain OCI requests")])
def test_the_demo_pushes_a_real_image_of_two_layers_and_fetches_it_again(tmp_path: Path, skopeo: bool, client: str):
    environment = {**os.environ, **({} if skopeo else {"PATH": str(Path(sys.executable).parent)})}
    finished = subprocess.run(
        [sys.executable, "-m", "moorage_local.demo"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 0, finished.stdout + finished.stderr
    shown = finished.stdout + finished.stderr
    for step in (
        "pushed",
        "fetched it through GetDownloadUrlForLayer: the same sha256",
        "put an image of two layers",
        "listed it: latest",
        "fetched the image: the manifest byte for byte, the config and both layers",
        f"{client} pulled the image and pushed it as",
        "stopped the server",
    ):
        assert f"✓ {step}" in shown
