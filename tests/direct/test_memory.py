"""Memory while a layer is verified: the same for every size, and at most 256 MiB over the process's own."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

MIB = 1024 * 1024


def peak_growth_bytes(size_bytes: int, directory: Path) -> int:
    """By how much a process of its own grows while it verifies a layer of that size."""
    content = directory / "layer"
    with content.open("wb") as file:
        file.truncate(size_bytes)
    command = [sys.executable, "-m", "tests.support.direct.measured_verification", str(content)]
    answered = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    result = json.loads(answered.stdout)
    assert result["verified_bytes"] == size_bytes
    return int(result["growth_bytes"])


@pytest.mark.parametrize("size_mib", [192, 1536])
def test_memory_stays_within_256_mib_whatever_the_size(size_mib: int, tmp_path: Path):
    growth = peak_growth_bytes(size_mib * MIB, tmp_path)
    assert growth <= 256 * MIB, f"{growth / MIB:.0f} MiB"
