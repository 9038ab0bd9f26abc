"""Random interleavings of all operations and of time, with the reaper and fsck at work, against a one-page model."""

import json
import os
from collections.abc import Callable
from dataclasses import replace
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, multiple, rule, run_state_machine_as_test
from moorage_local.stack.stack import Stack

from tests.support.driver.requests import ecr_request
from tests.support.driver.transports import carried_out
from tests.support.fakes.world import REGISTRY_ID, World
from tests.support.faults.registry import LocalRegistry, error_and_body, part_members
from tests.support.layers import digest_of
from tests.support.registry_model import Model

SMALLEST = 4
NAMES = st.sampled_from(["alpha", "beta"])
PARTS = st.sampled_from([b"a", b"bb", b"four", b"fours", b"five!", b"a longer part"])
WRONG = digest_of(b"nobody ever sends this")


class WholeRegistry(RuleBasedStateMachine):
    """Drives three registries at once: the model, the memory, the engine."""

    uploads = Bundle("uploads")
    runs = count(1)
    make_engine: Callable[[], LocalRegistry]
    """Set by the test: the engine's registry, emptied by every example for the next."""

    def __init__(self) -> None:
        super().__init__()
        self.engine = self.make_engine()
        self.memory = World(
            part_size_bytes=SMALLEST,
            min_part_bytes=SMALLEST,
            min_stored_bytes=self.engine.ports.limits.min_stored_bytes,
            max_parts=self.engine.ports.limits.max_parts,
            max_layer_bytes=self.engine.ports.limits.max_layer_bytes,
            upload_lifetime_seconds=self.engine.ports.limits.upload_lifetime_seconds,
        )
        self.memory.clock.now = self.engine.now
        self.model = Model(SMALLEST, self.engine.settings.upload_lifetime_seconds, self.engine.now)
        run = next(self.runs)
        self.engine.ports = replace(self.engine.ports, new_id=_ids(run))
        self.memory.ports = replace(self.memory.ports, new_id=_ids(run))

    def both(self, expected: str | None, operation: str, **members: Any) -> dict[str, Any]:
        """The same request to both registries: the model's answer from each, and the same members."""
        error, body = self.engine.call(operation, **members)
        request = ecr_request(operation, members).by(self.engine.caller)
        again, memory_body = error_and_body(carried_out(request, self.engine.identity, self.memory.ports))
        assert (error, again) == (expected, expected), (operation, body, memory_body)
        if operation not in ("CreateRepository", "DeleteRepository"):
            assert _without_text(body) == _without_text(memory_body)
        return body

    @rule(name=NAMES)
    def create_repository(self, name: str) -> None:
        self.both(self.model.create(name), "CreateRepository", repositoryName=name)

    @rule(name=NAMES, force=st.booleans())
    def delete_repository(self, name: str, force: bool) -> None:
        expected = self.model.delete(name, force=force)
        self.both(expected, "DeleteRepository", repositoryName=name, force=force)

    @rule(target=uploads, name=NAMES)
    def initiate(self, name: str) -> Any:
        expected = None if name in self.model.repositories else "RepositoryNotFoundException"
        body = self.both(expected, "InitiateLayerUpload", repositoryName=name)
        if expected:
            return multiple()
        self.model.initiate(name, body["uploadId"])
        return name, body["uploadId"]

    @rule(upload=uploads, part=PARTS)
    def send_the_next_part(self, upload: tuple[str, str], part: bytes) -> None:
        name, upload_id = upload
        first = len(self.model.uploads[upload_id].content)
        expected = self.model.send(name, upload_id, first, part)
        self.both(expected, "UploadLayerPart", **part_members(name, upload_id, first, part))

    @rule(upload=uploads, part=PARTS, first=st.integers(0, 20), name=NAMES)
    def send_any_part(self, upload: tuple[str, str], part: bytes, first: int, name: str) -> None:
        expected = self.model.send(name, upload[1], first, part)
        self.both(expected, "UploadLayerPart", **part_members(name, upload[1], first, part))

    @rule(upload=uploads)
    def send_the_last_part_again(self, upload: tuple[str, str]) -> None:
        name, upload_id = upload
        first, part = self.model.uploads[upload_id].last or (0, b"first")
        expected = self.model.send(name, upload_id, first, part)
        self.both(expected, "UploadLayerPart", **part_members(name, upload_id, first, part))

    @rule(upload=uploads, right=st.sampled_from([True, True, True, False]), name=st.none() | NAMES)
    def complete(self, upload: tuple[str, str], right: bool, name: str | None) -> None:
        owner, upload_id = upload
        digest = digest_of(self.model.uploads[upload_id].content) if right else WRONG
        expected = self.model.complete(name or owner, upload_id, digest)
        members = {"repositoryName": name or owner, "uploadId": upload_id, "layerDigests": [digest]}
        self.both(expected, "CompleteLayerUpload", **members)

    @rule(share=st.sampled_from([0.01, 0.5, 1.1]))
    def time_passes(self, share: float) -> None:
        self.engine.reap()
        self.engine.expire(share * self.engine.settings.upload_lifetime_seconds)
        self.engine.reap()
        self.memory.clock.now = self.model.now = self.engine.now

    @invariant()
    def nothing_is_broken(self) -> None:
        assert not self.engine.broken(verify=True)

    @invariant()
    def each_repository_has_the_layers_of_the_model(self) -> None:
        digests = sorted({digest_of(upload.content) for upload in self.model.uploads.values()} | {WRONG})
        for name, repository in self.model.repositories.items():
            found = self.both(None, "BatchCheckLayerAvailability", repositoryName=name, layerDigests=digests)
            available = {each["layerDigest"] for each in found["layers"] if each["layerAvailability"] == "AVAILABLE"}
            assert available == repository.layers

    @invariant()
    def memory_links_each_layer_to_its_content(self) -> None:
        records = self.memory.records
        for (registry_id, digest, _), blob in records.blobs.items():
            layers = [key for key in records.layers if (key[0], key[2]) == (registry_id, digest)]
            assert len(records.links_to(blob.id)) == len(layers)
            assert digest_of(self.memory.content.objects[blob.object_key].body) == str(digest)

    def teardown(self) -> None:
        self.engine.require_nothing_left()


def _ids(run: int) -> Callable[[], str]:
    """The same ids for both registries, others in every example."""
    numbers = count(1)
    return lambda: f"{run:08x}-0000-4000-8000-{next(numbers):012x}"


def _without_text(body: dict[str, Any]) -> str:
    return json.dumps({name: value for name, value in body.items() if name != "message"}, sort_keys=True)


def _run(stack: Stack, monkeypatch: pytest.MonkeyPatch, examples: int, steps: int) -> None:
    monkeypatch.setitem(os.environ, "MOORAGE_REGISTRY_ID", REGISTRY_ID)
    engine = LocalRegistry(SMALLEST)
    monkeypatch.setattr(WholeRegistry, "make_engine", lambda _: engine, raising=False)
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        WholeRegistry,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            print_blob=True,
        ),
    )


def test_any_interleaving_keeps_to_the_model(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    _run(stack, monkeypatch, examples=25, steps=25)


@pytest.mark.long
def test_any_long_interleaving_keeps_to_the_model(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    _run(stack, monkeypatch, examples=300, steps=60)
