"""A process that is killed while it verifies: the next one resumes at the checkpoint."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx
import pytest
from moorage_local.stack.stack import Stack

from tests.support.direct.registry import MIB, REPOSITORY, DirectRegistry, Range
from tests.support.layers import digest_of

KILLS = 3


def start(message: str, log: Path, sleep_seconds: float) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.support.direct.worker", message, str(log)]
    return subprocess.Popen(command, env={**os.environ, "MOORAGE_TEST_PAUSE": str(sleep_seconds)})


def verified_bytes(registry: DirectRegistry, upload_id: str) -> int:
    verification = registry.head(upload_id).verification
    return verification.verified_bytes if verification else 0


def ranges_in(log: Path) -> list[Range]:
    pairs = (line.split() for line in log.read_text().splitlines()) if log.exists() else ()
    return [(int(first), int(last)) for first, last in pairs]


def kill_three_times_and_complete(
    registry: DirectRegistry, upload_id: str, logs: Path, sleep_seconds: float
) -> list[int]:
    """Kill a worker after each further checkpoint, then let one finish; where each run found its checkpoint."""
    digest = str(registry.head(upload_id).announced.digest)  # type: ignore[union-attr]
    message = json.dumps({"repositoryName": REPOSITORY, "uploadId": upload_id, "layerDigests": [digest]})
    found = []
    for run in range(KILLS):
        found.append(verified_bytes(registry, upload_id))
        worker = start(message, logs / f"{run}", sleep_seconds)
        while verified_bytes(registry, upload_id) == found[-1]:
            assert worker.poll() is None, "the worker was done before it could be killed"
            time.sleep(0.01)
        worker.kill()
        worker.wait()
        time.sleep(float(os.environ["MOORAGE_LEASE_SECONDS"]) + 0.1)
    found.append(verified_bytes(registry, upload_id))
    assert start(message, logs / f"{KILLS}", 0).wait(600) == 0
    assert registry.layers() == [digest]
    return found


def require_little_read_twice(logs: Path, found: list[int], size_bytes: int, checkpoint_bytes: int) -> int:
    """No run reads before its checkpoint, and none reads further beyond the next one than a checkpoint's length."""
    runs = [ranges_in(logs / f"{run}") for run in range(KILLS + 1)]
    for run, ranges in enumerate(runs):
        assert min(first for first, _ in ranges) == found[run]
        assert len(set(ranges)) == len(ranges), "a range was read twice in one run"
        if run < KILLS:
            assert max(last for _, last in ranges) < found[run + 1] + checkpoint_bytes
    total = sum(min(last, size_bytes - 1) - first + 1 for ranges in runs for first, last in ranges)
    assert size_bytes <= total <= size_bytes + KILLS * checkpoint_bytes
    return total


def test_a_verification_that_is_killed_three_times_completes_from_its_checkpoints(
    registry: DirectRegistry, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.setenv("MOORAGE_LEASE_SECONDS", "1")
    content = os.urandom(48 * MIB + 12345)
    upload_id = registry.sent(content)
    registry.join(upload_id)
    found = kill_three_times_and_complete(registry, upload_id, tmp_path, sleep_seconds=0.05)
    assert found == sorted(set(found))
    require_little_read_twice(tmp_path, found, len(content), 8 * MIB)


@pytest.mark.long
@pytest.mark.timeout(1200)
def test_a_layer_of_two_gibibytes_that_is_killed_three_times_completes_from_its_checkpoints(
    stack: Stack, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    """As deployed: ranges of 8 MiB, checkpoints of 256 MiB; only the lease is shorter, for the test's sake."""
    monkeypatch.setenv("MOORAGE_LEASE_SECONDS", "2")
    registry = DirectRegistry(stack)
    block = os.urandom(16 * MIB)
    content = memoryview(block * 128)
    claim = {"repositoryName": REPOSITORY, "layerDigest": digest_of(content), "layerSize": len(content)}  # type: ignore[arg-type]
    status, page = registry.call("POST", "", claim)
    assert status == 201
    send_all(page, content)
    registry.join(page["uploadId"])
    found = kill_three_times_and_complete(registry, page["uploadId"], tmp_path, sleep_seconds=0)
    total = require_little_read_twice(tmp_path, found, len(content), 256 * MIB)
    places = [place // MIB for place in found]
    sys.stdout.write(f"2 GiB: resumed at {places} MiB, and read {total / len(content):.3f} times the layer\n")


def send_all(page: dict[str, Any], content: memoryview) -> None:
    with httpx.Client(timeout=120) as client:
        for part in page["parts"]:
            body = bytes(content[part["firstByte"] : part["lastByte"] + 1])
            client.put(part["url"], content=body).raise_for_status()
