"""A layer of 2 GiB through the local server: the whole stack stays below 2 GiB of memory."""

import hashlib
import threading
from pathlib import Path

import httpx
import pytest

from tests.support.engines import processes_naming, serving

MIB = 1024 * 1024
LAYER_BYTES = 2048 * MIB
PART_BYTES = 20 * MIB
MAX_MEMORY_BYTES = 2048 * MIB


def memory_of(processes: list[int]) -> int:
    """Resident memory of these processes, shared pages counted once for each: more than they really take."""
    total = 0
    for process in processes:
        try:
            status = Path(f"/proc/{process}/status").read_text()
        except OSError:
            continue  # it has ended
        total += sum(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmRSS"))
    return total


@pytest.mark.long
def test_a_layer_of_2_gib_passes_through_less_memory_than_it_is_large(tmp_path: Path) -> None:
    state = tmp_path / "state"
    seen: list[int] = []
    ended = threading.Event()

    def watch() -> None:
        while not ended.wait(0.2):
            seen.append(memory_of(processes_naming(str(state))))

    with serving(state) as server:
        watcher = threading.Thread(target=watch)
        watcher.start()
        try:
            ecr = server.ecr(read_timeout=120)
            ecr.create_repository(repositoryName="large")
            upload_id = ecr.initiate_layer_upload(repositoryName="large")["uploadId"]
            block, digest = bytes(range(256)) * 4096, hashlib.sha256()
            for first in range(0, LAYER_BYTES, PART_BYTES):
                part = first.to_bytes(8, "big") + block * 20
                part = part[: min(PART_BYTES, LAYER_BYTES - first)]
                digest.update(part)
                ecr.upload_layer_part(
                    repositoryName="large",
                    uploadId=upload_id,
                    partFirstByte=first,
                    partLastByte=first + len(part) - 1,
                    layerPartBlob=part,
                )
            layer = f"sha256:{digest.hexdigest()}"
            ecr.complete_layer_upload(repositoryName="large", uploadId=upload_id, layerDigests=[layer])
            url = ecr.get_download_url_for_layer(repositoryName="large", layerDigest=layer)["downloadUrl"]
            fetched = hashlib.sha256()
            with httpx.stream("GET", url) as answer:
                for chunk in answer.iter_bytes():
                    fetched.update(chunk)
            assert f"sha256:{fetched.hexdigest()}" == layer
        finally:
            ended.set()
            watcher.join()
    assert max(seen) < MAX_MEMORY_BYTES, f"{max(seen) / MIB:.0f} MiB"
    print(f"at most {max(seen) / MIB:.0f} MiB of memory")  # noqa: T201 - shown with -s, and where it fails
